"""Many keys, keys out of use, and what the run knows about where an item came from."""

from __future__ import annotations

import time
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from unit.verify.made import VALUE, key, listed, manifest, outcomes, sealed, verdicts

from sealwright.finding import Outcome, ResourceRef
from sealwright.sealing.keys import PrivateKey
from sealwright.sealing.scope import Scope
from sealwright.verify import labels
from sealwright.verify.keys.backup import BackupKey
from sealwright.verify.keys.keyring import Keyring

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


class Counting:
    """A key that counts what it is asked for: `decrypt` for trying, its numbers for looking inside."""

    def __init__(self, key: RSAPrivateKey) -> None:
        self._key = key
        self.tried = 0
        self.looked = 0

    def decrypt(self, block: bytes, oaep: Any) -> bytes:
        self.tried += 1
        return self._key.decrypt(block, oaep)

    def private_numbers(self) -> Any:
        self.looked += 1
        return self._key.private_numbers()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._key, name)


def counting(*keys: PrivateKey) -> tuple[list[PrivateKey], list[Counting]]:
    counters = [Counting(opener.key) for opener in keys]
    return [opener._replace(key=counter) for opener, counter in zip(keys, counters, strict=True)], counters  # type: ignore[arg-type]


def test_a_key_of_another_size_is_not_tried() -> None:
    keys, counters = counting(key(0, 3072), key(1), key())
    assert one(sealed(), *keys) == ("opens", f"key {key().short}")
    assert counters[0].tried == 0


def test_a_key_whose_modulus_is_too_small_is_not_tried() -> None:
    keys, counters = counting(*sorted((key(number) for number in range(3)), key=_modulus))
    item = next(item for item in iter(lambda: sealed(by=keys[2]), None) if _number(item) >= _modulus(keys[1]))
    assert one(item, *keys) == ("opens", f"key {keys[2].short}")
    assert [counter.tried for counter in counters] == [0, 0, 1]
    outcome, reason = one(item, *keys[:2])
    assert (outcome, counters[0].tried + counters[1].tried + counters[1].looked) == ("fails", 0)
    assert REASON_FOR_ANOTHER_KEY in reason


def _modulus(opener: PrivateKey) -> int:
    return opener.key.public_key().public_numbers().n


def _number(item: str) -> int:
    return int.from_bytes(b64decode(item)[2:258], "big")


@pytest.mark.parametrize("objects", [1, 5])
def test_the_key_of_neighbours_is_tried_first(objects: int) -> None:
    keys, counters = counting(*(key(number) for number in range(4)))
    items = {f"i{number}": sealed(by=key(2)) for number in range(40 // objects)}
    found = verdicts(listed(*(manifest(items | {str(n): sealed(by=key(2))}) for n in range(objects))), *keys)
    assert {verdict.outcome for verdict in found} == {Outcome.OPENS}
    assert sum(counter.tried for counter in counters) <= 45 + 4  # some tries for the first, one for each other


def test_a_pattern_is_learned() -> None:
    """Items whose keys take turns cost hardly more than those of one key, once every turn was seen."""
    keys, counters = counting(*(key(number) for number in range(5)))
    items = {f"i{number}": sealed(by=key(number % 5)) for number in range(100)}
    assert set(outcomes(manifest(items), *keys)) == {(name, "opens") for name in items}
    assert sum(counter.tried for counter in counters) <= 100 + 40


def test_an_alias_is_not_tried_again() -> None:
    keys, counters = counting(key(1), key())
    first, *others = (f"a{number}" for number in range(200))
    lines = [f"    {first}: &item {sealed(name='x')}", *(f"    {name}: *item" for name in others)]
    head = ["apiVersion: bitnami.com/v1alpha1", "kind: SealedSecret", "metadata: {name: db, namespace: prod}"]
    text = "\n".join([*head, "spec:", "  encryptedData:", *lines])
    assert {outcome for _, outcome in outcomes(text, *keys)} == {"fails"}
    assert sum(counter.tried + counter.looked for counter in counters) < 30


def test_one_look_explains_an_object() -> None:
    """A label that nobody would guess is looked for inside; the others of the object are tried with what was found."""
    keys, counters = counting(key(1), key())
    known = manifest({"b": sealed("a", "web")}, "a", "web")
    moved = manifest({f"i{number}": sealed("prod", "web") for number in range(30)})
    found = verdicts(listed(moved, known), *keys)[:-1]
    assert {verdict.reason[:30] for verdict in found} == {"sealed for prod/web (strict), "}
    assert sum(counter.looked for counter in counters) <= 2


def test_a_guess_spares_the_look() -> None:
    keys, counters = counting(key())
    for scope in (Scope.NAMESPACE_WIDE, Scope.CLUSTER_WIDE):
        assert "sealed for " in one(sealed(scope=scope), *keys)[1]
    subject = manifest({"a": sealed(name="old")})
    subject["spec"]["template"] = {"metadata": {"name": "old", "namespace": "prod"}}
    assert "sealed for prod/old (strict)" in verdicts(subject, *keys)[0].reason
    assert counters[0].looked == 0


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
    candidates = labels.Labels(known)
    for words, label in (
        ("n1/o4999 (strict)", b"n1/o4999"),
        ("n7/o1 (strict)", b"n7/o1"),
        ("n9 (namespace-wide)", b"n9"),
    ):
        assert candidates.find(sha256(label).digest(), known[1]) == (words, label)
    assert candidates.find(sha256(b"n7/o8").digest(), known[1]) is None
    assert len(candidates._common) < 50_000


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
