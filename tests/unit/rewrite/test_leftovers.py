"""Temporary files of killed runs: which stay, and which are removed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from support import POSIX_ONLY

from sealwright.rewrite import lock
from sealwright.rewrite.leftovers import SUFFIX, sweep, temporary_name, temporary_prefix
from sealwright.rewrite.transaction import FileChange, commit

STALE = f".a.yaml.0123456789abcdef{SUFFIX}"


@pytest.mark.parametrize(
    "name",
    [
        "a.yaml",
        SUFFIX,
        f"0123456789abcdef{SUFFIX}",
        f".a.yaml.0123456789abcde{SUFFIX}",
        f".a.yaml.0123456789ABCDEF{SUFFIX}",
        f".a.yaml.0123456789abcdef{SUFFIX}~",
        f".a.yaml-0123456789abcdef{SUFFIX}",
    ],
)
def test_must_not_remove_what_is_not_called_so(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    sweep(str(tmp_path), ["a.yaml"])
    assert os.listdir(tmp_path) == [name]


@pytest.mark.skipif(sys.platform == "win32", reason=POSIX_ONLY)
def test_must_not_remove_what_is_no_file_or_belongs_to_a_run_that_is_alive(tmp_path: Path) -> None:
    (tmp_path / STALE).mkdir()
    (tmp_path / STALE.replace("a", "b", 1)).symlink_to("nowhere")
    alive = tmp_path / STALE.replace("0", "1")
    with alive.open("wb") as file:
        assert lock.try_lock(file.fileno()) is lock.Lock.HELD
        sweep(str(tmp_path), ["a.yaml"])
        assert len(os.listdir(tmp_path)) == 3
    sweep(str(tmp_path), ["a.yaml"])
    assert not alive.exists()


def test_must_not_fail_without_a_directory(tmp_path: Path) -> None:
    sweep(str(tmp_path / "missing"), ["a.yaml"])


def test_without_locks_only_those_of_the_own_files_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "HOLDS_FILES", False)
    other = STALE.replace("a.yaml", "b.yaml")
    for name in (STALE, other):
        (tmp_path / name).write_bytes(b"")
    sweep(str(tmp_path), ["a.yaml"])
    assert os.listdir(tmp_path) == [other]


@pytest.mark.parametrize("name", [STALE, STALE.replace("a.yaml", "gone.yaml")])
def test_a_commit_removes_them(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.yaml").write_bytes(b"old")
    (tmp_path / name).write_bytes(b"half of i")
    commit([FileChange(str(tmp_path / "a.yaml"), b"old", b"new")])
    if sys.platform != "win32" or name == STALE:
        assert os.listdir(tmp_path) == ["a.yaml"]


def test_names_are_never_too_long_and_never_the_same(tmp_path: Path) -> None:
    for basename in ("a", "a" * 255, "\u00e9" * 127, "\U0001f511" * 63):
        names = {temporary_name(str(tmp_path), basename) for _ in range(9)}
        assert len(names) == 9
        assert all(len(os.fsencode(name)) <= 255 for name in names)
    assert temporary_prefix("a" * 254 + "b", 255) != temporary_prefix("a" * 254 + "c", 255)
    assert temporary_prefix("a.yaml", 255) == ".a.yaml"
    assert temporary_prefix("\u00e9" * 90, 143).startswith("." + "\u00e9" * 50 + "~")
