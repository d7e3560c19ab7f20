"""Putting into every store that can be run here: never over another's value, and again after every failure."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_stand_in import Answer, Aws, Door, Trouble, altered, answer_lost, dropped, error, slow, text

from sealwright import config
from sealwright.errors import AlreadyThere, Changed, StoreError
from sealwright.plaintext import Plaintext
from sealwright.stores import putting
from sealwright.stores.putting import What, put
from sealwright.stores.registry import open_store
from sealwright.stores.remote_names import SecretName, labels
from sealwright.stores.store import Form, Remote, Store

SECRET = "correct horse battery staple"
NAME = {"local": "prod/shop/db", "aws-secrets-manager": "prod/shop/db", "aws-parameter-store": "/prod/shop/db/token"}
WHOSE = SecretName("prod", "shop", "db")
BACKENDS = list(NAME)
AWS = BACKENDS[1:]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(putting, "_PAUSES", (0.01, 0.01, 0.01))


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    if request.param != "local":
        request.getfixturevalue("aws")
    return open_store(config.Store("it", request.param))


def remote(backend: str, value: str = SECRET, whose: SecretName = WHOSE) -> Remote:
    body, form = (value, Form.TEXT) if backend.endswith("parameter-store") else (f'{{"a":"{value}"}}', Form.BUNDLE)
    return Remote(NAME[backend], Plaintext(body.encode()), form, labels(whose))


def backend_of(store: Store) -> str:
    return {"LocalStore": BACKENDS[0], "SecretsManager": BACKENDS[1]}.get(type(store).__name__, BACKENDS[2])


every_store = pytest.mark.parametrize("store", BACKENDS, indirect=True)


@every_store
def test_the_life_of_an_object(store: Store) -> None:
    one = remote(backend_of(store))
    assert store.get(one.name) is None
    first = put(store, one, update=False)
    assert first.what is What.CREATED
    stored = store.get(one.name)
    assert stored is not None
    assert (stored.body, stored.version, dict(stored.labels)) == (one.body, first.version, one.labels)
    again = put(store, one, update=False)
    assert (again.version, again.what) == (first.version, What.SAME)
    other = remote(backend_of(store), "another one")
    with pytest.raises(StoreError, match="another value is there already"):
        put(store, other, update=False)
    second = put(store, other, update=True)
    assert second.what is What.UPDATED
    assert second.version != first.version
    stored = store.get(one.name)
    assert stored is not None
    assert (stored.body, stored.version, dict(stored.labels)) == (other.body, second.version, one.labels)
    assert store.names() == [one.name]
    with pytest.raises(Changed):
        store.discard(one.name, first.version)
    store.discard(one.name, second.version)
    store.discard(one.name, second.version)
    assert store.get(one.name) is None
    assert store.names() == []


@every_store
def test_what_another_was_faster_to_write_is_not_written_over(store: Store) -> None:
    one, other = remote(backend_of(store)), remote(backend_of(store), "another one")
    version = put(store, one, update=False).version
    with pytest.raises(AlreadyThere):
        store.create(other)
    put(store, remote(backend_of(store), "a third"), update=True)
    with pytest.raises(Changed):
        store.update(other, version)
    stored = store.get(one.name)
    assert stored is not None
    assert b"a third" in stored.body.reveal()


@every_store
@pytest.mark.parametrize("update", [False, True])
@pytest.mark.parametrize("value", [SECRET, "another one"])
def test_an_object_of_another_secret_is_refused(store: Store, update: bool, value: str) -> None:
    put(store, remote(backend_of(store)), update=False)
    with pytest.raises(StoreError, match="belongs to Secret shop/db"):
        put(store, remote(backend_of(store), value, SecretName("prod", "shop", "db.other")), update=update)


def test_what_the_operator_manages_is_not_written_over(aws: Aws) -> None:
    tags = [{"Key": "managed-by", "Value": "external-secrets"}]
    aws.client("secretsmanager").create_secret(Name="prod/shop/db", SecretString='{"a":"x"}', Tags=tags)
    store = open_store(config.Store("it", "aws-secrets-manager"))
    with pytest.raises(StoreError, match="another program manages it"):
        put(store, remote("aws-secrets-manager"), update=True)


def test_a_bundle_is_compared_as_a_map(aws: Aws) -> None:
    aws.client("secretsmanager").create_secret(Name="prod/shop/db", SecretString='{ "b": "\\u00e9", "a": "1" }')
    store = open_store(config.Store("it", "aws-secrets-manager"))
    body = Plaintext('{"a":"1","b":"é"}'.encode())
    assert put(store, Remote("prod/shop/db", body, Form.BUNDLE), update=False).what is What.SAME
    with pytest.raises(StoreError, match="another value"):
        put(store, Remote("prod/shop/db", body, Form.TEXT), update=False)


@pytest.mark.parametrize("there", ['{"a": 1}', '["a"]', "no json", "[" * 5000, '{"a": "1", "b": "é", "c": ""}'])
def test_what_is_no_such_map_is_another_value(aws: Aws, there: str) -> None:
    aws.client("secretsmanager").create_secret(Name="prod/shop/db", SecretString=there)
    store = open_store(config.Store("it", "aws-secrets-manager"))
    with pytest.raises(StoreError, match="another value"):
        put(store, Remote("prod/shop/db", Plaintext(b'{"a":"1"}'), Form.BUNDLE), update=False)


OPERATIONS = {
    "aws-secrets-manager": ("CreateSecret", "GetSecretValue", "SecretString", "DescribeSecret"),
    "aws-parameter-store": ("PutParameter", "GetParameter", "Value", "ListTagsForResource"),
}


def opened(backend: str) -> Store:
    return open_store(config.Store("it", backend))


@pytest.mark.parametrize("backend", AWS)
@pytest.mark.parametrize(
    "fault",
    [error(400, "ThrottlingException"), error(500, "InternalServiceError"), dropped, answer_lost, text(503, b"<html>")],
)
def test_a_fault_that_passes_is_nobodys_business(door: Door, backend: str, fault: Trouble) -> None:
    create, get, *_ = OPERATIONS[backend]
    door.order(create, fault)
    door.order(get, error(500, "InternalServiceError"))
    assert put(opened(backend), remote(backend), update=False).what in {What.CREATED, What.SAME}
    assert put(opened(backend), remote(backend), update=False).what is What.SAME


def test_the_token_that_makes_a_call_safe_to_repeat_stays_the_same(door: Door) -> None:
    door.order("CreateSecret", answer_lost)
    assert put(opened(AWS[0]), remote(AWS[0]), update=False).what is What.CREATED
    first, second = (body for seen, body in zip(door.seen, door.bodies, strict=True) if seen == "CreateSecret")
    assert first == second


@pytest.mark.parametrize("backend", AWS)
def test_an_answer_that_got_lost_for_good_is_made_up_for(door: Door, backend: str) -> None:
    create, *_ = OPERATIONS[backend]
    door.order(create, answer_lost, answer_lost)
    assert put(opened(backend), remote(backend), update=False).what in {What.CREATED, What.SAME}
    operation = "PutSecretValue" if backend == AWS[0] else "PutParameter"
    door.order(operation, answer_lost, dropped)
    other = remote(backend, "another one")
    try:
        put(opened(backend), other, update=True)
    except StoreError:
        put(opened(backend), other, update=True)
    stored = opened(backend).get(other.name)
    assert stored is not None
    assert stored.body == other.body


@pytest.mark.parametrize("backend", AWS)
def test_what_is_written_between_looking_and_writing_is_not_lost(door: Door, aws: Aws, backend: str) -> None:
    version = put(opened(backend), remote(backend), update=False).version

    def faster(pass_on: Callable[[], Answer]) -> Answer:
        if backend == AWS[0]:
            aws.client("secretsmanager").put_secret_value(SecretId=NAME[backend], SecretString="of another")
        else:
            aws.client("ssm").put_parameter(Name=NAME[backend], Value="of another", Overwrite=True)
        return pass_on()

    door.order("PutSecretValue" if backend == AWS[0] else "PutParameter", faster)
    with pytest.raises(Changed if backend == AWS[0] else StoreError, match="somebody"):
        opened(backend).update(remote(backend, "ours"), version)
    if backend == AWS[0]:
        found = aws.client("secretsmanager").get_secret_value(SecretId=NAME[backend], VersionStage="AWSCURRENT")
        assert found["SecretString"] == "of another"
    else:
        history = aws.client("ssm").get_parameter_history(Name=NAME[backend], WithDecryption=True)["Parameters"]
        assert "of another" in [one["Value"] for one in history]


@pytest.mark.parametrize("backend", AWS)
def test_what_shows_late_is_waited_for(door: Door, backend: str) -> None:
    missing = "ResourceNotFoundException" if backend == AWS[0] else "ParameterNotFound"
    door.order(OPERATIONS[backend][1], error(400, missing), error(400, missing))
    assert put(opened(backend), remote(backend), update=False).what is What.CREATED


@pytest.mark.parametrize("backend", AWS)
def test_what_never_shows_is_not_believed(door: Door, backend: str) -> None:
    door.always(
        OPERATIONS[backend][1], error(400, "ResourceNotFoundException" if backend == AWS[0] else "ParameterNotFound")
    )
    with pytest.raises(StoreError, match="cannot be read back"):
        put(opened(backend), remote(backend), update=False)


@pytest.mark.parametrize("backend", AWS)
@pytest.mark.parametrize("given_back", ['{"a":"something else"}', "", SECRET[:-1]])
def test_another_value_on_reading_back_is_refused(door: Door, backend: str, given_back: str) -> None:
    _, get, field, _ = OPERATIONS[backend]
    door.always(get, altered(**{field: given_back}))
    with pytest.raises(StoreError, match="gives back another value"):
        put(opened(backend), remote(backend), update=False)


FAULTS: list[tuple[Trouble, str]] = [
    (error(400, "AccessDeniedException", SECRET), "access denied: (secretsmanager:CreateSecret|ssm:PutParameter)"),
    (error(400, "AccessDeniedException", f"{SECRET}: Access to KMS is not allowed"), "KMS key"),
    (error(400, "ThrottlingException", SECRET), "slow down"),
    (error(400, "ExpiredTokenException", SECRET), "expired"),
    (error(400, "UnrecognizedClientException", SECRET), "does not accept"),
    (error(400, "KMSDisabledException", SECRET), "KMS key"),
    (error(400, "EncryptionFailure", SECRET), "KMS key"),
    (error(400, "LimitExceededException", SECRET), "quota"),
    (error(400, "ValidationException", f"Value '{SECRET}' at 'secretString' failed"), "invalid"),
    (error(400, SECRET, SECRET), "not this service"),
    (error(400, "SomethingNewException", SECRET), "SomethingNewException"),
    (error(500, "InternalServiceError", SECRET), "the service failed"),
    (text(502, f"<html>{SECRET}".encode()), "the service failed"),
    (text(404, f"<html>{SECRET}".encode()), "not this service"),
    (text(403, f"<html>{SECRET}".encode()), "access denied"),
    (text(200, f"<html>{SECRET}".encode()), "not this service"),
    (text(200, b"\xff\xfe"), "not this service"),
    (text(200, b"[]"), "not this service"),
    (text(200, b"{}"), "not this service"),
    (text(200, b'{"VersionId": 5, "Version": "x"}'), "not this service"),
    (dropped, "connection"),
]


@pytest.mark.parametrize("backend", AWS)
@pytest.mark.parametrize(("fault", "message"), FAULTS, ids=range(len(FAULTS)))
def test_a_fault_that_stays_is_explained_without_any_value(
    door: Door, backend: str, fault: Trouble, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor does the SDK log any, at whatever level."""
    caplog.set_level(logging.DEBUG)
    create, *_ = OPERATIONS[backend]
    door.always(create, fault)
    with pytest.raises(StoreError, match=message) as caught:
        put(opened(backend), remote(backend), update=False)
    assert caught.value.hint
    assert caught.value.__context__ is None
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caught.value.hint + caplog.text
    for form in (SECRET, b64encode(SECRET.encode()).decode(), SECRET.replace(" ", "%20")):
        assert form not in shown


@pytest.mark.parametrize("backend", AWS)
def test_a_whole_life_leaves_no_value_in_the_log(door: Door, backend: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    put(opened(backend), remote(backend), update=False)
    put(opened(backend), remote(backend, SECRET + "!"), update=True)
    opened(backend).names()
    assert "botocore" in caplog.text
    assert SECRET not in caplog.text


def test_a_server_that_is_slow_is_waited_for(door: Door) -> None:
    door.order("CreateSecret", slow(1.0))
    assert put(opened(AWS[0]), remote(AWS[0]), update=False).what is What.CREATED
    assert door.seen.count("CreateSecret") == 1


def _no_credentials(patch: pytest.MonkeyPatch) -> None:
    patch.delenv("AWS_ACCESS_KEY_ID")
    patch.delenv("AWS_SECRET_ACCESS_KEY")


def _no_such_authority(patch: pytest.MonkeyPatch) -> None:
    patch.setenv("AWS_ENDPOINT_URL", os.environ["AWS_ENDPOINT_URL"].replace("http", "https"))
    patch.setenv("AWS_CA_BUNDLE", os.devnull + "/none")


def _no_such_token(patch: pytest.MonkeyPatch) -> None:
    _no_credentials(patch)
    patch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "none")
    patch.setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/uploader")


def _chatty_process(patch: pytest.MonkeyPatch) -> None:
    _no_credentials(patch)
    folder = Path(os.environ["SETTINGS_OF_AWS"])
    (folder / "config").write_text(f"[default]\ncredential_process = {sys.executable} --version\n")
    patch.setenv("AWS_CONFIG_FILE", str(folder / "config"))


@pytest.mark.parametrize(
    ("break_it", "settings", "message"),
    [
        (_no_credentials, {}, "no AWS credentials"),
        (lambda patch: patch.delenv("AWS_REGION"), {}, "no AWS region"),
        (lambda patch: None, {"region": "no where!"}, "no AWS region"),
        (lambda patch: None, {"profile": "nobody"}, "AWS configuration"),
        (lambda patch: patch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9"), {}, "no connection"),
        (lambda patch: patch.setenv("AWS_ENDPOINT_URL", "nonsense"), {}, "AWS configuration cannot be used"),
        (
            lambda patch: patch.setenv("AWS_ENDPOINT_URL", os.environ["AWS_ENDPOINT_URL"].replace("http", "https")),
            {},
            "TLS",
        ),
        (_no_such_authority, {}, "TLS"),
        (_no_such_token, {}, "a file that the AWS configuration names"),
        (_chatty_process, {}, "AWS configuration cannot be used"),
        (lambda patch: patch.setenv("AWS_MAX_ATTEMPTS", "many"), {}, "AWS configuration cannot be used"),
    ],
)
def test_what_is_wrong_around_it_is_said(
    aws: Aws,
    monkeypatch: pytest.MonkeyPatch,
    break_it: Callable[[pytest.MonkeyPatch], object],
    settings: dict[str, Any],
    message: str,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("SETTINGS_OF_AWS", str(tmp_path))
    break_it(monkeypatch)
    with pytest.raises(StoreError, match=message) as caught:
        open_store(config.Store("it", AWS[0], **settings)).get("prod/shop/db")
    assert caught.value.hint


DELETED = [error(400, "InvalidRequestException"), error(400, "ResourceExistsException")]
"""What CreateSecret says where a secret is scheduled for deletion: the service, and the stand-in."""


@pytest.mark.parametrize("fault", DELETED)
@pytest.mark.parametrize("tags", [{}, {"managed-by": "sealwright"}, labels(SecretName("prod", "shop", "other"))])
def test_what_others_scheduled_for_deletion_is_left_alone(
    door: Door, aws: Aws, fault: Trouble, tags: dict[str, str]
) -> None:
    service = aws.client("secretsmanager")
    given = [{"Key": key, "Value": value} for key, value in tags.items()]
    service.create_secret(Name=NAME[AWS[0]], SecretString="x", Tags=given)
    service.delete_secret(SecretId=NAME[AWS[0]], RecoveryWindowInDays=7)
    door.always("CreateSecret", fault)
    with pytest.raises(StoreError, match="scheduled for deletion") as caught:
        put(opened(AWS[0]), remote(AWS[0]), update=True)
    assert f"aws secretsmanager restore-secret --secret-id {NAME[AWS[0]]}" in caught.value.hint
    assert service.describe_secret(SecretId=NAME[AWS[0]])["DeletedDate"]


@pytest.mark.parametrize("fault", DELETED)
@pytest.mark.parametrize("value", [SECRET, "another one"])
def test_what_was_taken_back_is_restored(door: Door, fault: Trouble, value: str) -> None:
    first = put(opened(AWS[0]), remote(AWS[0]), update=False)
    opened(AWS[0]).discard(NAME[AWS[0]], first.version)
    door.order("CreateSecret", fault)
    door.order("GetSecretValue", error(400, "InvalidRequestException"))  # it shows late
    one = remote(AWS[0], value)
    again = put(opened(AWS[0]), one._replace(labels={**one.labels, "run": "2"}), update=False)
    assert again.what is What.CREATED  # so that it can be taken back once more
    stored = opened(AWS[0]).get(one.name)
    assert stored is not None
    assert stored.labels["run"] == "2"
    assert (again.version == first.version) == (value == SECRET)
    opened(AWS[0]).discard(NAME[AWS[0]], again.version)
    assert opened(AWS[0]).get(NAME[AWS[0]]) is None


@every_store
@pytest.mark.parametrize("value", [SECRET, "another one"])
def test_what_was_taken_back_can_be_put_again(store: Store, value: str) -> None:
    backend = backend_of(store)
    for one in (remote(backend), remote(backend, value), remote(backend)):
        outcome = put(store, one, update=False)
        assert outcome.what is What.CREATED
        store.discard(one.name, outcome.version)
        assert store.get(one.name) is None


def test_one_that_never_had_a_value_is_restored_with_one(aws: Aws) -> None:
    service = aws.client("secretsmanager")
    given = [{"Key": key, "Value": value} for key, value in labels(WHOSE).items()]
    service.create_secret(Name=NAME[AWS[0]], Tags=given)
    service.delete_secret(SecretId=NAME[AWS[0]], RecoveryWindowInDays=7)
    assert put(opened(AWS[0]), remote(AWS[0]), update=False).what is What.CREATED


def test_what_is_being_deleted_for_good_is_explained(door: Door) -> None:
    door.always("CreateSecret", error(400, "InvalidRequestException", SECRET))
    with pytest.raises(StoreError, match="cannot create it now") as caught:
        put(opened(AWS[0]), remote(AWS[0]), update=False)
    assert "again in a minute" in caught.value.hint


def test_without_the_sdk_it_says_what_to_install(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3.session", None)
    with pytest.raises(StoreError, match="needs the AWS SDK") as caught:
        opened(AWS[0]).get("prod/shop/db")
    assert "sealwright[aws]" in caught.value.hint
