"""Repositories on this machine: what is one, and which lie below a folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_DOT_GIT = ".git"
_POINTER = b"gitdir: "
_LONGEST_POINTER = 8192


def git_folder(path: str) -> str:
    """Where the repository at this very path keeps its objects and names; '' where the path is no repository.

    A work tree, a linked one, a submodule (each by its `.git`), or a bare repository. Real path in, real path out.
    """
    inside = os.path.join(path, _DOT_GIT)
    if os.path.isfile(inside):
        inside = _pointed_to(inside, path)
    for folder in (inside, path):
        if folder and _has_objects(folder):
            return os.path.realpath(folder)
    return ""


def root_of(path: str) -> str:
    """The repository that a path is: a work tree also where its `.git` folder is named. '' for none."""
    real = os.path.realpath(path)
    parent, name = os.path.split(real)
    if name == _DOT_GIT and git_folder(parent) == real:
        return parent
    return real if git_folder(real) else ""


def below(folder: str) -> Iterator[tuple[str, str]]:
    """(path, what is wrong with it or '') of each repository below a folder, sorted; real paths.

    Repositories are not looked into and links not followed: what a link leads to lies below the folder by itself, or
    is not meant. What cannot be read, or has a `.git` that leads nowhere, comes with what is wrong with it.
    """
    waiting = [os.path.realpath(folder)]
    while waiting:
        here = waiting.pop()
        if git_folder(here):
            yield here, ""
            continue
        if os.path.lexists(os.path.join(here, _DOT_GIT)):
            yield here, "its .git leads to no repository"
            continue
        try:
            with os.scandir(here) as entries:
                inside = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
        except OSError as error:
            yield here, error.strerror or "the folder cannot be read"
            continue
        waiting += sorted(inside, key=os.fsencode, reverse=True)


def _pointed_to(file: str, folder: str) -> str:
    """Where a `.git` file leads; '' for anything else."""
    try:
        with open(file, "rb") as stream:
            text = stream.read(_LONGEST_POINTER)
    except OSError:
        return ""
    if not text.startswith(_POINTER) or b"\0" in text:
        return ""
    return os.path.join(folder, os.fsdecode(text[len(_POINTER) :].rstrip(b"\r\n")))


def _has_objects(folder: str) -> bool:
    """As git tells a repository from another folder: HEAD, names and objects; a linked work tree has them elsewhere."""
    if not (os.path.isfile(os.path.join(folder, "HEAD")) or os.path.islink(os.path.join(folder, "HEAD"))):
        return False
    if os.path.isfile(os.path.join(folder, "commondir")):
        return True
    return all(os.path.isdir(os.path.join(folder, name)) for name in ("objects", "refs"))
