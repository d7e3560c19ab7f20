"""In which contents of a repository's history values stand: every content is read once, from one process of git."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from typing import TYPE_CHECKING

from sealwright.finding import Problem
from sealwright.manifest.contents import contents
from sealwright.manifest.history import Commit, changes
from sealwright.run.convert.finder import Finder, pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TypeAlias

    from sealwright.manifest.history import Range
    from sealwright.plaintext import Plaintext

    Progress: TypeAlias = Callable[[int, int], None]

_LARGEST = 1 << 24
"""Bytes of a file in which a key is looked for."""


class Search:
    """Reads all contents that the commits of a range brought."""

    def __init__(self, commits: Range, progress: Progress) -> None:
        self._commits = commits
        self._progress = progress
        self._absent: list[str] = []

    def hits(self, wanted: Sequence[tuple[Plaintext, str, str]]) -> dict[str, frozenset[int]]:
        """Which of the wanted, by number, each content holds; contents without any are left out.

        Each is (value, key, path): with a path the value counts where it is the key's, at that path or one that had
        the same content at some time (a file that was renamed); without one wherever it stands.
        """
        by_content = [number for number, (_, _, path) in enumerate(wanted) if not path]
        finder = Finder([wanted[number][0] for number in by_content])
        blobs = self._blobs()
        places = self._places({os.fsencode(path) for _, _, path in wanted if path}, blobs)
        keys = _Keys(wanted)
        found: dict[str, frozenset[int]] = {}
        order = [oid for oids in blobs.values() for oid in reversed(oids)]  # as git has packed them
        for number, content in enumerate(contents(self._commits.root, order), 1):
            self._progress(number, len(order))
            if content.file is None:
                self._absent.append(content.oid)
                continue
            paths = places.get(content.oid)
            if paths and content.size <= _LARGEST:
                data = content.file.read()
                here = {by_content[one.number] for one in finder.find_in([data])} | keys.at(paths, data)
            else:
                here = {by_content[one.number] for one in finder.find_in(pieces(content.file))}
            if here:
                found[content.oid] = frozenset(here)
        return found

    def problems(self) -> Iterator[Problem]:
        """What was not there to be read, in one."""
        if self._absent:
            hint = "a partial clone has left it out: git fetch --refetch --no-filter; otherwise run git fsck"
            count = len(self._absent)
            what = "one content of the history is" if count == 1 else f"{count:,} contents of the history are"
            yield Problem(".", f"{what} not in this clone: not looked at", hint=hint)

    def _blobs(self) -> dict[bytes, list[str]]:
        """Every content once, under the first path that it was seen at, oldest first."""
        seen: set[str] = set()
        blobs: dict[bytes, list[str]] = {}
        for item in changes(self._commits):
            if not isinstance(item, Commit) and item.after and item.after not in seen:
                seen.add(item.after)
                blobs.setdefault(item.path, []).append(item.after)
        return blobs

    def _places(self, paths: set[bytes], blobs: dict[bytes, list[str]]) -> dict[str, set[bytes]]:
        """For each content at one of the paths, or at one that had the same content once, those of the paths."""
        if not paths or not blobs:
            return {}
        held: dict[bytes, set[str]] = {}
        for item in changes(self._commits):
            if not isinstance(item, Commit) and item.after:
                held.setdefault(item.path, set()).add(item.after)
        at: dict[str, set[bytes]] = {}
        for path, oids in held.items():
            for oid in oids:
                at.setdefault(oid, set()).add(path)
        result: dict[str, set[bytes]] = {}
        for path in paths:
            for oid in _reached(path, held, at):
                result.setdefault(oid, set()).add(path)
        return result


def _reached(path: bytes, held: dict[bytes, set[str]], at: dict[str, set[bytes]]) -> Iterator[str]:
    """All contents of a path, and of the paths that once had one of its contents."""
    waiting, seen, told = [path], {path}, set[str]()
    while waiting:
        for oid in held.get(waiting.pop(), ()):
            if oid in told:
                continue
            told.add(oid)
            yield oid
            new = at[oid] - seen
            seen |= new
            waiting += new


class _Keys:
    """Values that are told by their key: `key: value`, `key=value`, plain or in base64, in any quotes."""

    def __init__(self, wanted: Iterable[tuple[Plaintext, str, str]]) -> None:
        self._at: dict[bytes, list[tuple[int, bytes, re.Pattern[bytes]]]] = {}
        for number, (value, key, path) in enumerate(wanted):
            if path:
                name = key.encode("utf-8", "surrogatepass")
                self._at.setdefault(os.fsencode(path), []).append((number, name, _entry(name, value.reveal())))

    def at(self, paths: Iterable[bytes], data: bytes) -> set[int]:
        """The numbers of those that belong to one of the paths and stand in the data."""
        candidates = [entry for path in paths for entry in self._at.get(path, ())]
        return {number for number, key, pattern in candidates if _has(data, key, pattern)}


def _has(data: bytes, key: bytes, pattern: re.Pattern[bytes]) -> bool:
    """By the places of the key, which are found much faster than an expression that looks behind itself."""
    at = data.find(key)
    while at >= 0:
        if pattern.match(data, at):
            return True
        at = data.find(key, at + 1)
    return False


def _entry(key: bytes, value: bytes) -> re.Pattern[bytes]:
    core = value.strip(b"\r\n")
    forms = b"|".join(re.escape(form) for form in {core, value, b64encode(value), b64encode(core)} if form)
    between = rb"""["']?[ \t]*[:=][ \t]*(?:!!?\w+[ \t]+)?(?:[|>][-+0-9]*[ \t]*\r?\n[ \t]*)?"""
    tail = rb"""["']?[ \t]*(?:[,}\]#\r\n]|\Z)"""
    return re.compile(rb"(?<![-.\w])%s%s[\"']?(?:%s)%s" % (re.escape(key), between, forms, tail))
