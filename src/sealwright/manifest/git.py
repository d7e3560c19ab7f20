"""What git knows: the repository's root, its files, the index. Read only, and never running anything it holds.

Every call turns off what configuration could make git execute (fsmonitor, hooks, external diff). The caller's
GIT_INDEX_FILE is honoured: during `git commit -a` or a partial commit it names the index that will be committed.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import SealwrightError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SAFE = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "core.quotePath=false")
_REGULAR_MODES = (b"100644", b"100755")


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
        """The content of each object, one `git cat-file` for all; None for one larger than `limit` bytes."""
        sizes = self._sizes(oids)
        process = subprocess.Popen(
            ["git", *_SAFE, "cat-file", "--batch"], cwd=self.root, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        with process:
            for oid, size in zip(oids, sizes, strict=True):
                yield None if size > limit else _read_object(process, oid, size)

    def _sizes(self, oids: Sequence[str]) -> list[int]:
        request = "".join(f"{oid}\n" for oid in oids).encode("ascii")
        lines = _git(self.root, "cat-file", "--batch-check=%(objectsize)", request=request).split(b"\n")
        return [int(line) for line in lines[: len(oids)]]

    def _has_head(self) -> bool:
        return _run(self.root, "rev-parse", "--verify", "--quiet", "HEAD").returncode == 0

    def _empty_tree(self) -> str:
        return _git(self.root, "hash-object", "-t", "tree", os.devnull).decode("ascii").strip()


def find_repository(start: str = ".") -> Repository | None:
    """The repository whose work tree holds `start`, or None outside of one (or where git is not installed)."""
    try:
        result = _run(start, "rev-parse", "--show-toplevel")
    except UsageError:
        return None
    if result.returncode != 0:
        return None
    root = os.fsdecode(result.stdout.rstrip(b"\r\n"))
    return Repository(os.path.abspath(root)) if root else None


def _read_object(process: subprocess.Popen[bytes], oid: str, size: int) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise SealwrightError("git could not be started")
    process.stdin.write(f"{oid}\n".encode("ascii"))
    process.stdin.flush()
    process.stdout.readline()
    return process.stdout.read(size + 1)[:size]


def _split(out: bytes) -> list[bytes]:
    return out.split(b"\0")[:-1]


def _git(cwd: str, *args: str, request: bytes = b"") -> bytes:
    result = _run(cwd, *args, request=request)
    if result.returncode != 0:
        message = result.stderr.decode("utf-8", "replace").strip().splitlines()
        raise SealwrightError(
            f"git {args[0]} failed: {message[-1] if message else 'no message'}",
            hint="run the same command by hand to see more",
        )
    return result.stdout


def _run(cwd: str, *args: str, request: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        return subprocess.run(
            ["git", *_SAFE, *args], cwd=cwd, env=environment, input=request, capture_output=True, check=False
        )
    except FileNotFoundError:
        raise UsageError("git is not installed or not on PATH", hint="install git, or name files and folders") from None
