"""A run that is killed at any point leaves every file entirely old or entirely new, and the next run finishes.

Two ways to die: at every system call (strace delivers SIGKILL before the call is made), and, where there is no
strace, before and after every call of a function of `os`.
"""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support import POSIX_ONLY

from sealwright.rewrite import transaction
from sealwright.rewrite.transaction import FileChange, commit

OLD = {f"{name}.yaml": f"{name}: hunter2\r\n".encode() * 500 for name in "abc"}
NEW = {f"{name}.yaml": f"{name}: sealed\r\n".encode() * 700 for name in "abcn"}
PARALLEL = 4

CALLS = (
    "chmod close fchmod fchown fstat fsync getxattr listdir listxattr lseek lstat open pathconf read removexattr "
    "replace setxattr unlink urandom write"
)

CHILD = """
import os, signal, sys
source, directory, calls, death, failure = sys.argv[1:]
sys.path.insert(0, source)
from sealwright.rewrite.transaction import FileChange, commit

calls, death, failure, count, replaced = calls.split(), int(death), int(failure), 0, 0

def tick():
    global count
    count += 1
    if count == death:
        os.kill(os.getpid(), signal.SIGKILL) if hasattr(signal, "SIGKILL") else os._exit(9)

def mortal(name, real):
    def call(*arguments, **options):
        global replaced
        tick()
        if name == "replace":
            replaced += 1
            if replaced == failure:
                raise OSError(5, "no")
        result = real(*arguments, **options)
        tick()
        return result
    return call

new = FileChange(os.path.join(directory, "n.yaml"), None, b"n: sealed\\r\\n" * 700)
changes = [new]
for name in ("a.yaml", "b.yaml", "c.yaml"):
    with open(os.path.join(directory, name), "rb") as file:
        old = file.read()
    new = (name[0] + ": sealed\\r\\n").encode() * 700
    changes.append(FileChange(os.path.join(directory, name), old, new))
for name in calls:
    if hasattr(os, name):
        setattr(os, name, mortal(name, getattr(os, name)))
try:
    os.stat(os.path.join(directory, "the window opens here"))
except OSError:
    pass
code = 0
try:
    commit(changes)
except BaseException as error:
    code = 1
    sys.stderr.write(repr(error))
sys.stdout.write(str(count))
sys.stdout.flush()
sys.stderr.flush()
os._exit(code)  # at once: what an interpreter does when it ends is not the same every time
"""


def child(directory: Path, *, calls: str = "", death: int = 0, failure: int = 0) -> list[str]:
    """The command for one run. `death` counts calls (0: never); the replacement number `failure` fails (0: none)."""
    source = str(Path(transaction.__file__).parents[2])
    cache = f"pycache_prefix={directory.parent / 'cache'}"
    arguments = [source, str(directory), calls, str(death), str(failure)]
    return [sys.executable, "-I", "-S", "-X", cache, "-c", CHILD, *arguments]


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def make(directory: Path) -> Path:
    directory.mkdir()
    for name, content in OLD.items():
        (directory / name).write_bytes(content)
    return directory


def look(directory: Path, *, putting_back: bool = False) -> None:
    """After the death of a run: no file is a mixture, and what lies beside them is no secret."""
    for path in directory.iterdir():
        content = path.read_bytes()
        if path.name in NEW:
            assert content in (OLD.get(path.name), NEW[path.name]), path.name
        elif not putting_back:
            assert b"hunter2" not in content


def finish(directory: Path) -> None:
    """The second run: from whatever the files hold now."""
    paths = {name: directory / name for name in NEW}
    standing = {name: path.read_bytes() if path.exists() else None for name, path in paths.items()}
    commit([FileChange(str(path), standing[name], NEW[name]) for name, path in paths.items()])
    assert {path.name: path.read_bytes() for path in directory.iterdir()} == NEW


def in_parallel(attempt: Callable[[int], None], numbers: Iterable[int]) -> None:
    with ThreadPoolExecutor(PARALLEL) as pool:
        list(pool.map(attempt, numbers))


def test_the_child_does_what_it_should(tmp_path: Path) -> None:
    directory = make(tmp_path / "tree")
    ended = run(child(directory))
    assert ended.returncode == 0, ended.stderr
    assert {path.name: path.read_bytes() for path in directory.iterdir()} == NEW


# Failing the third replacement makes the run put two files back: it may be killed there as well.
@pytest.mark.parametrize("failure", [0, 3])
def test_killed_around_any_function_call(tmp_path: Path, failure: int) -> None:
    start = functools.partial(child, calls=CALLS, failure=failure)
    ended = run(start(make(tmp_path / "dry")))
    assert (ended.returncode == 0) is (failure == 0), ended.stderr
    points = int(ended.stdout)
    assert points > 150

    def attempt(number: int) -> None:
        directory = make(tmp_path / str(number))
        killed = run(start(directory, death=number))
        assert killed.returncode in (-9, 9), killed.stderr
        look(directory, putting_back=failure > 0)
        finish(directory)

    in_parallel(attempt, range(1, points + 1))


SYSTEM_CALLS = (
    "openat flock write fchmod fchmodat fchown fsync rename renameat renameat2 unlink unlinkat link linkat close "
    "lseek read getdents64 getrandom newfstatat fstat lstat statfs flistxattr fsetxattr ftruncate rt_sigaction"
)
WINDOW = "the window opens here"


@functools.cache
def strace() -> str:
    """The path of strace; a reason to skip if there is none that works."""
    path = shutil.which("strace")
    if path is None:
        pytest.skip("strace is not installed")
    if run(
        [path, "-f", "-o", "/dev/null", "-e", "trace=?openat", "-e", "inject=?flock:signal=KILL:when=1", "true"]
    ).returncode:
        pytest.skip("strace is not installed in a way that works")
    return path


def trace(directory: Path, failure: int) -> list[str]:
    """The names of the system calls of one whole run, with an empty name where the window opens."""
    log = directory.parent / "trace"
    names = ",".join(f"?{name}" for name in SYSTEM_CALLS.split())
    run([strace(), "-f", "-o", str(log), "-e", f"trace={names}", *child(directory, calls="replace", failure=failure)])
    calls = []
    for line in log.read_text(errors="replace").splitlines():
        found = re.match(r"\d+ +(\w+)\(", line)
        if found:
            calls += [found[1], ""] if f'{WINDOW}"' in line else [found[1]]
    return calls


@pytest.mark.skipif(sys.platform != "linux", reason=POSIX_ONLY)
@pytest.mark.parametrize("failure", [0, 3])
def test_killed_at_any_system_call(tmp_path: Path, failure: int) -> None:
    strace()
    run(child(make(tmp_path / "warm")))  # fills the cache of compiled modules, so that every run makes the same calls
    calls = trace(make(tmp_path / "dry"), failure)
    opens = calls.index("")
    before = Counter(calls[:opens])
    points = [
        (name, number)
        for name, total in Counter(calls).items()
        if name
        for number in range(before[name] + 1, total + 1)
    ]
    assert len(points) > 80

    def attempt(index: int) -> None:
        name, number = points[index]
        directory = make(tmp_path / str(index))
        inject = ["-e", f"trace={name}", "-e", f"inject={name}:signal=KILL:when={number}"]
        killed = run([strace(), "-f", "-o", "/dev/null", *inject, *child(directory, calls="replace", failure=failure)])
        assert killed.returncode == -9, (name, number, killed.stderr)
        look(directory, putting_back=failure > 0)
        finish(directory)

    in_parallel(attempt, range(len(points)))
