"""Files that a transaction removes: together with the others or not at all, and only as they were read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support import posix_only

from sealwright.errors import RewriteError
from sealwright.rewrite import transaction
from sealwright.rewrite.transaction import FileChange, commit

OLD, NEW, GONE = b"a: hunter2\n", b"a: sealed\n", b"PASSWORD=hunter2\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_bytes(OLD)
    Path(".env").write_bytes(GONE)
    os.chmod(".env", 0o640)


def changes(*, first: bool = True) -> list[FileChange]:
    both = [FileChange(".env", GONE, None), FileChange("a.yaml", OLD, NEW)]
    return both if first else both[::-1]


def refuse(_change: FileChange) -> None:
    if _change.path == "a.yaml":
        raise RewriteError("not this one")


def nothing_happened() -> bool:
    return Path("a.yaml").read_bytes() == OLD and Path(".env").read_bytes() == GONE and len(os.listdir()) == 2


def test_not_what_has_changed() -> None:
    Path(".env").write_bytes(b"PASSWORD=other\n")
    with pytest.raises(RewriteError, match="changed since it was read"):
        commit(changes())
    assert Path("a.yaml").read_bytes() == OLD
    assert Path(".env").read_bytes() == b"PASSWORD=other\n"


def test_not_what_is_gone_already() -> None:
    os.unlink(".env")
    with pytest.raises(RewriteError, match="does not exist"):
        commit(changes())
    assert Path("a.yaml").read_bytes() == OLD


@pytest.mark.parametrize("first", [True, False])
def test_not_where_the_caller_refuses(*, first: bool) -> None:
    with pytest.raises(RewriteError, match="not this one"):
        commit(changes(first=first), check=refuse)
    assert nothing_happened()


@posix_only
def test_is_put_back_as_it_was_where_a_later_step_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: str) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(transaction, "flush_directory", full)
    with pytest.raises(RewriteError, match="No space left"):
        commit(changes())
    assert nothing_happened()
    assert os.stat(".env").st_mode & 0o777 == 0o640


@pytest.mark.parametrize("first", [True, False])
def test_goes_with_the_others(*, first: bool) -> None:
    assert set(commit(changes(first=first))) == {".env", "a.yaml"}
    assert os.listdir() == ["a.yaml"]
    assert Path("a.yaml").read_bytes() == NEW


CHILD = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from sealwright.rewrite import member
from sealwright.rewrite.transaction import FileChange, commit
take_away = member.take_away
def killed(target):
    if sys.argv[2] == "after":
        take_away(target)
    os.kill(os.getpid(), signal.SIGKILL)
member.take_away = killed
commit([FileChange("a.yaml", b"a: hunter2\\n", b"a: sealed\\n"), FileChange(".env", b"PASSWORD=hunter2\\n", None)])
"""


@posix_only
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_killed_run_leaves_each_file_old_or_new(when: str) -> None:
    source = str(Path(transaction.__file__).parents[2])
    result = subprocess.run([sys.executable, "-c", CHILD, source, when], check=False)
    assert result.returncode == -signal.SIGKILL
    assert Path("a.yaml").read_bytes() == NEW
    assert os.path.exists(".env") == (when == "before")
    if when == "before":
        commit([FileChange(".env", GONE, None)])
    assert [name for name in os.listdir() if "sealwright" in name] == []
