"""Which files: named ones, folders, the repository as git sees it, the index, standard input."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import UnreadableError, UsageError
from sealwright.finding import Problem
from sealwright.manifest.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.manifest.git import Repository

STDIN_NAME = "<stdin>"
DEFAULT_MAX_BYTES = 10 * 1024 * 1024
"""Files above this are not parsed. etcd refuses objects over 1.5 MiB, so a manifest this large is no manifest."""


class Target(NamedTuple):
    """One thing to read. `path` is what people see (from the repository root, with `/`); `location` is what to open.

    `content` is set where the bytes do not come from the work tree: standard input, the index.
    """

    path: str
    location: str = ""
    content: bytes | None = None


class Selection(NamedTuple):
    """What the user asked for. `depth` counts folder levels below a named folder or the root; 0 means no limit."""

    paths: Sequence[str] = ()
    staged: bool = False
    skip_files: tuple[str, ...] = ()
    depth: int = 0
    max_bytes: int = DEFAULT_MAX_BYTES


def discover(selection: Selection, repository: Repository | None) -> Iterator[Target | Problem]:
    """Every target of the selection, each once, in a stable order; Problems for what must not or cannot be read.

    Raises UsageError for a named path that does not exist, and for --staged outside of a repository.
    """
    skip = compile_globs(selection.skip_files)
    seen: set[str] = set()
    for target in _all_targets(selection, repository):
        if target.path in seen or (skip is not None and isinstance(target, Target) and skip.match(target.path)):
            continue
        seen.add(target.path)
        yield target


def _all_targets(selection: Selection, repository: Repository | None) -> Iterator[Target | Problem]:
    if selection.staged:
        yield from _staged(selection, repository)
    elif not selection.paths:
        yield from _folder(repository.root if repository else os.curdir, selection, repository)
    for path in () if selection.staged else selection.paths:
        if not os.path.lexists(path):
            raise UsageError("no such file or folder", place=path, hint="check the spelling, or the current folder")
        if os.path.isdir(path):
            yield from _folder(path, selection, repository)
        else:
            yield from _file(path, repository)


def _staged(selection: Selection, repository: Repository | None) -> Iterator[Target | Problem]:
    if repository is None:
        raise UsageError("--staged needs a git repository", hint="run it inside one, or name files")
    wanted = tuple(_shown(path, repository).rstrip("/") for path in selection.paths)
    entries = [
        entry
        for entry in repository.staged()
        if not wanted or any(_is_in(os.fsdecode(entry.path), folder) for folder in wanted)
    ]
    contents = repository.blobs([entry.oid for entry in entries], selection.max_bytes)
    for entry, content in zip(entries, contents, strict=True):
        path = os.fsdecode(entry.path)
        if content is None:
            yield too_large(path, selection.max_bytes)
        else:
            yield Target(path, content=content)


def _is_in(path: str, folder: str) -> bool:
    return folder in {"", os.curdir} or path == folder or path.startswith(f"{folder}/")


def _folder(folder: str, selection: Selection, repository: Repository | None) -> Iterator[Target]:
    if repository is not None and _inside(folder, repository):
        prefix = _shown(folder, repository)
        prefix = "" if prefix == os.curdir else f"{prefix}/"
        for name in map(os.fsdecode, repository.files()):
            if name.startswith(prefix) and _depth_ok(name[len(prefix) :], selection.depth):
                yield from _regular(Target(name, os.path.join(repository.root, *name.split("/"))))
        return
    for current, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != ".git")
        for name in sorted(names):
            location = os.path.normpath(os.path.join(current, name))
            if _depth_ok(os.path.relpath(location, folder).replace(os.sep, "/"), selection.depth):
                yield from _regular(Target(location.replace(os.sep, "/"), location))


def _regular(target: Target) -> Iterator[Target]:
    # Git stores a link as its text: what it points at is either listed itself or not in the repository.
    # A folder here is a submodule; a missing file is deleted but not yet committed so.
    try:
        mode = os.lstat(target.location).st_mode
    except OSError:
        return
    if not stat.S_ISLNK(mode) and not stat.S_ISDIR(mode):
        yield target


def _file(path: str, repository: Repository | None) -> Iterator[Target | Problem]:
    shown = _shown(path, repository)
    if repository is not None and _inside(path, repository, real=False) and not _inside(path, repository):
        yield Problem(shown, "a symbolic link leads out of the repository; it was not followed", hint="name the file")
    else:
        yield Target(shown, path)


def _inside(path: str, repository: Repository, *, real: bool = True) -> bool:
    resolved = os.path.realpath(path) if real else _absolute(path)
    root = os.path.realpath(repository.root)
    return resolved == root or resolved.startswith(root.rstrip(os.sep) + os.sep)


def _absolute(path: str) -> str:
    # The root that git prints is resolved; the current folder may be named through a link. Only what the user
    # wrote after it is left as it is.
    return os.path.normpath(os.path.join(os.path.realpath(os.curdir), path))


def _shown(path: str, repository: Repository | None) -> str:
    if repository is not None and _inside(path, repository, real=False):
        path = os.path.relpath(_absolute(path), os.path.realpath(repository.root))
    return os.path.normpath(path).replace(os.sep, "/")


def _depth_ok(relative: str, depth: int) -> bool:
    return depth == 0 or relative.count("/") < depth


def too_large(path: str, max_bytes: int) -> Problem:
    """The Problem for a file over the limit."""
    limit = f"{max_bytes / 1048576:g} MiB"
    return Problem(path, f"larger than {limit}: not checked", hint="split it, skip it, or raise --max-bytes")


def read_target(target: Target, max_bytes: int) -> bytes:
    """The bytes of a target of at most `max_bytes`. Raises UnreadableError; never blocks on a pipe or a device."""
    if target.content is not None:
        return target.content
    try:
        with open(target.location, "rb", opener=_open_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UnreadableError("not a regular file", place=target.path, hint="skip it with --skip-files")
            return file.read(max_bytes + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableError(f"cannot be read: {reason}", place=target.path, hint="check its permissions") from None


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
