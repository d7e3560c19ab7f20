"""All files of a repository at one moment: in a commit, in the index, or on the disk; and which of them are the same.

`index.ObjectTree` is the first two. What a rule says of a file depends on its path and its content (and for rules over
several files on all of them), so that a file with the same path and the same content's id in two snapshots need be
looked at only once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import UnreadableError
from sealwright.finding import Problem
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, Selection, discover, read_target, too_large

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.discover import Target
    from sealwright.manifest.git import Repository


_ANY_SIZE = 1 << 40


class DiskSnapshot:
    """The work tree: what git lists, tracked or not, but nothing that it ignores.

    Regular files by path, relative to the root with `/`, as an `index.ObjectTree` gives them.
    """

    def __init__(self, repository: Repository, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        found = list(discover(Selection((repository.root,)), repository))
        self._targets: dict[str, Target] = {item.path: item for item in found if not isinstance(item, Problem)}
        self.problems = [item for item in found if isinstance(item, Problem)]

    def files(self) -> Iterator[tuple[str, str]]:
        """Each file, without an id: `content_id` makes it of what is read."""
        return ((path, "") for path in sorted(self._targets))

    def read(self, path: str) -> bytes:
        """As it is on the disk now. Raises UnreadableError."""
        if path not in self._targets:
            raise UnreadableError("no such file", place=path, hint="check its path")
        data = read_target(self._targets[path], self._max_bytes)
        if len(data) > self._max_bytes:
            problem = too_large(path, self._max_bytes)
            raise UnreadableError(problem.message, place=path, hint=problem.hint)
        return data

    def close(self) -> None:
        """Nothing is held open."""


def uncommitted(repository: Repository) -> set[str]:
    """The files that are otherwise on the disk than in the index, or are in one of them only.

    Told by their bytes: `git status` would run the filters that the repository's configuration names. Where a filter or
    another line end makes the two differ, the file counts.
    """
    from sealwright.manifest.index import Index

    index = Index(repository, 0)
    disk = DiskSnapshot(repository, _ANY_SIZE)
    staged = dict(index.files())
    different = set(staged)
    for path, _ in disk.files():
        try:
            same = path in staged and content_id(disk.read(path), len(staged[path])) == staged[path]
        except UnreadableError:
            same = False
        if same:
            different.discard(path)
        else:
            different.add(path)
    return different


def content_id(data: bytes, digits: int = 40) -> str:
    """The id that git gives to a content as it is: of 40 digits, or of 64 in a repository that uses SHA-256."""
    import hashlib

    kind = hashlib.sha256 if digits == hashlib.sha256().digest_size * 2 else hashlib.sha1
    return kind(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
