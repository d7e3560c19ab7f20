"""`sealwright store`: what is in one store is found in another, every byte, and what has to change is said."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from aws_stand_in import Aws, answer_lost, error, trouble
from gcp_stand_in import GcpStandIn
from loopback_server import serving
from support import Repository, posix_only, program, run_program

from sealwright import config
from sealwright.plaintext import Plaintext
from sealwright.stores.local import open_store
from sealwright.stores.placement import place
from sealwright.stores.putting import put
from sealwright.stores.remote_names import SecretName
from sealwright.stores.store import Form, Remote

CANARY = "correct horse battery staple"
SECRETS: dict[SecretName, dict[str, bytes]] = {
    SecretName("prod", "shop", "db"): {"user": b"admin", "password": CANARY.encode(), "empty": b""},
    SecretName("prod", "shop", "app-secret"): {"tls.crt": b"-----", "keystore.jks": b"\xff\x00" + CANARY.encode()},
    SecretName("", "shop", "large"): {"a": b"x" * 60_000, "b": CANARY.encode() + b"y" * 6_000},
}
LOCAL = config.Store("local", "local")

CONFIGURATION = """\
stores:
  sm: {backend: aws-secrets-manager, ref: {kind: SecretStore, name: aws}}
  ssm: {backend: aws-parameter-store}
  each: {backend: aws-secrets-manager, key: "each/{cluster}/{namespace}/{name}/{key}"}
  back: {backend: local, path: back}
"""


class Place:
    """A repository, and an environment with a local store and a server."""

    def __init__(self, repository: Repository, environment: Mapping[str, str], aws: Aws) -> None:
        self.repository = repository
        self.environment = environment
        self.aws = aws

    def run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """`sealwright store` with these arguments; it never shows a value."""
        result = run_program("sealwright", "store", *arguments, cwd=self.repository.path, env=self.environment)
        for output in (result.stdout, result.stderr):
            assert CANARY.encode() not in output
        return result

    def copy(self, source: str, target: str, *more: str, code: int = 0) -> Any:
        """Its JSON."""
        result = self.run("copy", source, target, "--format", "json", *more)
        assert result.returncode == code, result.stdout + result.stderr
        return json.loads(result.stdout)


@pytest.fixture
def here(tmp_path: Path, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    repository = Repository.init(tmp_path / "repository")
    repository.write(".sealwright.yaml", CONFIGURATION)
    return Place(repository, aws.environment | {"XDG_DATA_HOME": str(tmp_path / "data")}, aws)


def fill(secrets: Mapping[SecretName, Mapping[str, bytes]] = SECRETS, split: frozenset[str] = frozenset()) -> None:
    store = open_store(LOCAL)
    for secret, values in secrets.items():
        given = [(key, Plaintext(value)) for key, value in values.items()]
        for remote in place(secret, given, LOCAL, store.traits, split=split).remotes:
            put(store, remote, update=False)


def test_without_configuration_there_is_the_local_store(here: Place) -> None:
    (here.repository.path / ".sealwright.yaml").unlink()
    assert here.run("list").stdout.startswith(b"local  local  beside its key")
    assert here.run("list", "local").stdout == b"Nothing in store local was put there by sealwright.\n"
    fill()
    result = here.run("list", "local", "--format", "json")
    assert json.loads(result.stdout)["objects"] == ["prod/shop/app-secret", "prod/shop/db", "shop/large"]


def test_everything_is_copied_and_what_changes_is_said(here: Place) -> None:
    fill()
    report = here.copy("local", "sm")
    assert report["summary"] == {"copied": 3, "failed": 0, "notTried": 0}
    service = here.aws.client("secretsmanager")
    names = ["prod/shop/app-secret_", "prod/shop/db", "shop/large", "shop/large/a"]
    assert [one["name"] for secret in report["secrets"] for one in secret["objects"]] == [
        "shop/large",
        "shop/large/a",
        "prod/shop/app-secret_",
        "prod/shop/db",
    ]
    found = {name: service.get_secret_value(SecretId=name)["SecretString"] for name in names}
    assert json.loads(found["prod/shop/db"])["password"] == CANARY
    assert (
        b64decode(json.loads(found[names[0]])["keystore.jks"])
        == SECRETS[SecretName("prod", "shop", "app-secret")]["keystore.jks"]
    )
    assert found["shop/large/a"] == "x" * 60_000
    changes = {change["key"]: change for secret in report["secrets"] for change in secret["references"]}
    assert set(changes) == {"tls.crt", "keystore.jks", "a"}
    assert changes["a"]["after"] == {"key": "shop/large/a", "property": "", "decodingStrategy": "None"}
    again = here.copy("local", "sm")
    assert {one["outcome"] for secret in again["secrets"] for one in secret["objects"]} == {"same"}
    result = here.run("copy", "local", "sm")
    assert b"4 same" in result.stdout
    assert b"SecretStore aws" in result.stdout
    assert b"    a: key shop/large -> shop/large/a\n    a: property a -> (none)\n" in result.stdout
    assert b"  Secret shop/app-secret in prod\n    key prod/shop/app-secret -> prod/shop/app-secret_\n" in result.stdout


def test_what_changes_is_what_an_external_secret_says(here: Place) -> None:
    """Not what the objects are called: for AWS, a prefix is no part of a key; Google's provider wants dots escaped."""
    secret = SecretName("", "shop", "tls")
    fill({secret: {"tls.crt": b"-----", "key": CANARY.encode()}})
    service = GcpStandIn()
    with serving(service):
        here.repository.write(
            ".sealwright.yaml",
            "stores:\n  sm: {backend: aws-secrets-manager, prefix: team/}\n"
            f"  google: {{backend: gcp-secret-manager, project: shop, endpoint: '{service.base}', key: '{{name}}'}}\n"
            "  flat: {backend: local, path: flat, key: '{name}'}\n",
        )
        assert here.copy("local", "sm")["secrets"][0]["references"] == []
        assert here.copy("local", "flat")["summary"]["copied"] == 1
        lines = here.run("copy", "flat", "google").stdout.decode().splitlines()
    assert lines[1:3] == ["  Secret shop/tls", "    tls.crt: property tls.crt -> tls\\.crt"]


def test_there_and_back_through_every_form(here: Place) -> None:
    small = {
        name: {key: value for key, value in values.items() if value}
        for name, values in SECRETS.items()
        if name.name != "large"
    }
    fill(small, split=frozenset({"keystore.jks"}))
    assert here.copy("local", "ssm")["summary"]["failed"] == 0
    changed = [change for one in here.copy("ssm", "each")["secrets"] for change in one["references"]]
    assert {change["after"]["key"] for change in changed} >= {"each/prod/shop/db/password"}
    for source, target in [("each", "sm"), ("each", "sm"), ("sm", "each"), ("sm", "back")]:  # two stores, one account
        assert here.copy(source, target)["summary"] == {"copied": 2, "failed": 0, "notTried": 0}
    back = open_store(config.Store("back", "local", path=str(here.repository.path / "back")))
    assert back.names() == ["prod/shop/app-secret", "prod/shop/db"]
    found = {
        key: value.encode()
        for stored in map(back.get, back.names())
        if stored
        for key, value in json.loads(stored.body.reveal()).items()
    }
    wanted = {key: value for values in small.values() for key, value in values.items()}
    assert found == wanted | {"keystore.jks": b64encode(wanted["keystore.jks"])}


def test_an_empty_value_stops_only_its_own_secret(here: Place) -> None:
    fill({SecretName("", "a", "empty"): {"token": b""}, SecretName("", "a", "full"): {"token": b"x"}})
    report = here.copy("local", "ssm", code=3)
    assert report["summary"] == {"copied": 1, "failed": 1, "notTried": 0}
    assert "token is empty" in report["errors"][0]["message"]
    assert here.copy("local", "sm")["summary"]["copied"] == 2


def test_another_value_is_put_over_only_if_so_wanted(here: Place) -> None:
    fill()
    here.copy("local", "sm")
    service = here.aws.client("secretsmanager")
    service.put_secret_value(SecretId="prod/shop/db", SecretString='{"user":"somebody"}')
    report = here.copy("local", "sm", code=3)
    assert "another value is there already" in report["errors"][0]["message"]
    assert report["summary"]["copied"] == 2
    assert service.get_secret_value(SecretId="prod/shop/db")["SecretString"] == '{"user":"somebody"}'
    here.copy("local", "sm", "--update")
    assert CANARY in service.get_secret_value(SecretId="prod/shop/db")["SecretString"]


@pytest.mark.parametrize("body", ['{"user": 5}', "[]", "text", '{"a": {"b": "c"}}', "[" * 3000])
def test_what_somebody_else_has_put_there_is_not_guessed_at(here: Place, body: str) -> None:
    fill()
    here.copy("local", "sm")
    here.aws.client("secretsmanager").put_secret_value(SecretId="prod/shop/db", SecretString=body)
    report = here.copy("sm", "local", "--update", code=3)
    assert report["errors"][0]["message"] == "prod/shop/db: it does not hold a map of texts"


def test_a_key_that_is_there_twice_is_not_guessed_at(here: Place) -> None:
    fill()
    store = open_store(LOCAL)
    labels = {"managed-by": "sealwright", "k8s-namespace": "shop", "k8s-name": "large", "k8s-key": "a"}
    put(store, Remote("shop/large/a", Plaintext(b"old"), Form.TEXT, labels), update=False)
    report = here.copy("local", "sm", code=3)
    assert "a is there twice" in report["errors"][0]["message"]


def test_many_failures_are_not_a_wall_of_text(here: Place) -> None:
    fill({SecretName("", "a", f"n{number}"): {"token": b""} for number in range(30)})
    lines = here.run("copy", "local", "ssm").stdout.splitlines()
    assert lines[0].startswith(b"failed  Secret a/n0: token is empty")
    assert len(lines) < 40
    fill({SecretName("", "b", f"n{number}"): {"token": b"x"} for number in range(30)})
    (Path(here.environment["XDG_DATA_HOME"]) / "sealwright" / "local.key").unlink()
    lines = here.run("copy", "local", "ssm").stdout.splitlines()
    assert b"key of the local store is gone (60 times)" in lines[0]


def test_a_dead_store_is_given_up_soon(here: Place) -> None:
    fill({SecretName("", "a", f"n{number}"): {"token": b"x"} for number in range(60)})
    environment = {**here.environment, "AWS_MAX_ATTEMPTS": "1", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    without = Place(here.repository, environment, here.aws)
    report = without.copy("local", "sm", code=3)
    assert report["summary"] == {"copied": 0, "failed": 16, "notTried": 44}
    lines = without.run("copy", "local", "sm").stdout.splitlines()
    assert lines[0] == b"failed  store sm: a/n0: no connection"
    assert lines[-2:] == [b"Nothing was copied from local.", b"44 Secrets not tried, since nothing succeeded."]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["list", "nobody"], b"there is no store of that name"),
        (["copy", "local", "nobody"], b"there are: local, sm, ssm, each, back"),
        (["copy", "sm", "sm"], b"the same store"),
        (["copy", "sm"], b"error"),
        (["drop", "sm"], b"error"),
    ],
)
def test_usage(here: Place, arguments: list[str], message: bytes) -> None:
    result = here.run(*arguments)
    assert result.returncode == 2
    assert message in result.stderr


@posix_only
def test_a_copy_that_was_killed_can_be_run_again(here: Place) -> None:
    fill({SecretName("", "a", f"n{number}"): {"token": b"%d" % number} for number in range(40)})
    with trouble(here.aws) as (door, seen):
        door.order("CreateSecret", answer_lost, error(400, "ThrottlingException"))
        environment = {**here.environment, "AWS_ENDPOINT_URL": seen.url}
        command = [program("sealwright"), "store", "copy", "local", "sm"]
        process = subprocess.Popen(command, cwd=here.repository.path, env=environment, stdout=subprocess.DEVNULL)
        while door.seen.count("CreateSecret") < 10 and process.poll() is None:
            pass
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    report = here.copy("local", "sm")
    outcomes = [one["outcome"] for secret in report["secrets"] for one in secret["objects"]]
    assert {"created", "same"} == set(outcomes)
    service = here.aws.client("secretsmanager")
    for number in range(40):
        assert json.loads(service.get_secret_value(SecretId=f"a/n{number}")["SecretString"]) == {"token": str(number)}


def test_stores_are_not_loaded_for_nothing(here: Place) -> None:
    code = "import sys; from sealwright.cli import main; main(['store', 'list']); print(*sys.modules)"
    command = [sys.executable, "-c", code]
    output = subprocess.run(command, cwd=here.repository.path, capture_output=True, text=True, check=True).stdout
    assert {"boto3", "botocore", "cryptography", "hvac"} & set(output.split()) == set()
