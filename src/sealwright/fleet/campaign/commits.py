"""What a conversion changed in a checkout, as one commit on top of its head."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import SealwrightError

if TYPE_CHECKING:
    from sealwright.fleet.checkouts import Checkout

_REGULAR = ("100644", "100755")
_NOTHING = b"D"


class Author(NamedTuple):
    """Who commits, and when (seconds since 1970)."""

    name: str
    mail: str
    time: int


class FileChange(NamedTuple):
    """A file of the commit: its contents before and after, None where it is not there; ids are '' then.

    `shown` is the path as git writes it in a patch, quoted where it has to be.
    """

    path: str
    shown: str
    mode: str
    old_oid: str
    new_oid: str
    old: bytes | None
    new: bytes | None


class Made(NamedTuple):
    """A commit. `objects` are the new ones but for contents of files: (type, id, content)."""

    oid: str
    parent: str
    changes: tuple[FileChange, ...]
    objects: tuple[tuple[str, str, bytes], ...]


class Files:
    """Which files of a checkout differ from a moment ago: a conversion replaces whole files, and makes new ones."""

    def __init__(self, checkout: Checkout) -> None:
        self._root = os.fsencode(checkout.root)
        self._before = self._state()

    def changed(self) -> list[bytes]:
        """Paths from the root, of those that are not there any more as well."""
        after = self._state()
        return sorted(path for path in self._before.keys() | after.keys() if self._before.get(path) != after.get(path))

    def _state(self) -> dict[bytes, tuple[int, ...]]:
        found: dict[bytes, tuple[int, ...]] = {}
        for folder, folders, names in os.walk(self._root):
            if folder == self._root:
                folders.remove(b".git")
            for name in names:
                path = os.path.join(folder, name)
                status = os.lstat(path)
                if stat.S_ISREG(status.st_mode):
                    about = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_mode)
                    found[os.path.relpath(path, self._root).replace(os.fsencode(os.sep), b"/")] = about
        return found


def committed(checkout: Checkout, parent: str, paths: list[bytes], message: str, author: Author) -> Made | None:
    """The commit with these files as they are now; None where git sees no difference. Raises SealwrightError.

    Files are taken up as `git add --force` would: line ends and encodings are what the attributes say.
    """
    checkout.git("update-index", "--add", "--remove", "-z", "--stdin", request=b"".join(path + b"\0" for path in paths))
    tree = checkout.git("write-tree").decode("ascii").strip()
    if tree == checkout.git("rev-parse", f"{parent}^{{tree}}").decode("ascii").strip():
        return None
    when = {f"GIT_{role}_DATE": f"{author.time} +0000" for role in ("AUTHOR", "COMMITTER")}
    names = {f"GIT_{role}_NAME": author.name for role in ("AUTHOR", "COMMITTER")}
    mails = {f"GIT_{role}_EMAIL": author.mail for role in ("AUTHOR", "COMMITTER")}
    made = checkout.git("commit-tree", tree, "-p", parent, request=message.encode(), extra={**when, **names, **mails})
    oid = made.decode("ascii").strip()
    return Made(oid, parent, tuple(_changes(checkout, parent, oid)), tuple(_objects(checkout, parent, oid)))


def _changes(checkout: Checkout, parent: str, oid: str) -> list[FileChange]:
    fixed = ("diff-tree", "-r", "--no-renames", "--no-ext-diff", parent, oid)
    fields = checkout.git(*fixed, "--raw", "-z").split(b"\0")[:-1]
    shown = checkout.git(*fixed, "--name-only").decode("utf-8", "surrogateescape").split("\n")[:-1]
    found = []
    for header, path, name in zip(fields[::2], fields[1::2], shown, strict=True):
        old_mode, new_mode, old_oid, new_oid, status = header.decode("ascii").lstrip(":").split(" ")
        mode = old_mode if status == "D" else new_mode
        if mode not in _REGULAR:
            raise SealwrightError(f"{os.fsdecode(path)}: a conversion changed what is no file")
        old, new = ("" if not one.strip("0") else one for one in (old_oid, new_oid))
        contents = [_content(checkout, "blob", one) if one else None for one in (old, new)]
        found.append(FileChange(os.fsdecode(path), name, mode, old, new, *contents))
    return found


def _objects(checkout: Checkout, parent: str, oid: str) -> list[tuple[str, str, bytes]]:
    """The commit and its trees that the parent does not have."""
    listed = checkout.git("rev-list", "--objects", "--no-object-names", oid, f"^{parent}").decode("ascii").split()
    request = "".join(f"{one}\n" for one in listed).encode("ascii")
    kinds = checkout.git("cat-file", "--batch-check=%(objecttype)", request=request).decode("ascii").split()
    return [
        (kind, one, _content(checkout, kind, one)) for one, kind in zip(listed, kinds, strict=True) if kind != "blob"
    ]


def _content(checkout: Checkout, kind: str, oid: str) -> bytes:
    return checkout.git("cat-file", kind, oid)
