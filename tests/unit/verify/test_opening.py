"""Many keys, keys out of use, and what the run knows about where an item came from."""

from __future__ import annotations

import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from unit.verify.made import VALUE, key, listed, manifest, outcomes, sealed, verdicts

from sealwright.finding import Outcome, ResourceRef
from sealwright.plaintext import Plaintext
from sealwright.sealing.diagnosis import Diagnosis, diagnose
from sealwright.sealing.keys import PrivateKey
from sealwright.sealing.scheme import open_sealed
from sealwright.sealing.scope import Scope
from sealwright.verify import labels, opening
from sealwright.verify.key_backup import BackupKey
from sealwright.verify.keyring import Keyring

REASON_FOR_ANOTHER_KEY = "sealed with another key than the given ones"


def one(item: str, *keys: PrivateKey, **place: Any) -> tuple[str, str]:
    [verdict] = verdicts(manifest({"a": item}, **place), *keys)
    return verdict.outcome.value, verdict.reason


def damaged(item: str) -> str:
    blob = bytearray(b64decode(item))
    blob[-1] ^= 1
    return b64encode(blob).decode()


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (Scope.STRICT, "and its name and namespace fit"),
        (Scope.NAMESPACE_WIDE, "and its namespace fit"),
        (Scope.CLUSTER_WIDE, " fits)"),
    ],
)
def test_damage_is_told_from_everything_else(scope: Scope, words: str) -> None:
    outcome, reason = one(damaged(sealed(scope=scope)), scope=scope)
    assert outcome == "fails"
    assert "changed or cut off after sealing" in reason
    assert words in reason


def test_another_key() -> None:
    assert REASON_FOR_ANOTHER_KEY in one(sealed(by=key(1)))[1]
    assert "a key of another size" in one(sealed(by=key(0, 3072)))[1]
    assert REASON_FOR_ANOTHER_KEY in one(sealed(by=key(1)), key(), key(0, 3072))[1]


def test_a_key_of_another_size_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []

    def spy(private_key: RSAPrivateKey, blob: bytes, label: bytes) -> Plaintext:
        tried.append(private_key.key_size)
        return open_sealed(private_key, blob, label)

    monkeypatch.setattr(opening, "open_sealed", spy)
    assert one(sealed(), key(0, 3072), key(1), key()) == ("opens", f"key {key().short}")
    assert tried == [2048, 2048]
    tried.clear()
    items = {f"i{number}": sealed(by=key(2)) for number in range(5)}
    assert {outcome for _, outcome in outcomes(manifest(items), key(0), key(1), key(2))} == {"opens"}
    assert len(tried) == 3 + 4  # the key of the last item is tried first


def test_a_diagnosed_key_is_looked_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    first: list[str] = []

    def spy(keys: list[PrivateKey], blob: bytes, label: bytes, candidates: Mapping[bytes, str]) -> Diagnosis:
        first.append(keys[0].short)
        return diagnose(keys, blob, label, candidates)

    monkeypatch.setattr(opening, "diagnose", spy)
    items = {f"i{number}": sealed(name="moved", by=key(2)) for number in range(3)}
    assert {outcome for _, outcome in outcomes(manifest(items), key(0), key(1), key(2))} == {"fails"}
    assert first == [key(0).short, key(2).short, key(2).short]


def test_a_key_out_of_use_does_not_open_but_explains() -> None:
    keyring = Keyring((key(),), (BackupKey(key(1), "compromised"),))
    items = {"a": sealed(by=key(1)), "b": sealed(name="x", by=key(1)), "c": damaged(sealed(by=key(1))), "d": sealed()}
    found = verdicts(manifest(items), keyring=keyring)
    assert [verdict.outcome.value for verdict in found] == ["fails", "fails", "fails", "opens"]
    label = "(its Secret is labelled `compromised`)"
    assert found[0].reason == f"it opens with key {key(1).short} only, which the controller does not use {label}"
    assert found[1].reason.endswith(f"; besides, the controller does not use that key {label}")
    assert found[2].reason.endswith(label)


FROM = {
    "renamed": (("prod", "web", Scope.STRICT), "sealed for prod/web (strict), but stands here as prod/db (strict)"),
    "moved": (("dev", "db", Scope.STRICT), "sealed for dev/db (strict), but stands here as prod/db (strict)"),
    "moved and renamed": (("dev", "web", Scope.STRICT), "sealed for dev/web (strict)"),
    "default": (("default", "db", Scope.STRICT), "sealed for default/db (strict)"),
    "a Namespace object": (("team", "db", Scope.STRICT), "sealed for team/db (strict)"),
    "no namespace": (("", "db", Scope.STRICT), "sealed for db in no namespace (strict)"),
    "narrowed": (("prod", "", Scope.NAMESPACE_WIDE), "sealed for prod (namespace-wide)"),
    "narrowed and moved": (("team", "", Scope.NAMESPACE_WIDE), "sealed for team (namespace-wide)"),
    "narrowed from the cluster": (("", "", Scope.CLUSTER_WIDE), "sealed for cluster-wide"),
    "nowhere": (("x", "y", Scope.STRICT), "sealed for another name, namespace or scope, none that this run knows"),
}


@pytest.mark.parametrize("few", [False, True], ids=["all combinations", "near ones"])
@pytest.mark.parametrize(("made_for", "words"), FROM.values(), ids=FROM)
def test_where_it_came_from(
    made_for: tuple[str, str, Scope], words: str, few: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if few:
        monkeypatch.setattr(labels, "_MAX_COMBINATIONS", 3)
    others = [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": "dev", "name": "web"}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": "prod", "name": "web"}},
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}},
    ]
    [verdict] = verdicts(listed(manifest({"a": sealed(*made_for)}), *others))
    assert verdict.outcome is Outcome.FAILS
    assert words in verdict.reason


def test_many_objects_do_not_make_many_combinations() -> None:
    known = [ResourceRef("v1", "ConfigMap", f"n{number}", f"o{number}") for number in range(5000)]
    near = labels.Labels(known).near(known[0])
    assert len(near) < 50_000


def test_no_value_and_no_text_in_any_reason() -> None:
    items = {"a": sealed(), "b": sealed(name="x"), "c": damaged(sealed()), "d": sealed()[:-3], "e": sealed(by=key(1))}
    for verdict in verdicts(manifest(items)):
        assert VALUE.decode() not in repr(verdict)
        assert not any(text[20:40] in repr(verdict) for text in items.values())


def test_the_time_with_many_keys() -> None:
    """200 items under the newest of 36 keys take about as long as with that key alone; compared several times."""
    many = [*(key(1 + number % 5) for number in range(35)), key()]
    subject = manifest({f"i{number}": sealed() for number in range(200)})
    ratios = []
    for _ in range(8):
        ratios.append(_timed(subject, many) / _timed(subject, [key()]))
        if ratios[-1] <= 2:
            break
    assert min(ratios) <= 2, ratios


def _timed(subject: dict[str, Any], keys: list[PrivateKey]) -> float:
    started = time.process_time()
    found = verdicts(subject, *keys)
    assert {verdict.outcome for verdict in found} == {Outcome.OPENS}
    return time.process_time() - started
