"""What git knows: the repository's root, its files, the index. Read only, and never running anything it holds.

Every call turns off what configuration could make git execute (fsmonitor, hooks, fetching what a partial clone left
out). The caller's GIT_INDEX_FILE is honoured: during `git commit -a` or a partial commit it names the index that will
be committed. `subprocess` is imported by what needs it only: a hook that is given files never starts git.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import SealwrightError, UsageError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Sequence

_SAFE = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "core.quotePath=false")
_REGULAR_MODES = (b"100644", b"100755")
_STEERING = ("GIT_DIR", "GIT_WORK_TREE", "GIT_CEILING_DIRECTORIES")
"""Where one of these is set, only git knows which repository is meant."""


class IndexEntry(NamedTuple):
    """A file as the index has it: `path` relative to the root as bytes, and the object id of its content."""

    path: bytes
    oid: str


class Repository(NamedTuple):
    """A git work tree. `root` is an absolute path."""

    root: str

    def files(self) -> list[bytes]:
        """Tracked files and untracked ones that are not ignored, relative to the root, sorted, each once."""
        out = _git(self.root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
        return sorted(set(_split(out)))

    def ignores(self, path: str) -> bool:
        """Whether git ignores the file or folder at `path`, relative to the root."""
        return _run(self.root, "check-ignore", "--quiet", "--", path).returncode == 0

    def staged(self) -> list[IndexEntry]:
        """What the next commit would add or change: regular files whose index content differs from HEAD."""
        base = "HEAD" if self._has_head() else self._empty_tree()
        out = _git(self.root, "diff-index", "--cached", "--raw", "-z", "--no-renames", "--diff-filter=ACMRT", base)
        fields = _split(out)
        entries = []
        for header, path in zip(fields[::2], fields[1::2], strict=True):
            _old_mode, mode, _old_oid, oid, _status = header.split(b" ")
            if mode in _REGULAR_MODES:
                entries.append(IndexEntry(path, oid.decode("ascii")))
        return entries

    def blobs(self, oids: Sequence[str], limit: int) -> Iterator[bytes | None]:
        """The content of each object, one `git cat-file` for all; None for one larger than `limit` bytes.

        Raises SealwrightError for an object that the repository does not have.
        """
        if not oids:
            return
        import subprocess

        sizes = self._sizes(oids)
        command = ["git", *_SAFE, "cat-file", "--batch"]
        pipe = subprocess.PIPE
        # Nobody reads its messages: a pipe for them could fill up and block it.
        with subprocess.Popen(
            command, cwd=self.root, env=_environment(), stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
        ) as process:
            for oid, size in zip(oids, sizes, strict=True):
                yield None if size > limit else _read_object(process, oid, size)

    def _sizes(self, oids: Sequence[str]) -> list[int]:
        request = "".join(f"{oid}\n" for oid in oids).encode("ascii")
        lines = _git(self.root, "cat-file", "--batch-check=%(objectsize)", request=request).splitlines()
        sizes = [int(line) for line in lines if line.isdigit()]
        if len(sizes) != len(oids):
            raise SealwrightError("git does not have the content of a staged file", hint="run git fsck")
        return sizes

    def _has_head(self) -> bool:
        return _run(self.root, "rev-parse", "--verify", "--quiet", "HEAD").returncode == 0

    def _empty_tree(self) -> str:
        return _git(self.root, "hash-object", "-t", "tree", "--stdin").decode("ascii").strip()


def find_repository(start: str = ".") -> Repository | None:
    """The repository whose work tree holds `start`, or None outside of one.

    Walks up to what looks like a repository, without starting git; where the environment steers git, git is asked.
    """
    if any(os.environ.get(name) for name in _STEERING):
        return _ask_git(start)
    folder = os.path.realpath(start)
    while not holds_repository(folder):
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
    return Repository(folder)


def holds_repository(folder: str) -> bool:
    """A folder `.git` with a HEAD, or a file `.git` that says where the repository is: worktrees, submodules."""
    place = os.path.join(folder, ".git")
    if os.path.lexists(os.path.join(place, "HEAD")):
        return True
    try:
        with open(place, "rb") as file:
            return file.read(8) == b"gitdir: "
    except OSError:
        return False


def _ask_git(start: str) -> Repository | None:
    try:
        result = _run(start, "rev-parse", "--show-toplevel")
    except UsageError:
        return None
    root = os.fsdecode(result.stdout.rstrip(b"\r\n"))
    return Repository(os.path.abspath(root)) if result.returncode == 0 and root else None


def _read_object(process: subprocess.Popen[bytes], oid: str, size: int) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise SealwrightError("git could not be started")
    process.stdin.write(f"{oid}\n".encode("ascii"))
    process.stdin.flush()
    process.stdout.readline()
    content = process.stdout.read(size + 1)
    if len(content) != size + 1:
        raise SealwrightError("git stopped before it gave the content of a staged file", hint="run git fsck")
    return content[:size]


def _split(out: bytes) -> list[bytes]:
    return out.split(b"\0")[:-1]


def _git(cwd: str, *args: str, request: bytes = b"") -> bytes:
    result = _run(cwd, *args, request=request)
    if result.returncode != 0:
        lines = result.stderr.decode("utf-8", "replace").strip().splitlines() or ["no message"]
        hint = "run the same command by hand to see more"
        if "safe.directory" in lines[-1]:
            hint = f"the repository belongs to another user; if you trust it: {lines[-1].strip()}"
        raise SealwrightError(f"git {args[0]} failed: {lines[0]}", hint=hint)
    return result.stdout


def _run(cwd: str, *args: str, request: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    import subprocess

    try:
        return subprocess.run(
            ["git", *_SAFE, *args], cwd=cwd, env=_environment(), input=request, capture_output=True, check=False
        )
    except FileNotFoundError:
        raise UsageError("git is not installed or not on PATH", hint="install git, or name files and folders") from None


def _environment() -> dict[str, str]:
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    for name in ("GIT_DIR", "GIT_WORK_TREE"):  # they count from the current folder, and git is started in the root
        if environment.get(name):
            environment[name] = os.path.abspath(environment[name])
    return environment
