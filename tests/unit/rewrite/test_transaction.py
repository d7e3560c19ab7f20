"""The transaction: what it refuses or survives with every file as it was, then what it keeps when it writes."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from support import NOT_AS_ROOT, OTHER_PLATFORM, POSIX_ONLY

from sealwright.errors import RewriteError, SealwrightError, UnreadableError
from sealwright.rewrite import lock, staging
from sealwright.rewrite.transaction import FileChange, commit

OLD = {"a.yaml": b"a: hunter2\r\n", "b.yaml": b"\xef\xbb\xbfb: hunter2", "c.yaml": b"c: \0hunter2\n\n"}
NEW = {"a.yaml": b"a: sealed\r\n", "b.yaml": b"\xef\xbb\xbfb: sealed", "c.yaml": b"c: \0sealed\n\n"}

posix = pytest.mark.skipif(sys.platform == "win32", reason=POSIX_ONLY)
not_root = pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() == 0, reason=NOT_AS_ROOT)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    tree.mkdir()
    for name, content in OLD.items():
        (tree / name).write_bytes(content)
    return tree


def changes(tree: Path, *more: FileChange) -> list[FileChange]:
    return [*(FileChange(str(tree / name), OLD[name], NEW[name]) for name in OLD), *more]


def contents(tree: Path) -> dict[str, bytes]:
    """Every file below the tree, litter included; links by what they lead to."""
    return {str(path.relative_to(tree)): path.read_bytes() for path in sorted(tree.rglob("*")) if path.is_file()}


def refused(attempt: Callable[[], object], tree: Path, *, place: str = "") -> RewriteError:
    """The error, after looking that nothing changed, nothing was left behind and nothing was given away."""
    before = contents(tree)
    with pytest.raises(RewriteError) as caught:
        attempt()
    assert contents(tree) == before
    error = caught.value
    assert error.message.endswith("every file is as it was")
    assert error.hint
    assert "hunter2" not in f"{error} {error.hint} {error.__cause__!r}"
    assert error.place == place
    return error


# -- must not


def test_refuses_a_file_that_changed_since_it_was_read(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replaced: list[str] = []
    monkeypatch.setattr(os, "replace", replaced.append)
    (tree / "c.yaml").write_bytes(b"somebody else's")
    error = refused(lambda: commit(changes(tree)), tree, place=str(tree / "c.yaml"))
    assert "changed since it was read" in error.message
    assert not replaced


def test_refuses_a_file_that_changes_while_it_is_checked(tree: Path) -> None:
    def check(change: FileChange) -> None:
        if change.path.endswith("c.yaml"):
            (tree / "a.yaml").write_bytes(b"somebody else's")

    with pytest.raises(RewriteError, match="changed since it was read"):
        commit(changes(tree), check=check)
    assert contents(tree) == {**OLD, "a.yaml": b"somebody else's"}


def test_refuses_a_file_that_is_replaced_by_an_equal_one_while_it_is_checked(tree: Path) -> None:
    def check(change: FileChange) -> None:
        if change.path.endswith("c.yaml"):
            (tree / "other").write_bytes(OLD["b.yaml"])
            (tree / "other").replace(tree / "b.yaml")

    refused(lambda: commit(changes(tree), check=check), tree, place=str(tree / "b.yaml"))


@pytest.mark.parametrize(
    "error", [UnreadableError("does not parse", hint="look", place="there:3"), ValueError("hunter2")]
)
def test_refuses_what_the_check_refuses(tree: Path, error: Exception) -> None:
    seen: list[str] = []

    def check(change: FileChange) -> None:
        seen.append(change.path)
        if len(seen) == 2:
            raise error

    place = error.place if isinstance(error, SealwrightError) else str(tree / "b.yaml")
    raised = refused(lambda: commit(changes(tree), check=check), tree, place=place)
    assert raised.message.startswith("does not parse" if place == "there:3" else "could not be rewritten (ValueError)")
    assert seen == [str(tree / "a.yaml"), str(tree / "b.yaml")]


def test_refuses_a_missing_file(tree: Path) -> None:
    missing = str(tree / "missing.yaml")
    error = refused(lambda: commit(changes(tree, FileChange(missing, b"", b"x"))), tree, place=missing)
    assert "does not exist" in error.message


@pytest.mark.parametrize("name", ["", "\0", "a.yaml\0"])
def test_refuses_an_impossible_path(tree: Path, name: str) -> None:
    with pytest.raises(RewriteError):
        commit(changes(tree, FileChange(name, b"", b"x")))
    assert contents(tree) == OLD


def test_refuses_a_directory(tree: Path) -> None:
    error = refused(lambda: commit(changes(tree, FileChange(str(tree), b"", b"x"))), tree, place=str(tree))
    assert "not a regular file" in error.message


@posix
def test_refuses_a_pipe_without_waiting_for_it(tree: Path) -> None:
    pipe = tree / "pipe"
    os.mkfifo(pipe)
    refused(lambda: commit(changes(tree, FileChange(str(pipe), b"", b"x"))), tree, place=str(pipe))


@posix
@pytest.mark.parametrize(("goal", "reason"), [("nowhere", "leads nowhere"), ("link", "")])
def test_refuses_a_link_without_a_file(tree: Path, goal: str, reason: str) -> None:
    link = tree / "link"
    link.symlink_to(goal)
    error = refused(lambda: commit(changes(tree, FileChange(str(link), b"", b"x"))), tree, place=str(link))
    assert reason in error.message
    assert os.readlink(link) == goal


def test_refuses_a_read_only_file(tree: Path) -> None:
    (tree / "b.yaml").chmod(0o444)
    error = refused(lambda: commit(changes(tree)), tree, place=str(tree / "b.yaml"))
    assert "read-only" in error.message


def test_refuses_to_part_hard_links(tree: Path) -> None:
    os.link(tree / "b.yaml", tree / "second.yaml")
    error = refused(lambda: commit(changes(tree)), tree, place=str(tree / "b.yaml"))
    assert "2 names" in error.message


@posix
@not_root
def test_refuses_a_read_only_directory(tree: Path) -> None:
    tree.chmod(0o555)
    try:
        error = refused(lambda: commit(changes(tree)), tree, place=str(tree / "a.yaml"))
    finally:
        tree.chmod(0o755)
    assert "directory" in error.hint


def _same(tree: Path, way: str) -> str:
    path = tree / "a.yaml"
    if way == "identical":
        return str(path)
    if way == "dotted":
        return os.path.join(str(tree), ".", "..", tree.name, "a.yaml")
    if way == "relative":
        return os.path.relpath(path)
    if way == "case":
        if not (tree / "A.YAML").exists():
            pytest.skip(OTHER_PLATFORM)
        return str(tree / "A.YAML")
    (tree / "link").symlink_to("a.yaml")
    return str(tree / "link")


@posix
@pytest.mark.parametrize("way", ["identical", "dotted", "relative", "link", "case"])
def test_refuses_a_file_that_is_named_twice(tree: Path, way: str) -> None:
    twin = FileChange(_same(tree, way), OLD["a.yaml"], b"another")
    error = refused(lambda: commit(changes(tree, twin)), tree, place=twin.path)
    assert "same file" in error.message


@posix
def test_refuses_a_file_that_another_run_holds(tree: Path) -> None:
    fd = os.open(tree / "b.yaml", os.O_RDWR)
    try:
        assert lock.try_lock(fd) is lock.Lock.HELD
        error = refused(lambda: commit(changes(tree)), tree, place=str(tree / "b.yaml"))
    finally:
        os.close(fd)
    assert "another process" in error.message


@posix
def test_a_file_stays_held_after_it_was_replaced_until_the_transaction_ends(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[lock.Lock] = []
    real = os.replace

    def replace(source: str, goal: str) -> None:
        real(source, goal)
        fd = os.open(goal, os.O_RDWR)
        held.append(lock.try_lock(fd))
        os.close(fd)

    monkeypatch.setattr(os, "replace", replace)
    commit(changes(tree))
    assert held == [lock.Lock.BUSY] * 3


@posix
def test_refuses_a_file_that_was_replaced_before_the_lock_was_had(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = lock.try_lock

    def late(fd: int) -> lock.Lock:
        if os.path.samestat(os.fstat(fd), os.lstat(tree / "a.yaml")):
            (tree / "other").write_bytes(OLD["a.yaml"])
            (tree / "other").replace(tree / "a.yaml")
        return real(fd)

    monkeypatch.setattr(lock, "try_lock", late)
    refused(lambda: commit(changes(tree)), tree, place=str(tree / "a.yaml"))


@posix
def test_refuses_if_the_file_it_locked_is_not_the_one_at_the_path(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def opened(path: str, flags: int, mode: int = 0o777) -> int:
        return real(path.replace("a.yaml", "b.yaml"), flags, mode)

    monkeypatch.setattr(os, "open", opened)
    refused(lambda: commit(changes(tree)[:1]), tree, place=str(tree / "a.yaml"))


@posix
def test_takes_another_name_if_its_new_file_is_taken_for_a_leftover(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = lock.try_lock
    removed: list[Path] = []

    def late(fd: int) -> lock.Lock:
        litter = [path for path in tree.iterdir() if path.name.endswith(".sealwright-tmp")]
        if litter and not removed:
            removed.append(litter[0])
            litter[0].unlink()
        return real(fd)

    monkeypatch.setattr(lock, "try_lock", late)
    commit(changes(tree))
    assert removed
    assert contents(tree) == NEW


def test_takes_another_name_if_one_is_taken(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = tree / f".a.yaml.{'00' * 8}.sealwright-tmp"
    taken.mkdir()  # a directory is no leftover
    numbers = iter([bytes(8), b"\1" * 8])
    monkeypatch.setattr(os, "urandom", lambda _: next(numbers))
    commit(changes(tree)[:1])
    assert contents(tree) == {**OLD, "a.yaml": NEW["a.yaml"]}
    assert taken.is_dir()


def test_gives_up_if_every_name_is_taken(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / f".a.yaml.{'00' * 8}.sealwright-tmp").mkdir()
    monkeypatch.setattr(os, "urandom", bytes)
    refused(lambda: commit(changes(tree)), tree, place=str(tree / "a.yaml"))


# -- failures in the middle


def fail_at(
    monkeypatch: pytest.MonkeyPatch, function: str, error: BaseException, *, call: int = 1, after: bool = False
) -> None:
    """Let the given call of a function of `os` fail, before or after its work is done; the others work."""
    real = getattr(os, function)
    calls = 0

    def failing(*arguments: object, **options: object) -> object:
        nonlocal calls
        calls += 1
        if calls == call and not after:
            raise error
        result: object = real(*arguments, **options)
        if calls == call:
            raise error
        return result

    monkeypatch.setattr(os, function, failing)


@posix
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", [1, 2, 3])
@pytest.mark.parametrize(
    ("function", "number"),
    [
        ("write", errno.ENOSPC),
        ("write", errno.EDQUOT),
        ("fsync", errno.EIO),
        ("fchmod", errno.EPERM),
        ("replace", errno.EACCES),
        ("replace", errno.EXDEV),
    ],
)
def test_puts_everything_back_if_a_step_fails(
    tree: Path, monkeypatch: pytest.MonkeyPatch, function: str, number: int, call: int, after: bool
) -> None:
    fail_at(monkeypatch, function, OSError(number, os.strerror(number)), call=call, after=after)
    error = refused(lambda: commit(changes(tree)), tree, place=str(tree / list(OLD)[call - 1]))
    assert os.strerror(number) in error.message


@posix
def test_puts_everything_back_if_the_directory_cannot_be_flushed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_at(monkeypatch, "fsync", OSError(errno.EIO, "no"), call=4)
    refused(lambda: commit(changes(tree)), tree, place=str(tree / "c.yaml"))


@posix
@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_a_directory_that_cannot_be_flushed_at_all_is_no_failure(
    tree: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    fail_at(monkeypatch, "fsync", OSError(number, "no"), call=4)
    commit(changes(tree))
    assert contents(tree) == NEW


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", [1, 2, 3])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3)])
def test_an_interruption_is_raised_again_with_every_file_as_it_was(
    tree: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, call: int, after: bool
) -> None:
    fail_at(monkeypatch, "replace", error, call=call, after=after)
    with pytest.raises(type(error)):
        commit(changes(tree))
    assert contents(tree) == OLD


@posix
def test_a_second_interruption_while_putting_back_is_ignored(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.replace, 0

    def replace(source: str, goal: str) -> None:
        nonlocal calls
        calls += 1
        real(source, goal)
        os.kill(os.getpid(), signal.SIGINT)  # a person's Ctrl-C, at every replacement, also when putting back

    monkeypatch.setattr(os, "replace", replace)
    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        commit(changes(tree))
    assert contents(tree) == OLD
    assert calls == 2
    assert signal.getsignal(signal.SIGINT) is handler


def test_puts_back_in_a_thread_too(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_at(monkeypatch, "replace", OSError(errno.EIO, "no"), call=3)
    raised: list[BaseException] = []

    def work() -> None:
        try:
            commit(changes(tree))
        except RewriteError as error:
            raised.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert raised
    assert contents(tree) == OLD


@pytest.mark.parametrize("error", [OSError(errno.EIO, "no"), KeyboardInterrupt()])
def test_says_which_files_could_not_be_put_back(
    tree: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    real, calls = os.replace, 0

    def replace(source: str, goal: str) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise error
        if calls == 4:  # the first that is put back, which is the last that was replaced
            raise OSError(errno.EIO, "no")
        real(source, goal)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(RewriteError) as caught:
        commit(changes(tree))
    assert f"not every file could be put back: {tree / 'b.yaml'} holds its new contents; every other" in str(
        caught.value
    )
    assert contents(tree) == {**OLD, "b.yaml": NEW["b.yaml"]}


@pytest.mark.parametrize(("vanish", "state"), [(False, "was changed by something else"), (True, "cannot be read")])
def test_leaves_alone_what_something_else_wrote_meanwhile(
    tree: Path, monkeypatch: pytest.MonkeyPatch, vanish: bool, state: str
) -> None:
    real = os.replace

    def replace(source: str, goal: str) -> None:
        if goal.endswith("c.yaml"):
            (tree / "a.yaml").unlink()
            if not vanish:
                (tree / "a.yaml").write_bytes(b"somebody else's")
            raise OSError(errno.EIO, "no")
        real(source, goal)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(RewriteError, match=state):
        commit(changes(tree))
    expected = {**OLD, "a.yaml": b"somebody else's"}
    if vanish:
        del expected["a.yaml"]
    assert contents(tree) == expected


FILE_TOO_LARGE = """
import resource, sys
sys.path.insert(0, sys.argv[1])
from sealwright.errors import RewriteError
from sealwright.rewrite.transaction import FileChange, commit
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    commit([FileChange("a.yaml", b"old", b"new"), FileChange("b.yaml", b"old", b"n" * 5000)])
except RewriteError as error:
    print(error, error.hint)
"""


@posix
def test_leaves_no_litter_if_there_is_no_room(tmp_path: Path, source: str) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_bytes(b"old")
    command = [sys.executable, "-I", "-S", "-B", "-c", FILE_TOO_LARGE, source]
    said = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True, timeout=60).stdout
    assert said.startswith("b.yaml: could not be rewritten")
    assert "ulimit -f" in said
    assert contents(tmp_path) == {"a.yaml": b"old", "b.yaml": b"old"}


@pytest.fixture
def source() -> str:
    """The folder from which the package under test was imported."""
    return str(Path(staging.__file__).parents[2])


# -- must


def test_writes_every_file_and_says_so_in_the_order_given(tree: Path) -> None:
    wanted = list(reversed(changes(tree)))
    checked: list[FileChange] = []
    assert commit(wanted, check=checked.append) == [change.path for change in wanted]
    assert checked == wanted
    assert contents(tree) == NEW


def test_skips_what_does_not_change_without_looking_at_it(tree: Path) -> None:
    idle = FileChange(str(tree / "missing.yaml"), b"same", b"same")
    assert commit([idle]) == []
    assert commit([]) == []
    assert idle.path not in commit(changes(tree, idle))


def test_nothing_is_replaced_before_everything_is_checked(tree: Path) -> None:
    def check(change: FileChange) -> None:
        assert {name: (tree / name).read_bytes() for name in OLD} == OLD
        staged = sorted(name for name in os.listdir(tree) if name.endswith(".sealwright-tmp"))
        assert [name.split(".")[1] for name in staged] == ["a", "b", "c"]
        assert not any(b"hunter2" in (tree / name).read_bytes() for name in staged)

    commit(changes(tree), check=check)
    assert contents(tree) == NEW


def test_temporary_files_are_private_until_they_are_complete(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, modes = os.write, []

    def write(fd: int, data: memoryview) -> int:
        modes.append(os.fstat(fd).st_mode & 0o777)
        return real(fd, data[:3])  # a short write is no error

    monkeypatch.setattr(os, "write", write)
    commit(changes(tree))
    assert contents(tree) == NEW
    if sys.platform != "win32":
        assert set(modes) == {0o600}


@posix
@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o664, 0o200 | 0o444])
def test_keeps_permission_bits(tree: Path, mode: int) -> None:
    (tree / "a.yaml").chmod(mode)
    commit(changes(tree))
    assert (tree / "a.yaml").stat().st_mode & 0o7777 == mode


@posix
@pytest.mark.parametrize("goal", ["../elsewhere/file.yaml", "{absolute}"])
def test_a_link_stays_a_link_and_its_file_is_replaced(tree: Path, goal: str) -> None:
    elsewhere = tree.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "file.yaml").write_bytes(b"old")
    goal = goal.format(absolute=elsewhere / "file.yaml")
    (tree / "link.yaml").symlink_to(goal)
    assert commit([FileChange(str(tree / "link.yaml"), b"old", b"new")]) == [str(tree / "link.yaml")]
    assert os.readlink(tree / "link.yaml") == goal
    assert contents(elsewhere) == {"file.yaml": b"new"}


def test_works_with_relative_paths(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree)
    assert commit([FileChange("a.yaml", OLD["a.yaml"], b"")]) == ["a.yaml"]
    assert contents(tree) == {**OLD, "a.yaml": b""}


@pytest.mark.skipif(sys.platform != "linux", reason=OTHER_PLATFORM)
@pytest.mark.parametrize("raw", [b"caf\xe9.yaml", b"line\nbreak", b"-rf", b"%s {} \\", b"x" * 255, b"\xc3\xa9" * 127])
def test_any_name_that_linux_permits(tree: Path, raw: bytes) -> None:
    path = os.path.join(os.fsencode(tree), raw)
    Path(os.fsdecode(path)).write_bytes(b"old")
    commit([FileChange(os.fsdecode(path), b"old", b"new")])
    assert Path(os.fsdecode(path)).read_bytes() == b"new"
    assert len(os.listdir(tree)) == len(OLD) + 1


@pytest.mark.parametrize(
    "content", [b"", b"\0", b"a\r\nb\rc\n", b"\xef\xbb\xbfx", b"\xff\xfea\0", b"no end", bytes(range(256)) * 9000]
)
def test_bytes_are_bytes(tree: Path, content: bytes) -> None:
    commit([FileChange(str(tree / "a.yaml"), OLD["a.yaml"], content)])
    assert (tree / "a.yaml").read_bytes() == content
    commit([FileChange(str(tree / "a.yaml"), content, b"back")])
    assert (tree / "a.yaml").read_bytes() == b"back"


@posix
def test_more_files_than_may_be_open(tmp_path: Path, source: str) -> None:
    for number in range(200):
        (tmp_path / str(number)).write_bytes(b"old")
    script = """
import resource, sys
sys.path.insert(0, sys.argv[1])
from sealwright.rewrite.transaction import FileChange, commit
resource.setrlimit(resource.RLIMIT_NOFILE, (100, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
commit([FileChange(str(number), b"old", b"new") for number in range(200)])
"""
    subprocess.run([sys.executable, "-I", "-S", "-B", "-c", script, source], cwd=tmp_path, check=True, timeout=60)
    assert set(contents(tmp_path).values()) == {b"new"}
    assert len(os.listdir(tmp_path)) == 200


@pytest.mark.parametrize("fail", [False, True])
def test_works_where_files_cannot_be_held_open(tree: Path, monkeypatch: pytest.MonkeyPatch, fail: bool) -> None:
    """As on Windows: a file that is open can be neither replaced nor removed there."""
    monkeypatch.setattr(lock, "HOLDS_FILES", False)
    open_files: set[int] = set()
    real_open, real_close, real_replace = os.open, os.close, os.replace

    def opened(path: str, flags: int, mode: int = 0o777) -> int:
        fd = real_open(path, flags, mode)
        open_files.add(fd)
        return fd

    def closed(fd: int) -> None:
        open_files.discard(fd)
        real_close(fd)

    def replace(source: str, goal: str) -> None:
        assert not open_files
        if fail and goal.endswith("c.yaml"):
            raise OSError(errno.EIO, "no")
        real_replace(source, goal)

    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(os, "close", closed)
    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(os, "listxattr", lambda _: [], raising=False)  # attributes are copied from a held file
    if fail:
        refused(lambda: commit(changes(tree)), tree, place=str(tree / "c.yaml"))
    else:
        commit(changes(tree))
        assert contents(tree) == NEW
    assert not open_files


def test_tries_again_where_a_scanner_may_hold_the_file(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "_ATTEMPTS", 3)
    monkeypatch.setattr(staging, "_PAUSE_SECONDS", 0)
    fail_at(monkeypatch, "replace", PermissionError(errno.EACCES, "no"))
    commit(changes(tree))
    assert contents(tree) == NEW
