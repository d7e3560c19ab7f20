"""Which files: named ones, folders, the repository as git sees it, the index, standard input."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import UnreadableError, UsageError
from sealwright.finding import Problem
from sealwright.manifest.globs import compile_globs
from sealwright.manifest.places import Places
from sealwright.manifest.recoded import Recoded
from sealwright.manifest.selected import Selected, is_within

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.manifest.git import IndexEntry, Repository

DEFAULT_MAX_BYTES = 10 * 1024 * 1024
"""Files above this are not parsed. etcd refuses objects over 1.5 MiB, so a manifest this large is no manifest."""


class Target(NamedTuple):
    """One thing to read. `path` is what people see (from the repository root, with `/`); `location` is what to open.

    `content` is set where the bytes do not come from the work tree: standard input, the index.
    """

    path: str
    location: str = ""
    content: bytes | None = None

    def __repr__(self) -> str:
        return f"Target({self.path!r})"  # the bytes may hold secrets


class Selection(NamedTuple):
    """What the user asked for. `depth` counts folder levels below a named folder or the root; 0 means no limit."""

    paths: Sequence[str] = ()
    staged: bool = False
    skip_files: tuple[str, ...] = ()
    depth: int = 0
    max_bytes: int = DEFAULT_MAX_BYTES


def discover(
    selection: Selection, repository: Repository | None, links: list[Target] | None = None
) -> Iterator[Target | Problem]:
    """Every target of the selection, each once, in a stable order; Problems for what must not or cannot be read.

    `links` takes, before the first target comes, the symbolic links that git has. They are no targets: what they lead
    to is one itself, or not in git.

    Raises UsageError for a named path that does not exist, and for --staged outside of a repository.
    """
    if selection.staged:
        yield from _staged(selection, repository, links)
        return
    skip = compile_globs(selection.skip_files)
    recoded = Recoded(repository.root) if repository is not None else None
    seen: set[str] = set()
    for target in _work_tree(selection, repository, links):
        if target.path not in seen and not (skip is not None and skip.match(target.path)):
            seen.add(target.path)
            if recoded is not None:
                recoded.show(target.path)
            yield target
    if recoded is not None:
        yield from recoded.problems()


def _staged(
    selection: Selection, repository: Repository | None, links: list[Target] | None
) -> Iterator[Target | Problem]:
    if repository is None:
        raise UsageError("--staged needs a git repository", hint="run it inside one, or name files")
    selected = Selected(selection, repository)
    entries = [entry for entry in repository.staged(links=links is not None) if selected(os.fsdecode(entry.path))]
    if links is not None:
        links += [Target(os.fsdecode(entry.path)) for entry in entries if entry.is_link]
    yield from _from_index(repository, [entry for entry in entries if not entry.is_link], selection.max_bytes)


def _from_index(repository: Repository, entries: list[IndexEntry], limit: int) -> Iterator[Target | Problem]:
    contents = repository.blobs([entry.oid for entry in entries], limit)
    for entry, content in zip(entries, contents, strict=True):
        path = os.fsdecode(entry.path)
        yield too_large(path, limit) if content is None else Target(path, content=content)


def _work_tree(
    selection: Selection, repository: Repository | None, links: list[Target] | None
) -> Iterator[Target | Problem]:
    places, paths = Places(repository), selection.paths or (repository.root if repository else os.curdir,)
    if links is not None:
        links += [link for path in paths for link in _links(path, selection.depth, places)]
    for path in paths:
        if not os.path.lexists(path):
            raise UsageError("no such file or folder", place=path, hint="check the spelling, or the current folder")
        if places.leads_out(path):
            shown = places.shown(path)
            yield Problem(
                shown, "a symbolic link leads out of the repository; it was not followed", hint="name the file"
            )
        elif os.path.isdir(path):
            yield from _folder(path, selection.depth, places)
        else:
            yield Target(places.shown(path), path)


def _folder(folder: str, depth: int, places: Places) -> Iterator[Target | Problem]:
    """What git lists in the folder; all of it where git has no say."""
    listed = places.listed(folder)
    if listed is None:
        yield from _walk(folder, depth, places)
        return
    for name, below in listed:
        if is_within(below, depth):
            location = os.path.join(places.root, *name.split("/"))
            if places.is_reached(location) and _is_file(location):
                yield Target(name, location)


def _links(folder: str, depth: int, places: Places) -> Iterator[Target]:
    """The symbolic links that git lists in a folder."""
    for name, below in places.listed(folder) or () if os.path.isdir(folder) else ():
        location = os.path.join(places.root, *name.split("/"))
        if is_within(below, depth) and os.path.islink(location):
            yield Target(name, location)


def _walk(folder: str, depth: int, places: Places) -> Iterator[Target | Problem]:
    failed: list[OSError] = []
    for current, folders, names in os.walk(folder, onerror=failed.append):
        folders[:] = sorted(name for name in folders if name != ".git")
        below = os.path.relpath(current, folder)
        levels = 0 if below == os.curdir else below.count(os.sep) + 1
        if depth and levels >= depth - 1:
            folders.clear()
        for name in sorted(names):
            location = os.path.normpath(os.path.join(current, name))
            if name != ".git" and _is_file(location):
                yield Target(places.shown(location), location)
    for error in failed:
        path = places.shown(os.fsdecode(error.filename or folder))
        yield Problem(path, f"the folder cannot be read: {error.strerror}", hint="check its permissions")


def _is_file(location: str) -> bool:
    """Whether a listed path is to be read. A link's target is listed itself, or it is not in the repository.

    A folder is a submodule; what is missing is deleted but not yet committed so; pipes and devices hold nothing that
    can be committed. What cannot even be looked at is to be read, so that the reader complains.
    """
    try:
        return stat.S_ISREG(os.lstat(location).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True


def too_large(path: str, max_bytes: int) -> Problem:
    """The Problem for a file over the limit."""
    limit = f"{max_bytes / 1048576:g} MiB"
    return Problem(path, f"larger than {limit}: not checked", hint="split it, skip it, or raise --max-bytes")


def read_target(target: Target, max_bytes: int) -> bytes:
    """The bytes of a target of at most `max_bytes`, and one more if there are more.

    Raises UnreadableError; never blocks on a pipe or a device.
    """
    if target.content is not None:
        return target.content
    try:
        with open(target.location, "rb", opener=_open_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise UnreadableError("not a regular file", place=target.path, hint="skip it with --skip-files")
            # Room for `max_bytes` in each file would cost more than to read most of them.
            data = file.read(min(status.st_size, max_bytes) + 1)
            if len(data) > status.st_size:  # it has grown, or never says how large it is
                data += file.read(max_bytes + 1 - len(data))
            return data
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableError(f"cannot be read: {reason}", place=target.path, hint="check its permissions") from None


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
