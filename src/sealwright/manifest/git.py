"""What git knows: the repository's root, its files, the index. Read only, and never running anything it holds.

The caller's GIT_INDEX_FILE is honoured: during `git commit -a` or a partial commit it names the index that will
be committed. `subprocess` is imported by what needs it only: a hook that is given files never starts git.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import SealwrightError, UsageError
from sealwright.manifest.git_process import output, run
from sealwright.manifest.git_process import start as start_git

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Sequence

_REGULAR_MODES = (b"100644", b"100755")
_LINK_MODE = b"120000"
_STEERING = ("GIT_DIR", "GIT_WORK_TREE", "GIT_CEILING_DIRECTORIES")
"""Where one of these is set, only git knows which repository is meant."""


class IndexEntry(NamedTuple):
    """A file as the index has it: `path` relative to the root as bytes, and the object id of its content.

    Of a symbolic link the content is the path that it leads to.
    """

    path: bytes
    oid: str
    is_link: bool = False


class Repository(NamedTuple):
    """A git work tree. `root` is an absolute path."""

    root: str

    def files(self) -> list[bytes]:
        """Tracked files and untracked ones that are not ignored, relative to the root, sorted, each once."""
        out = output(self.root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
        return sorted(set(_split(out)))

    def tracks(self, path: str) -> bool:
        """Whether the file at `path`, relative to the root, is in the index, or something below the folder there."""
        return bool(output(self.root, "ls-files", "-z", "--", f":(literal){path}"))

    def left_out(self) -> frozenset[str]:
        """The files that git has and does not put on the disk, as a sparse checkout wants it."""
        entries = _split(output(self.root, "ls-files", "-t", "-z", "--cached"))
        return frozenset(os.fsdecode(entry[2:]) for entry in entries if entry.startswith(b"S "))

    def ignores(self, path: str) -> bool:
        """Whether git ignores the file or folder at `path`, relative to the root."""
        return run(self.root, "check-ignore", "--quiet", "--", path).returncode == 0

    def staged(self, *, links: bool = False) -> list[IndexEntry]:
        """What the next commit would add or change: regular files whose index content differs from HEAD.

        With `links`, symbolic links as well.
        """
        base = "HEAD" if self._has_head() else self._empty_tree()
        out = output(self.root, "diff-index", "--cached", "--raw", "-z", "--no-renames", "--diff-filter=ACMRT", base)
        fields = _split(out)
        entries = []
        for header, path in zip(fields[::2], fields[1::2], strict=True):
            _old_mode, mode, _old_oid, oid, _status = header.split(b" ")
            if mode in _REGULAR_MODES or (links and mode == _LINK_MODE):
                entries.append(IndexEntry(path, oid.decode("ascii"), mode == _LINK_MODE))
        return entries

    def indexed(self, *, links: bool = False) -> list[IndexEntry]:
        """Every regular file of the index, and with `links` every symbolic link."""
        entries = []
        for line in _split(output(self.root, "ls-files", "--stage", "-z")):
            header, _, path = line.partition(b"\t")
            mode, oid, _stage = header.split(b" ")
            if mode in _REGULAR_MODES or (links and mode == _LINK_MODE):
                entries.append(IndexEntry(path, oid.decode("ascii"), mode == _LINK_MODE))
        return entries

    def blobs(self, oids: Sequence[str], limit: int) -> Iterator[bytes | None]:
        """The content of each object, one `git cat-file` for all; None for one larger than `limit` bytes.

        Raises SealwrightError for an object that the repository does not have.
        """
        if not oids:
            return
        import subprocess

        sizes = self._sizes(oids)
        with start_git(self.root, "cat-file", "--batch", stdin=subprocess.PIPE) as process:
            for oid, size in zip(oids, sizes, strict=True):
                yield None if size > limit else _read_object(process, oid, size)

    def _sizes(self, oids: Sequence[str]) -> list[int]:
        request = "".join(f"{oid}\n" for oid in oids).encode("ascii")
        lines = output(self.root, "cat-file", "--batch-check=%(objectsize)", request=request).splitlines()
        sizes = [int(line) for line in lines if line.isdigit()]
        if len(sizes) != len(oids):
            raise SealwrightError("git does not have the content of a staged file", hint="run git fsck")
        return sizes

    def _has_head(self) -> bool:
        return run(self.root, "rev-parse", "--verify", "--quiet", "HEAD").returncode == 0

    def _empty_tree(self) -> str:
        return output(self.root, "hash-object", "-t", "tree", "--stdin").decode("ascii").strip()


def find_repository(start: str = ".") -> Repository | None:
    """The repository whose work tree holds `start`, or None outside of one.

    Walks up to what looks like a repository, without starting git; where the environment steers git, git is asked.
    Raises UsageError where the current folder is gone.
    """
    if any(os.environ.get(name) for name in _STEERING):
        return _ask_git(start)
    try:
        folder = os.path.realpath(start)
    except FileNotFoundError:
        hint = "change into a folder that is there"
        raise UsageError("the current folder is not there any more", hint=hint) from None
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
    if not os.path.isfile(place):  # to open a pipe would wait for somebody to write into it
        return False
    try:
        with open(place, "rb") as file:
            return file.read(8) == b"gitdir: "
    except OSError:
        return False


def find_bare_repository(start: str = ".") -> Repository | None:
    """The repository that `start` lies in or that the environment names, where it has no work tree: its own folder."""
    return _ask_git(start, "--absolute-git-dir")


def _ask_git(start: str, what: str = "--show-toplevel") -> Repository | None:
    try:
        result = run(start, "rev-parse", what)
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
