"""The folders of mirrors: where each is, how one is put in another's place, and what a killed process left of it."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import SealwrightError
from sealwright.fleet.listing.addresses import address
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from sealwright.fleet.model import Member

_PRIVATE = 0o700
_UNSAFE = Pattern(r"[^A-Za-z0-9_-]+")
_LONGEST = 80
_NEW, _OLD = ".new-", ".old-"
_TEMPORARY = ("tmp_", ".tmp-")


class Place(NamedTuple):
    """Where the mirror of one address is. `root` is a folder to start git in, with a bare repository in `.git`.

    In `.git`, so that git finds it also where its configuration says not to enter bare repositories that it comes upon.
    """

    root: str
    location: str
    name: str

    @property
    def lock(self) -> str:
        """The file that is locked; it stays when the mirror is replaced."""
        return f"{self.root}.lock"

    @property
    def repository(self) -> str:
        """The bare repository itself."""
        return os.path.join(self.root, ".git")


def place(member: Member, mirrors: str) -> Place:
    """Where a member's mirror is, by its address: two spellings of one address have the same. The folder above is made.

    Raises SealwrightError for an address that is not taken, and where the folder cannot be made.
    """
    from hashlib import sha256

    found = address(member.location)
    if found is None:
        raise SealwrightError("the location is neither a path nor a URL", place=member.name)
    digest = sha256(found.key.encode("utf-8", "surrogateescape")).hexdigest()
    words = _UNSAFE.sub("-", found.name.lower()).strip("-")[-_LONGEST:]
    folder = os.path.join(os.path.abspath(mirrors), digest[:2])
    try:
        for one in (mirrors, folder):  # the mode is that of the last folder alone
            os.makedirs(one, _PRIVATE, exist_ok=True)
    except OSError as error:
        raise _unusable(folder, error) from None
    return Place(os.path.join(folder, f"{words}-{digest[2:26]}"), found.location, member.name)


def fresh(mirror: Place) -> Place:
    """A place beside the mirror, for one that is to be put in its stead; what killed processes left is removed."""
    try:
        if sys.platform != "win32":  # there nobody can tell whether it is still being made
            _sweep(mirror)
        beside = mirror._replace(root=f"{mirror.root}{_NEW}{os.getpid()}")
        os.mkdir(beside.root, _PRIVATE)
    except OSError as error:
        raise _unusable(mirror.root, error) from None
    return beside


def put(beside: Place, mirror: Place) -> None:
    """The new mirror in the place of the old one, if there is one."""
    old = f"{mirror.root}{_OLD}{os.getpid()}"
    try:
        if os.path.lexists(mirror.root):
            os.rename(mirror.root, old)
        os.rename(beside.root, mirror.root)
    except OSError as error:
        raise _unusable(mirror.root, error) from None
    shutil.rmtree(old, ignore_errors=True)


def drop(beside: Place) -> None:
    """Remove what did not become a mirror."""
    shutil.rmtree(beside.root, ignore_errors=True)


def tidy(mirror: Place) -> None:
    """Remove what a git that was killed left behind: under our lock nobody else is at work."""
    for folder, names, files in os.walk(mirror.repository):
        if os.path.basename(folder) == "objects":
            names[:] = ["pack"]
        for name in files:
            if name.endswith(".lock") or (name.startswith(_TEMPORARY) and "objects" in folder):
                try:
                    os.unlink(os.path.join(folder, name))
                except OSError:
                    pass  # git will say so if it is in its way


def _sweep(mirror: Place) -> None:
    folder, name = os.path.split(mirror.root)
    for entry in os.listdir(folder):
        if entry.startswith((f"{name}{_NEW}", f"{name}{_OLD}")):
            shutil.rmtree(os.path.join(folder, entry), ignore_errors=True)


def _unusable(path: str, error: OSError) -> SealwrightError:
    hint = "give another folder: --mirrors FOLDER"
    return SealwrightError(f"the mirror cannot be kept here: {error.strerror}", place=path, hint=hint)
