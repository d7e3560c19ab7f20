"""The format of before 2019: one blob in `spec.data`, which the controller takes by default and kubeseal refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.verify.made import key, manifest, verdicts

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


FAILS: dict[str, tuple[dict[str, Any], str]] = {
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


@pytest.mark.parametrize(
    "content",
    [
        b'\xef\xbb\xbf{"apiVersion":"v1","kind":"Secret"}',
        b'{"apiVersion":"v1","kind":"Secret","x":"\xff"}',
        SECRET | {"data": None, "metadata": None, "type": None},
        SECRET | {"data": {"a": None, "b": "ZW\nU="}},
    ],
)
def test_what_the_controller_takes(content: Any) -> None:
    """Asked of the controller with its default, `--accept-deprecated-v1-data`."""
    [verdict] = verdicts(old(content))
    assert verdict.outcome is Outcome.OPENS


def test_null_is_not_the_old_format() -> None:
    [verdict] = verdicts(old(data=None))
    assert verdict.reason == "it has no `spec.encryptedData`"
