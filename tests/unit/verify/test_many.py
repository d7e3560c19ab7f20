"""Many items, keys and threads: the same verdicts as one item, key and thread at a time, and an end to every search."""

from __future__ import annotations

import os
import random
import threading
from base64 import b64decode, b64encode
from collections import Counter
from typing import Any

import pytest
from support import posix_only
from unit.verify.made import key, listed, manifest, sealed
from unit.verify.test_opening import counting

from sealwright.finding import Outcome, ResourceRef, Verdict
from sealwright.manifest.documents import read_documents
from sealwright.manifest.source import decode
from sealwright.sealing.diagnosis import Cause, diagnose, label_index
from sealwright.sealing.scheme import CannotOpen, open_sealed
from sealwright.sealing.scope import Scope, label_as_read
from sealwright.verify.keys import explaining, trying
from sealwright.verify.keys.backup import BackupKey
from sealwright.verify.keys.examiner import KeyExaminer
from sealwright.verify.keys.forked import forked_map
from sealwright.verify.keys.keyring import Keyring
from sealwright.verify.keys.threads import LAG, in_order
from sealwright.verify.sealed_items import SealedItem, sealed_items

NAMES = ["db", "web", "api"]
SPACES = ["prod", "dev"]
KEYS = 5


def damaged(text: str, offset: int) -> str:
    blob = bytearray(b64decode(text))
    blob[offset] ^= 1
    return b64encode(blob).decode()


def some_item(chance: random.Random) -> str:
    """An item for prod/db, or for another place, under one of the keys or a foreign one, whole or damaged."""
    by = key(chance.randrange(KEYS + 1))
    scope = chance.choice([Scope.STRICT, Scope.STRICT, *Scope])
    text = sealed(chance.choice(["prod", "prod", *SPACES]), chance.choice(["db", "db", *NAMES]), scope, by)
    how = chance.randrange(12)
    changes = {0: damaged(text, -1), 1: damaged(text, 40), 2: damaged(text, 1), 3: text[:-24], 4: text[:40]}
    return changes.get(how, text)


def items_of(*objects: dict[str, Any]) -> list[SealedItem]:
    source = decode("a.yaml", str(listed(*objects)).encode())
    found = [item for document in read_documents(source) for item in sealed_items(document)]
    assert all(isinstance(item, SealedItem) for item in found)
    return found  # type: ignore[return-value]


def known() -> set[ResourceRef]:
    return {ResourceRef("v1", "Secret", space, name) for space in SPACES for name in NAMES}


def examined(items: list[SealedItem], workers: int, keyring: Keyring | None = None, **how: Any) -> list[Verdict]:
    ring = keyring or Keyring(tuple(key(number) for number in range(KEYS)))
    return list(KeyExaminer(ring, workers=workers, **how).examine(items, known()))


def expected(item: SealedItem) -> tuple[bool, str, str]:
    """Whether it opens, with which key, and where it was sealed for: one key after the other, the plain way."""
    blob = b64decode(item.text or "")
    label = label_as_read(item.scope, item.resource.namespace, item.resource.name)
    keys = [key(number) for number in range(KEYS)]
    for opener in keys:
        try:
            open_sealed(opener.key, blob, label)
        except CannotOpen:
            continue
        return True, opener.short, ""
    places = [(f"{space}/{name} (strict)", f"{space}/{name}".encode()) for space in SPACES for name in NAMES]
    wide = [(f"{space} (namespace-wide)", space.encode()) for space in SPACES]
    found = diagnose(keys, blob, label, label_index([*places, *wide, ("cluster-wide", b"")]))
    return False, found.key, found.label if found.cause is Cause.WRONG_LABEL else found.cause.value


WORDS = {
    "too-short": "it was cut off: ",
    "other-key-size": "a key of another size",
    "wrong-key": "with another key than",
    "corrupted": "changed or cut off after",
}


@pytest.mark.parametrize("seed", range(3))
def test_as_one_at_a_time(seed: int) -> None:
    chance = random.Random(seed)
    objects = [
        manifest({f"i{number}": some_item(chance) for number in range(chance.choice([1, 3, 40]))}) for _ in range(4)
    ]
    items = items_of(*objects)
    alone = examined(items, 1)
    assert examined(items, 4) == alone
    for item, verdict in zip(items, alone, strict=True):
        opens, opener, why = expected(item)
        assert (verdict.outcome is Outcome.OPENS) == opens
        assert opener in verdict.reason
        assert opens or WORDS.get(why, f"sealed for {why}") in verdict.reason


@pytest.mark.parametrize("workers", [1, 3])
def test_a_search_has_an_end(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a file holds; but what neighbours opened with is tried on every item, and nothing is called open."""
    monkeypatch.setattr(trying, "_MOST_IN_VAIN_IN_AN_OBJECT", 4)  # operations of 4096 bits: 32 of 2048
    monkeypatch.setattr(explaining, "_MOST_LOOKS", 1)
    monkeypatch.setattr(explaining, "_MOST_TRIES", 1)
    keys, counters = counting(*(key(number) for number in range(4)))
    late = {f"j{number}": sealed(by=key(2)) for number in range(5)}
    foreign = {f"i{number}": sealed(by=key(4)) for number in range(LAG * 32 + 200)}
    items = items_of(manifest({"a": sealed(by=key(2))} | foreign | late), manifest(late, name="db2"))
    found = examined(items, workers, Keyring(tuple(keys)))
    outcomes = Counter(verdict.outcome for verdict in found[: 1 + len(foreign)])
    assert outcomes[Outcome.OPENS] == 1
    assert outcomes[Outcome.FAILS] >= 400
    assert outcomes[Outcome.UNKNOWN] >= 100
    assert [verdict.outcome for verdict in found[1 + len(foreign) : 6 + len(foreign)]] == [Outcome.OPENS] * 5
    assert all(
        "sealed for prod/db" in verdict.reason for verdict in found[-5:]
    )  # another object has patience of its own
    assert sum(counter.looked for counter in counters) <= 20
    assert {verdict.reason for verdict in found if verdict.outcome is Outcome.UNKNOWN} == {trying_left()}


def trying_left() -> str:
    return "not tried with every key: too many items before it open with none"


def test_what_is_not_looked_into_still_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explaining, "_MOST_LOOKS", 1)
    monkeypatch.setattr(explaining, "_MOST_TRIES", 1)
    items = items_of(*(manifest({"a": sealed(by=key(9))}, name=f"s{number}") for number in range(30)))
    found = examined(items, 1)
    assert {verdict.outcome for verdict in found} == {Outcome.FAILS}
    assert "sealed with another key than the given ones" in found[0].reason
    assert "it opens with none of the given keys, and nor does anything else" in found[-1].reason
    mixed = examined([*items_of(manifest({"a": sealed()})), *items], 1)
    assert mixed[-1].reason == "it opens with none of the given keys; why was not looked into, after so many others"


def test_a_key_of_another_cluster_does_not_open_and_is_named() -> None:
    names = {key(0).fingerprint: "prod", key(1).fingerprint: "staging"}
    items = items_of(
        manifest({"a": sealed(), "b": sealed(by=key(1)), "c": sealed(name="x", by=key(1)), "d": sealed(by=key(2))})
    )
    ring = Keyring((key(0), key(1), key(2)))
    found = examined(items, 1, ring, names=names, cluster="prod")
    assert [verdict.outcome.value for verdict in found] == ["opens", "fails", "fails", "opens"]
    assert found[1].reason == "sealed with the key of cluster staging"
    assert found[2].reason.endswith("; besides, it is the key of cluster staging")
    found = examined(items, 1, ring, names=names)
    assert [verdict.outcome.value for verdict in found] == ["opens", "opens", "fails", "opens"]
    assert found[1].reason == f"key {key(1).short} of cluster staging"


def test_any_key_counts_those_out_of_use() -> None:
    ring = Keyring((key(0),), (BackupKey(key(1), "compromised"),))
    items = items_of(manifest({"a": sealed(), "b": sealed(by=key(1))}))
    assert [verdict.outcome.value for verdict in examined(items, 1, ring)] == ["opens", "fails"]
    assert [verdict.outcome.value for verdict in examined(items, 1, ring, any_key=True)] == ["opens", "opens"]


def test_threads_start_no_job_before_its_time() -> None:
    before = threading.active_count()
    done: list[int] = []
    seen: list[int] = []

    def jobs() -> Any:
        for number in range(60):
            seen.append(len(done))
            yield number

    for workers in (1, 3):
        done.clear()
        seen.clear()
        done.extend(in_order(lambda job: job * 2, jobs(), workers))
        assert done == [2 * number for number in range(60)]
        assert seen == [max(0, number - LAG + 1) for number in range(60)]
    assert threading.active_count() == before


def test_a_thread_that_fails_says_so() -> None:
    with pytest.raises(ZeroDivisionError):
        list(in_order(lambda job: 1 // job, [1, 0, 2], 2))


@pytest.mark.parametrize("workers", [1, 2, 5, 50])
def test_processes_give_results_in_order(workers: int) -> None:
    jobs = [0, 1, 0, 3, 100_000, 5, 7]
    assert forked_map(lambda job: b"x" * job, jobs, workers) == [b"x" * job for job in jobs]
    assert forked_map(lambda job: b"", [], workers) == []


@posix_only
def test_the_work_of_a_killed_process_is_done_here() -> None:
    own = os.getpid()

    def work(job: int) -> bytes:
        if job == 3 and os.getpid() != own:
            os.kill(os.getpid(), 9)
        return bytes([job])

    assert forked_map(work, range(6), 2) == [bytes([job]) for job in range(6)]
