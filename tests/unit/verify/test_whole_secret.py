"""The format of before 2019: one blob in `spec.data`, which the controller takes by default and kubeseal refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from oracle_controller import NOT_BUILT, controller_path, upstream
from unit.verify.made import key, manifest, pair, verdicts

from sealwright.finding import Outcome
from sealwright.plaintext import Plaintext
from sealwright.sealing.scheme import encode, seal
from sealwright.sealing.scope import Scope, label_as_read

SECRET = {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "db"}, "data": {"a": "c2VjcmV0"}}


def old(content: Any = SECRET, scope: Scope = Scope.STRICT, name: str = "db", **spec: Any) -> dict[str, Any]:
    """A SealedSecret of `prod/db` in the old format; `name` is the one that it was sealed for."""
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    blob = seal(key().key.public_key(), Plaintext(text), label_as_read(scope, "prod", name))
    subject = manifest({}, scope=scope)
    subject["spec"] = {"data": encode(blob), **spec}
    return subject


TIME = "2019-05-01T12:00:00Z"
ODD_METADATA: list[dict[str, Any]] = [
    *({name: 1} for name in ("name", "generateName", "uid", "resourceVersion", "selfLink", "labels", "finalizers")),
    *({"generation": number} for number in ("x", 1.5, 1.0, True, 2**63)),
    *(
        {"creationTimestamp": time}
        for time in ("", "x", 1, TIME[:-1], TIME.replace("05", "13"), TIME.replace("T", " "))
    ),
    {"deletionTimestamp": TIME.replace("Z", "+99:00")},
    {"deletionGracePeriodSeconds": "5"},
    {"finalizers": [1]},
    *({"ownerReferences": owners} for owners in ("x", ["x"], [{"kind": 1}], [{"controller": "yes"}])),
    *({"managedFields": fields} for fields in ("x", [{"manager": 1}], [{"time": "x"}])),
]
GOOD_METADATA: list[dict[str, Any]] = [
    dict.fromkeys(("name", "labels", "generation", "creationTimestamp", "finalizers", "ownerReferences")),
    {"generation": -1, "creationTimestamp": TIME, "deletionTimestamp": "2019-05-01T12:00:00.5+01:00"},
    {"finalizers": ["a", None], "ownerReferences": [{"kind": "A", "controller": True}, None], "unheardOf": [1]},
    {"managedFields": [{"manager": "a", "time": TIME, "fieldsV1": {"f:data": {}}}, None]},
]
FAILS: dict[str, tuple[dict[str, Any], str]] = {
    **{
        f"metadata like {json.dumps(metadata)}": (old(SECRET | {"metadata": metadata}), "holds no Secret")
        for metadata in ODD_METADATA
    },
    "a number for its kind": (old(SECRET | {"kind": 1}), "holds no Secret"),
    "a list": (old([SECRET]), "holds no Secret"),
    "empty": (old(data=""), "shorter than any sealed value"),
    "not base64": (old(data="AgA"), "it is not base64: character 1"),
    "a number": (old(data=1), "it is not a string"),
    "a mapping": (old(data={"a": "b"}), "it is not a string"),
    "renamed": (old(name="web"), "sealed for another name"),
    "not JSON": (old(b"\xff\xfe{"), "holds no Secret"),
    "deep": (old(b"[" * 200_000), "holds no Secret"),
    "an item's value": (old(b"hunter2"), "holds no Secret"),
    "another kind": (old(SECRET | {"kind": "ConfigMap"}), "holds no Secret"),
    "a list for its data": (old(SECRET | {"data": ["a"]}), "holds no Secret"),
    "a number in its data": (old(SECRET | {"data": {"a": 1}}), "holds no Secret"),
    "no base64 in its data": (old(SECRET | {"data": {"a": "!"}}), "holds no Secret"),
    "a number in its stringData": (old(SECRET | {"stringData": {"a": 1}}), "holds no Secret"),
    "a number for a label": (old(SECRET | {"metadata": {"labels": {"a": 1}}}), "holds no Secret"),
    "metadata is a list": (old(SECRET | {"metadata": []}), "holds no Secret"),
    "its type is a number": (old(SECRET | {"type": 1}), "holds no Secret"),
    "immutable in words": (old(SECRET | {"immutable": "yes"}), "holds no Secret"),
    "a number that JSON does not have": (old(b'{"apiVersion":"v1","kind":"Secret","x":NaN}'), "holds no Secret"),
    "another version": (old(SECRET | {"apiVersion": "v2"}), "holds no Secret"),
}


@pytest.mark.parametrize(("subject", "words"), FAILS.values(), ids=FAILS)
def test_must_not_open(subject: dict[str, Any], words: str) -> None:
    [verdict] = verdicts(subject)
    assert (verdict.item, verdict.outcome) == ("spec.data", Outcome.FAILS)
    assert words in verdict.reason
    assert "hunter2" not in repr(verdict)


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize("beside", [{}, {"encryptedData": {}}, {"encryptedData": None}, {"encryptedData": ["a"]}])
def test_opens_with_advice(scope: Scope, beside: dict[str, Any]) -> None:
    [verdict] = verdicts(old(scope=scope, **beside))
    assert (verdict.outcome, verdict.key) == (Outcome.OPENS, key().short)
    assert "the format of before 2019" in verdict.reason
    assert "seal it again" in verdict.reason


TAKEN: list[Any] = [
    b"",
    b" \n",
    b'\xef\xbb\xbf{"apiVersion":"v1","kind":"Secret"}',
    b'{"apiVersion":"v1","kind":"Secret","x":"\xff"}',
    SECRET | {"data": None, "metadata": None, "type": None},
    SECRET | {"data": {"a": None, "b": "ZW\nU="}},
    {"data": SECRET["data"]},
    *(SECRET | {"metadata": metadata} for metadata in GOOD_METADATA),
]


@pytest.mark.parametrize("content", TAKEN)
def test_what_the_controller_takes(content: Any) -> None:
    [verdict] = verdicts(old(content))
    assert verdict.outcome is Outcome.OPENS


def test_null_is_not_the_old_format() -> None:
    [verdict] = verdicts(old(data=None))
    assert verdict.reason == "it has no `spec.encryptedData`"


@pytest.fixture(scope="module")
def controller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if controller_path() is None:
        pytest.skip(NOT_BUILT)
    with upstream(tmp_path_factory.mktemp("controller"), pair()) as base:
        yield base


def test_the_controller_says_so_too(controller: str) -> None:
    """With its default, `--accept-deprecated-v1-data`."""
    import requests

    taken = [*map(old, TAKEN), *(old(scope=scope) for scope in Scope)]
    subjects = [(subject, False) for subject, _ in FAILS.values()] + [(subject, True) for subject in taken]
    for subject, opens in subjects:
        answer = requests.post(f"{controller}/v1/verify", data=json.dumps(subject).encode(), timeout=10)
        assert (answer.status_code == requests.codes.ok) is opens, subject["spec"].keys()
