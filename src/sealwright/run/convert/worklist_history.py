"""The history told once more, for the contents that hold values: first commits, authors, and what still has them."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, NamedTuple

from sealwright.manifest.contents import contents
from sealwright.manifest.git_process import output, run
from sealwright.manifest.history import Commit, changes, everything, held

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import TypeAlias

    from sealwright.manifest.history import Change, Range

    Hits: TypeAlias = Mapping[str, frozenset[int]]

_NONE: frozenset[int] = frozenset()
_MOST_PATHS = 400
"""Paths that are asked for one by one in a commit; of more, all of its files are listed."""
_BRANCHES = ("refs/heads/", "refs/remotes/")
_TAGS = "refs/tags/"


class Person(NamedTuple):
    """An author as a commit names one."""

    name: str
    email: str


class Tip(NamedTuple):
    """A ref. `mask` has a bit for every value in its history, `holds` the numbers of those that its commit has now."""

    kind: str
    name: str
    mask: int
    holds: frozenset[int]


class Account:
    """What a range of commits did to each value, by its number."""

    def __init__(self) -> None:
        self.first: dict[int, Commit] = {}
        self.touched: dict[int, list[str]] = {}
        self.paths: dict[int, set[str]] = {}
        self.masks: dict[str, int] = {}
        """For each commit a bit for every value that it or one before it brought."""

    def day(self, commit: Commit) -> str:
        """When it was made, '' for a time that is none."""
        try:
            return time.strftime("%Y-%m-%d", time.gmtime(commit.time))
        except (OverflowError, ValueError, OSError):
            return ""  # a commit can say that it was made at any time

    def begin(self, commit: Commit) -> None:
        """Take over what its parents have."""
        mask = 0
        for parent in commit.parents:
            mask |= self.masks.get(parent, 0)
        self.masks[commit.oid] = mask

    def add(self, commit: Commit, change: Change, hits: Hits) -> None:
        """Take note of what the commit did to one path."""
        now = hits.get(change.after, _NONE)
        before = [hits.get(oid, _NONE) for oid in change.before]
        came = now.difference(*before)
        went = frozenset.intersection(*before) - now if before else _NONE
        for number in now:
            self.masks[commit.oid] |= 1 << number
            self.first.setdefault(number, commit)
            self.paths.setdefault(number, set()).add(os.fsdecode(change.path))
        for number in came | went:
            touched = self.touched.setdefault(number, [])
            if not touched or touched[-1] != commit.oid:
                touched.append(commit.oid)


def account_of(commits: Range, hits: Hits) -> Account:
    """Go through the range once. Raises SealwrightError if git cannot."""
    account = Account()
    if not hits:
        return account
    commit = Commit("", 0, ())
    for item in changes(commits):
        if isinstance(item, Commit):
            commit = item
            account.begin(commit)
        elif item.after in hits or any(oid in hits for oid in item.before):
            account.add(commit, item, hits)
    for number in account.first:  # a merge may bring what only one of its parents had
        account.touched.setdefault(number, [account.first[number].oid])
    return account


def tips_of(commits: Range, hits: Hits, account: Account) -> list[Tip]:
    """Every ref that the range reaches and that has one of the values in its history."""
    paths = sorted({os.fsencode(path) for paths in account.paths.values() for path in paths})
    holding: dict[str, frozenset[int]] = {}
    tips = []
    for oid, kind, name in _refs(commits.root):
        mask = account.masks.get(oid, 0)
        if not mask:
            continue
        if oid not in holding:
            many = len(paths) > _MOST_PATHS
            files = everything(commits.root, oid) if many else held(commits.root, oid, paths)
            holding[oid] = frozenset(number for _, blob in files for number in hits.get(blob, ()))
        tips.append(Tip(kind, name, mask, holding[oid]))
    return tips


def _refs(root: str) -> Iterator[tuple[str, str, str]]:
    """(commit, kind, name) of branches, tags and others, and of a HEAD that is on no branch."""
    listing = output(root, "for-each-ref", "--format=%(objectname) %(*objectname) %(refname)")
    known = set()
    for line in listing.decode("utf-8", "surrogateescape").splitlines():
        oid, peeled, name = line.split(" ", 2)
        known.add(peeled or oid)
        if name.startswith("refs/remotes/") and name.endswith("/HEAD"):
            continue
        start = next((start for start in (*_BRANCHES, _TAGS) if name.startswith(start)), "")
        kind = "tag" if start == _TAGS else "branch" if start else "other"
        yield peeled or oid, kind, name[len(start) :] if start else name
    head = run(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").stdout.decode("ascii", "replace").strip()
    if head and head not in known:
        yield head, "other", "HEAD"


class People:
    """The authors of the commits that touched each value."""

    def __init__(self, root: str, account: Account) -> None:
        self._touched = account.touched
        oids = list(dict.fromkeys(oid for oids in account.touched.values() for oid in oids))
        self._authors = {oid: author for oid, author in _authors(root, oids) if author is not None}

    def of(self, number: int) -> tuple[Person, ...]:
        """In the order in which they first touched the value."""
        authors = (self._authors.get(oid) for oid in self._touched.get(number, ()))
        return tuple(dict.fromkeys(author for author in authors if author is not None))


def _authors(root: str, oids: Sequence[str]) -> Iterator[tuple[str, Person | None]]:
    for content in contents(root, oids):
        data = content.file.read() if content.file is not None else b""
        lines = data.partition(b"\n\n")[0].split(b"\n")
        yield content.oid, next((_person(line[7:]) for line in lines if line.startswith(b"author ")), None)


def _person(text: bytes) -> Person:
    name, _, rest = text.decode("utf-8", "replace").partition(" <")
    return Person(name.removeprefix("<"), rest.partition(">")[0])
