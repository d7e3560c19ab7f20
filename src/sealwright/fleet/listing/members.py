"""The words of a command line, or the lines of a list, as repositories."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealwright.errors import UnreadableError, UsageError
from sealwright.finding import STDIN_NAME, Problem
from sealwright.fleet.listing.addresses import address
from sealwright.fleet.listing.lists import Line, entries_of
from sealwright.fleet.listing.names import Names, printable
from sealwright.fleet.listing.paths import below, root_of
from sealwright.fleet.model import Member

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_CHUNK = 65536
_NOTHING = "give a URL, a repository, a folder that holds some, or a file that lists them"


def members(
    words: Sequence[str], *, stdin: Callable[[], bytes] | None = None, base: str = "."
) -> Iterator[Member | Problem]:
    """The repositories that words mean, each once, in the order of the words and of the lists that they name.

    A word is a URL, `git@HOST:OWNER/NAME`, a repository, a folder that holds some, a file that lists them, or `-` for
    such a list on standard input, which `stdin` reads. Paths are relative to `base`, those in a file to the file's
    folder. What a listing has that cannot be used is a Problem, with the line where there are lines. Raises UsageError
    for a word that means nothing, before anything else is done, UnreadableError for a list that cannot be read.
    """
    folder = os.path.abspath(base)
    for position, word in enumerate(words, 1):
        _check(word, folder, position, stdin)
    yield from _Words(folder, stdin).members(words)


def _check(word: str, folder: str, position: int, stdin: Callable[[], bytes] | None) -> None:
    if word == "-":
        if stdin is None:
            raise UsageError("standard input is not read here", hint=_NOTHING)
        return
    try:
        found = None if _exists(folder, word) else address(_plain(word))
    except UsageError as error:
        raise UsageError(error.message, hint=error.hint, place=f"repository {position} of the command") from None
    if found is None and not _exists(folder, word):
        raise UsageError("there is no such repository, folder or list", hint=_NOTHING, place=_shown(word, position))


def _plain(word: str) -> str:
    if word.startswith("-"):
        raise UsageError("an option is no repository", hint="write ./-NAME for a path that begins with a dash")
    if not word or "\0" in word:
        raise UsageError("this is neither a URL nor a path", hint=_NOTHING)
    return word


def _shown(word: str, position: int) -> str:
    """A path may be shown; what is none may be anything."""
    return f"repository {position} of the command" if "@" in word or ":" in word else printable(word)


def _exists(folder: str, word: str) -> bool:
    """Whether it is a path; what looks like an option or a URL is none."""
    if not word or "\0" in word or "://" in word or word.startswith("-"):
        return False
    return os.path.exists(os.path.join(folder, word))


class _Words:
    """One reading of the words: what was found so far is remembered, so that it comes once."""

    def __init__(self, folder: str, stdin: Callable[[], bytes] | None) -> None:
        self._folder = folder
        self._stdin = stdin
        self._names = Names()

    def members(self, words: Sequence[str]) -> Iterator[Member | Problem]:
        """All of them."""
        for word in words:
            path = os.path.join(self._folder, word)
            if word == "-":
                content = self._stdin() if self._stdin else b""
                pieces = (content[at : at + _CHUNK] for at in range(0, len(content), _CHUNK))
                yield from self._listed(pieces, STDIN_NAME, self._folder)
            elif _exists(self._folder, word) and not os.path.isdir(path):
                yield from self._listed(_pieces(path, word), word, os.path.dirname(path))
            else:
                yield from self._one(word, self._folder)

    def _listed(self, pieces: Iterator[bytes], name: str, folder: str) -> Iterator[Member | Problem]:
        """What a list has. One that has nothing is told: a run over no repositories must not pass for a clean one."""
        empty = True
        for entry in entries_of(pieces, name):
            empty = False
            if isinstance(entry, Problem):
                yield entry
                continue
            try:
                yield from self._one(_plain(entry.word), folder, entry)
            except UsageError as error:
                yield Problem(name, f"{entry.where}{error.message}", entry.line, hint=error.hint)
        if empty:
            yield Problem(name, "the list names no repository", hint="see that its export went well")

    def _one(self, word: str, folder: str, entry: Line | None = None) -> Iterator[Member | Problem]:
        """The repository, or the repositories, that a word means. Raises UsageError where it means none."""
        found = None if _exists(folder, word) else address(word)
        if found is not None:
            if self._names.is_new(found.key):
                scheme = found.key.partition(":")[0]
                name = self._names.given((found.name, f"{scheme}:{found.name}"))
                yield Member(name, found.location, entry.branch if entry else "")
            return
        path = os.path.join(folder, word)
        root = root_of(path) if os.path.isdir(path) else ""
        if root:
            yield from self._local(root, _name(word, root), word, entry)
        elif os.path.isdir(path):
            yield from self._folder_of(path, word, entry)
        else:
            message = "a list within a list is not read" if os.path.isfile(path) else "there is no repository here"
            raise UsageError(message, hint=_NOTHING)

    def _folder_of(self, path: str, word: str, entry: Line | None) -> Iterator[Member | Problem]:
        top = os.path.realpath(path)
        empty = True
        for root, wrong in below(top):
            name = os.path.relpath(root, top).replace(os.sep, "/")
            if wrong:
                shown = os.path.join(word, name).replace(os.sep, "/")
                yield Problem(printable(shown), f"this is no repository: {wrong}", hint="mend or remove it")
            else:
                yield from self._local(root, name, f"{os.path.basename(top)}/{name}", entry)
            empty = False
        if empty:
            hint = "name the root of a repository, or a folder above; links are not followed"
            raise UsageError("the folder holds no repository", hint=hint, place="" if entry else printable(word))

    def _local(self, root: str, name: str, longer: str, entry: Line | None) -> Iterator[Member]:
        if self._names.is_new(f"path:{root}"):
            whole = root.replace(os.sep, "/").lstrip("/")
            wanted = (name.removesuffix(".git") or name, longer.replace(os.sep, "/").lstrip("/"), whole)
            yield Member(self._names.given(wanted), root, entry.branch if entry else "")


def _name(word: str, root: str) -> str:
    """What a path is called: as it is written where that says something, in full where it begins elsewhere."""
    plain = os.path.normpath(word)
    if plain == os.curdir:
        return os.path.basename(root)
    if os.path.isabs(plain) or plain.split(os.sep, 1)[0] == os.pardir:
        plain = root
    return plain.replace(os.sep, "/").lstrip("/")


def _pieces(path: str, word: str) -> Iterator[bytes]:
    try:
        if not os.path.isfile(path):
            raise UsageError("this is neither a folder nor a file", hint=_NOTHING, place=printable(word))
        with open(path, "rb") as file:
            while piece := file.read(_CHUNK):
                yield piece
    except OSError as error:
        raise UnreadableError(error.strerror or "cannot be read", place=word, hint=_NOTHING) from None
