"""The ledger: what it knows, what it never holds, and that two runs at once do not lose each other's entries."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from sealwright.convert.sealer import Sealing
from sealwright.plaintext import Plaintext
from sealwright.run import ledger as module
from sealwright.run.ledger import Recollection, load_ledger
from sealwright.sealing.go_base64 import encode
from sealwright.sealing.stamps import digest_of

VALUE = b"corr3ct-horse-battery"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LOCALAPPDATA" if os.name == "nt" else "XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "sealwright" / "ledger"


def sealing(
    value: bytes = VALUE, *, key: str = "sha256:a", label: bytes = b"prod/db", item: str = "password"
) -> Sealing:
    return Sealing(key, label, item, Plaintext(value))


def digest(number: int = 0) -> str:
    return digest_of(b"blob %d" % number)


def test_every_part_counts(state: Path) -> None:
    ledger = load_ledger()
    ledger.remember(sealing(), digest())
    ledger.save()
    assert load_ledger().made(digest(), sealing())
    assert load_ledger().knows(digest())
    for other in (
        sealing(b"another"),
        sealing(key="sha256:b"),
        sealing(label=b"prod"),
        sealing(item="user"),
        sealing(VALUE + b"x", item="passwor"),
        sealing(label=b"prod/dbpassword", item=""),
    ):
        assert not load_ledger().made(digest(), other)
    assert not load_ledger().made(digest(1), sealing())
    assert not load_ledger().made("", sealing())
    assert not load_ledger().knows(digest(1))
    assert VALUE not in state.read_bytes()
    assert "corr3ct" not in repr(load_ledger())


def test_no_value_can_be_tried_without_the_machines_key(state: Path, tmp_path: Path) -> None:
    marks = []
    for _ in range(2):
        ledger = load_ledger()
        ledger.remember(sealing(), digest())
        ledger.save()
        marks.append(state.read_bytes()[-64:-32])
        state.unlink()
    assert marks[0] != marks[1]


def test_the_oldest_go_when_there_are_too_many(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ENTRIES", 3)
    for number in (0, 1, 2, 0, 3):
        ledger = load_ledger()
        ledger.remember(sealing(b"%d" % number), digest(number))
        ledger.save()
    kept = load_ledger()
    assert [kept.made(digest(number), sealing(b"%d" % number)) for number in range(4)] == [True, False, True, True]
    assert state.stat().st_size == 20 + 32 + 3 * 64


def add(number: int) -> None:
    ledger = load_ledger()
    ledger.remember(sealing(b"%d" % number), digest(number))
    ledger.save()


def test_two_runs_at_once_lose_nothing(state: Path) -> None:
    add(100)
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(add, range(20)))
    ledger = load_ledger()
    missing = [number for number in range(20) if not ledger.made(digest(number), sealing(b"%d" % number))]
    assert missing == [] or os.name == "nt"
    assert not list(state.parent.glob("ledger.*"))


def test_what_cannot_be_kept_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    monkeypatch.setenv("LOCALAPPDATA" if os.name == "nt" else "XDG_STATE_HOME", str(blocked))
    ledger = load_ledger()
    ledger.remember(sealing(), digest())
    ledger.save()
    assert "cannot be" in ledger.flaw
    monkeypatch.setenv("XDG_STATE_HOME", "relative/path")
    monkeypatch.setenv("HOME", str(tmp_path))
    if os.name != "nt":
        add(1)
        assert (tmp_path / ".local/state/sealwright/ledger").exists()


def test_only_what_stands_at_the_place_is_kept() -> None:
    """Of equal values each keeps its own ciphertext: equal ones would show that they are equal."""
    ledger = load_ledger()
    for number in (0, 1):
        ledger.remember(sealing(), digest(number))
    assert not ledger.made(digest(), sealing()), "not known before it was saved and read again"
    ledger.save()
    texts = {("prod", "db", "password"): encode(b"blob 0"), ("prod", "dc", "password"): encode(b"blob 1")}
    texts["prod", "bad", "password"], texts["prod", "other", "password"] = "no base64!", encode(b"other")
    memory = Recollection(load_ledger(), lambda *place: texts.get(place))
    assert memory.standing(sealing(), "prod", "db") == encode(b"blob 0")
    assert memory.standing(sealing(), "prod", "dc") == encode(b"blob 1")
    for name in ("bad", "other", "none"):
        assert memory.standing(sealing(), "prod", name) is None
    assert Recollection(load_ledger()).standing(sealing(), "prod", "db") is None
