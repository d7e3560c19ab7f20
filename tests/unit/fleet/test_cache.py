"""A cache is a help and never the truth: what is damaged, full or somebody else's costs time, not findings."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from support import not_as_root

from sealwright.errors import UsageError
from sealwright.fleet.cache.base import Cache, NoCache
from sealwright.fleet.cache.local import LocalCache
from sealwright.fleet.cache.shared import SharedCache

RULES, OTHERS = "ab" * 32, "cd" * 32
ENTRIES = {number.to_bytes(16, "big"): b"x" * number for number in range(1200)}


def shared(tmp_path: Path, machine: str = "one", rules: str = RULES) -> SharedCache:
    pytest.importorskip("fsspec", reason="fsspec is not installed")
    return SharedCache(f"file://{tmp_path}/shared", str(tmp_path / machine), rules)


@pytest.fixture(params=["local", "shared"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> Cache:
    return LocalCache(str(tmp_path), RULES) if request.param == "local" else shared(tmp_path)


def test_what_is_put_is_there(cache: Cache) -> None:
    assert cache.get(ENTRIES) == {}
    cache.put(ENTRIES)
    assert cache.get(ENTRIES) == ENTRIES
    assert cache.get([b"\xff" * 16]) == {}
    assert cache.get([]) == {}
    assert not cache.trouble


def test_other_rules_have_another_cache(tmp_path: Path) -> None:
    LocalCache(str(tmp_path), RULES).put(ENTRIES)
    assert LocalCache(str(tmp_path), OTHERS).get(ENTRIES) == {}
    assert LocalCache(str(tmp_path), RULES).get(ENTRIES) == ENTRIES
    assert NoCache().get(ENTRIES) == {}


def test_two_runs_use_one_at_a_time(tmp_path: Path) -> None:
    first, second = LocalCache(str(tmp_path), RULES), LocalCache(str(tmp_path), RULES)
    first.put({b"a" * 16: b"1"})
    second.put({b"b" * 16: b"2"})
    assert first.get([b"a" * 16, b"b" * 16]) == {b"a" * 16: b"1", b"b" * 16: b"2"}


@pytest.mark.parametrize("content", [b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_one_is_put_aside(tmp_path: Path, content: bytes) -> None:
    place = Path(LocalCache(str(tmp_path), RULES).place)
    for path in tmp_path.iterdir():
        path.unlink()
    place.write_bytes(content)
    cache = LocalCache(str(tmp_path), RULES)
    assert "damaged" in cache.trouble
    cache.put(ENTRIES)
    assert cache.get(ENTRIES) == ENTRIES
    assert Path(f"{place}.damaged").read_bytes() == content


def test_a_value_that_was_changed_is_not_there(tmp_path: Path) -> None:
    cache = LocalCache(str(tmp_path), RULES)
    cache.put({b"a" * 16: b"one", b"b" * 16: b"two", b"c" * 16: b""})
    with sqlite3.connect(cache.place) as other:
        other.execute("update result set value = substr(value, 1, 6) where key = ?", (b"a" * 16,))
        other.execute("update result set value = x'' where key = ?", (b"c" * 16,))
    assert cache.get([b"a" * 16, b"b" * 16, b"c" * 16]) == {b"b" * 16: b"two"}


def test_what_cannot_be_written_is_told_once_and_stops_nothing(tmp_path: Path) -> None:
    cache = LocalCache(str(tmp_path), RULES)
    with sqlite3.connect(cache.place) as other:
        other.execute("drop table result")
    cache.put(ENTRIES)
    assert "could not be written" in cache.trouble
    assert cache.get(ENTRIES) == {}


def test_a_place_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="cannot be used"):
        LocalCache(str(tmp_path / "file" / "cache"), RULES)


@not_as_root
def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="cannot be used"):
        LocalCache(str(tmp_path), RULES)


def test_machines_share_what_they_found(tmp_path: Path) -> None:
    first = shared(tmp_path)
    first.put(ENTRIES)
    assert shared(tmp_path, "two").get(ENTRIES) == {}, "nothing was given yet"
    first.close()
    second = shared(tmp_path, "two")
    assert second.get(ENTRIES) == ENTRIES
    second.put({b"z" * 16: b"more"})
    second.close()
    assert shared(tmp_path).get([b"z" * 16]) == {b"z" * 16: b"more"}
    assert shared(tmp_path, "three", OTHERS).get(ENTRIES) == {}
    assert len(list((tmp_path / "shared").rglob("*.segment"))) == 2, "what was taken is not given back"


def test_a_segment_that_was_cut_short_is_left_alone(tmp_path: Path) -> None:
    first = shared(tmp_path)
    first.put(ENTRIES)
    first.close()
    [segment] = (tmp_path / "shared").rglob("*.segment")
    segment.write_bytes(segment.read_bytes()[:-5])
    second = shared(tmp_path, "two")
    assert "could not be read" in second.trouble
    assert second.get(ENTRIES) == {}


@pytest.mark.parametrize("place", ["nothing-of-the-kind://x/y", "s3://"])
def test_a_place_that_nobody_can_reach_is_refused(tmp_path: Path, place: str) -> None:
    pytest.importorskip("fsspec", reason="fsspec is not installed")
    with pytest.raises(UsageError, match="cache cannot be"):
        SharedCache(place, str(tmp_path), RULES)
