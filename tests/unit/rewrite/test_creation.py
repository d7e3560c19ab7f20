"""Files that a transaction creates: together with the others or not at all, and never over something."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support import posix_only

from sealwright.errors import RewriteError
from sealwright.rewrite import transaction
from sealwright.rewrite.transaction import FileChange, commit

OLD, NEW = b"a: hunter2\n", b"a: sealed\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_bytes(OLD)


def changes(path: str = "new") -> list[FileChange]:
    return [FileChange(path, None, b"stamps"), FileChange("a.yaml", OLD, NEW)]


def names() -> set[str]:
    return set(os.listdir())


def _exists() -> None:
    Path("new").write_bytes(b"mine")


def _dangling() -> None:
    Path("new").symlink_to("nowhere")


def _folder_there() -> None:
    os.mkdir("new")


STANDING = {"a file": _exists, "a link to nothing": _dangling, "a folder": _folder_there}


@posix_only
@pytest.mark.parametrize("stand", STANDING.values(), ids=STANDING)
def test_never_over_something(stand: Callable[[], None]) -> None:
    stand()
    before = names()
    with pytest.raises(RewriteError, match="came into being since it was looked for; every file is as it was"):
        commit(changes())
    assert Path("a.yaml").read_bytes() == OLD
    assert names() == before


@posix_only
@pytest.mark.parametrize("stand", STANDING.values(), ids=STANDING)
def test_never_over_what_appears_while_it_is_checked(stand: Callable[[], None]) -> None:
    def check(change: FileChange) -> None:
        if change.path == "a.yaml":
            stand()

    with pytest.raises(RewriteError, match="came into being"):
        commit(changes(), check=check)
    assert Path("a.yaml").read_bytes() == OLD
    assert names() == {"a.yaml", "new"}


@pytest.mark.parametrize(
    ("path", "words"),
    [("none/new", "in a folder that does not exist"), ("a.yaml/new", "folder"), ("n\0w", "not a possible path")],
)
def test_refused(path: str, words: str) -> None:
    with pytest.raises(RewriteError, match=words) as caught:
        commit(changes(path))
    assert caught.value.hint
    assert Path("a.yaml").read_bytes() == OLD
    assert names() == {"a.yaml"}


def test_refuses_the_same_new_file_twice() -> None:
    with pytest.raises(RewriteError, match="is the same file as"):
        commit([FileChange("new", None, b"1"), FileChange("./new", None, b"2")])
    assert names() == {"a.yaml"}


@pytest.mark.parametrize("failing", [1, 2])
def test_taken_away_again_when_a_later_file_fails(failing: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real, count = os.replace, 0

    def replace(source: str, target: str) -> None:
        nonlocal count
        count += 1
        if count == failing:
            raise OSError(5, "no")
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(RewriteError, match="every file is as it was"):
        commit(changes())
    assert Path("a.yaml").read_bytes() == OLD
    assert names() == {"a.yaml"}


def test_left_alone_when_somebody_else_has_changed_it_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.replace

    def replace(source: str, target: str) -> None:
        if os.path.basename(target) == "a.yaml":
            Path("new").write_bytes(b"theirs")
            raise OSError(5, "no")
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(RewriteError, match="new was changed by something else meanwhile, and was left alone"):
        commit(changes())
    assert Path("new").read_bytes() == b"theirs"


def test_created_together_with_what_is_rewritten() -> None:
    os.mkdir("deep")
    done = commit([*changes(), FileChange(os.path.join("deep", "empty"), None, b"")])
    assert done == ["new", "a.yaml", os.path.join("deep", "empty")]
    assert (Path("new").read_bytes(), Path("a.yaml").read_bytes()) == (b"stamps", NEW)
    assert Path("deep/empty").read_bytes() == b""
    assert names() == {"a.yaml", "deep", "new"}


@posix_only
@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_with_the_mode_of_any_new_file(mask: int) -> None:
    before = os.umask(mask)
    try:
        commit(changes())
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert Path("new").stat().st_mode & 0o777 == 0o666 & ~mask


@posix_only
def test_through_a_linked_folder() -> None:
    os.mkdir("real")
    os.symlink("real", "linked")
    commit(changes("linked/new"))
    assert Path("real/new").read_bytes() == b"stamps"
    assert os.path.islink("linked")


CHILD = """
import sys
source, tag = sys.argv[1:]
sys.path.insert(0, source)
from sealwright.errors import RewriteError
from sealwright.rewrite.transaction import FileChange, commit

won = 0
for number in range(60):
    try:
        commit([FileChange(f"{number}", None, tag.encode()), FileChange(f"{number}b", None, tag.encode())])
        won += 1
    except RewriteError as error:
        assert error.message.endswith("every file is as it was"), error
print(won)
"""


@posix_only
def test_of_two_runs_that_create_a_file_one_gets_through(tmp_path: Path) -> None:
    source = str(Path(transaction.__file__).parents[2])
    command = [sys.executable, "-I", "-S", "-B", "-c", CHILD, source]
    runs = [subprocess.Popen([*command, tag], stdout=subprocess.PIPE, text=True) for tag in "AB"]
    won = [int(run.communicate(timeout=60)[0]) for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    tags = [Path(str(number)).read_bytes() for number in range(60) if Path(str(number)).exists()]
    assert [tags.count(b"A"), tags.count(b"B")] == won
    assert all(Path(f"{number}b").exists() == Path(str(number)).exists() for number in range(60))
