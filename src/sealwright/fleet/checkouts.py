"""A commit as files: what a fresh clone would have, made of a repository on this machine that nothing is written into.

The checkout is a repository of its own, whose objects are the other's (`objects/info/alternates`). Nobody's
configuration counts for it: no filter, hook or driver is run, submodules stay empty folders, links stay links. It lies
in the temporary folder for its owner alone, and goes when it is not needed any more; one that a killed process left is
removed by the next process that makes one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from sealwright.errors import SealwrightError
from sealwright.manifest.git_process import output, refuse, run
from sealwright.rewrite.exclusive import hold, hold_abandoned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PREFIX = "sealwright-checkout-"
"""With which the names of folders begin that hold a checkout."""
_LOCK = "lock"
_SETTINGS = {
    "core.attributesFile": os.devnull,
    "core.excludesFile": os.devnull,
    "gc.auto": "0",
    "maintenance.auto": "false",
}
_ATTEMPTS = 10
_ABSENT = "unable to read sha1 file"

NOBODYS: Mapping[str, str] = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_PARAMETERS": "",
    "GIT_CONFIG_COUNT": str(len(_SETTINGS)),
    **{f"GIT_CONFIG_KEY_{number}": name for number, name in enumerate(_SETTINGS)},
    **{f"GIT_CONFIG_VALUE_{number}": value for number, value in enumerate(_SETTINGS.values())},
}
"""Variables with which git knows nobody's configuration but that of the repository it works in."""


class Checkout:
    """A folder with the files of a commit, and the repository that it belongs to."""

    def __init__(self, root: str, home: str) -> None:
        self.root = root
        # Before 2.32, git looks into the home folder whatever the variables above say.
        self._environment = {**NOBODYS, "HOME": home, "XDG_CONFIG_HOME": home}

    def git(self, *arguments: str, request: bytes = b"", extra: Mapping[str, str] | None = None) -> bytes:
        """What a command in the checkout prints. Raises SealwrightError where it fails."""
        result = run(self.root, *arguments, request=request, extra={**self._environment, **(extra or {})})
        if result.returncode != 0:
            refuse(arguments[0], result.stderr)
        return result.stdout


@contextmanager
def checked_out(source: str, commit: str) -> Iterator[Checkout]:
    """The files of a commit, by its id, of the repository at `source`, bare or not, until the block ends.

    Raises SealwrightError where git refuses a path, where an object is missing or the disk is full.
    """
    with borrowed(source) as checkout:
        try:
            checkout.git("checkout", "--quiet", "--force", "--detach", commit)
        except SealwrightError as error:
            if _ABSENT in error.message:
                error.hint = "a partial clone has not all objects: name its URL instead, or git fetch --refetch"
            raise
        yield checkout


@contextmanager
def borrowed(source: str) -> Iterator[Checkout]:
    """The same without the files: a repository in which every commit of the other one can be named by its id."""
    folder, lock = _folder()
    try:
        checkout = Checkout(os.path.join(folder, "tree"), folder)
        try:
            os.mkdir(checkout.root)
            _borrow(source, checkout)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            hint = "make room, or name another folder: TMPDIR"
            raise SealwrightError(f"a checkout cannot be made: {reason}", place=folder, hint=hint) from None
        yield checkout
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _borrow(source: str, checkout: Checkout) -> None:
    """An empty repository that sees the objects of another one, and where a shallow one ends."""
    form = output(source, "rev-parse", "--show-object-format").decode("ascii").strip()
    kind = () if form == "sha1" else (f"--object-format={form}",)
    checkout.git("init", "--quiet", "--template=", *kind)
    git_folder = os.path.join(checkout.root, ".git")
    objects, shallow = (_path(source, name) for name in ("objects", "shallow"))
    os.makedirs(os.path.join(git_folder, "objects", "info"), exist_ok=True)
    with open(os.path.join(git_folder, "objects", "info", "alternates"), "wb") as file:
        file.write(_quoted(os.fsencode(objects)) + b"\n")
    if os.path.isfile(shallow):
        shutil.copyfile(shallow, os.path.join(git_folder, "shallow"))


def _path(source: str, name: str) -> str:
    out = output(source, "rev-parse", "--git-path", name)
    return os.path.realpath(os.path.join(source, os.fsdecode(out.rstrip(b"\r\n"))))


def _quoted(path: bytes) -> bytes:
    """As git reads a line of alternates: one that begins with a quote is C-quoted."""
    if b"\n" not in path:
        return path
    escaped = path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"' + escaped + b'"'


def _folder() -> tuple[str, int]:
    """A new folder, and the lock that says it is in use."""
    place = tempfile.gettempdir()
    _sweep(place)
    for _ in range(_ATTEMPTS):
        try:
            folder = tempfile.mkdtemp(prefix=PREFIX, dir=place)
            path = os.path.join(folder, _LOCK)
            lock = hold(path)
        except FileNotFoundError:
            continue  # another process took it for abandoned, in the moment before it was locked
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SealwrightError(f"a checkout cannot be made: {reason}", place=place, hint="see TMPDIR") from None
        if lock is None:
            continue
        if os.path.lexists(path):
            return folder, lock
        os.close(lock)
    raise SealwrightError("a checkout cannot be made: others remove its folder", place=place, hint="see TMPDIR")


@cache
def _sweep(place: str) -> None:
    """Remove what killed processes left, once for each process: folders of this user whose lock nobody holds."""
    with os.scandir(place) as entries:
        found = [entry.path for entry in entries if entry.name.startswith(PREFIX) and _is_ours(entry)]
    for folder in found:
        lock = hold_abandoned(os.path.join(folder, _LOCK))
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _is_ours(entry: os.DirEntry[str]) -> bool:
    try:
        status = entry.stat(follow_symlinks=False)
        owned = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
        return owned and entry.is_dir(follow_symlinks=False)
    except OSError:
        return False
