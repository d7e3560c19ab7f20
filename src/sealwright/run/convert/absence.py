"""The proof that no value remains: not in the working tree, not in the index, in no spelling that a file may have.

One pass over all files, whatever the number of values. What is said names the file, the line and whose value it is.
"""

from __future__ import annotations

import hashlib
import os
import stat
from base64 import b64decode
from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Problem
from sealwright.manifest.contents import contents
from sealwright.patterns import Pattern
from sealwright.run.convert.finder import Finder, pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import IO, TypeAlias

    from sealwright.manifest.git import Repository
    from sealwright.plaintext import Plaintext
    from sealwright.run.convert.finder import Found

    _Hit: TypeAlias = tuple[str, str, Found]

_SHA1_DIGITS = 40
TREE, INDEX = "working tree", "index"
_ORDINARY = Pattern(
    r"(?:[A-Z]?[a-z]{1,16}|[A-Z]{1,16})(?:[-_ ][a-z]{1,16})?(?:[./:][a-z0-9-]{1,32})*|[0-9]{1,5}(?:[.:][0-9]{1,5})+"
)
"""One word or two, names of hosts, addresses: `postgres` is a value in one place and the name of an image in many.
Three words may be a passphrase."""
_LONGEST_ORDINARY = 48


class Remaining(NamedTuple):
    """A value that is still there, in that form, first on that line of the file in the tree or in the index.

    `ordinary`: it is a word, a host or a number, which may stand there for another reason.
    """

    path: str
    line: int
    label: str
    form: str
    where: str = TREE
    ordinary: bool = False


class Absence(NamedTuple):
    """What remains, and what could not be looked at. Both are empty where the proof succeeded."""

    remaining: tuple[Remaining, ...]
    problems: tuple[Problem, ...] = ()


def remains(
    repository: Repository,
    values: Mapping[str, Plaintext],
    *,
    planned: Mapping[str, bytes] | None = None,
    index: bool = True,
) -> Absence:
    """Look for every value of at least six bytes. `values` maps what each is called to what it is.

    Tracked files, untracked ones that are not ignored and, with `index`, what is staged are read; `planned` has bytes
    that are to stand in some of them (paths relative to the root, with `/`) in place of what they hold.
    """
    labels = list(values)
    search = _Search(repository, Finder(list(values.values())), planned or {})
    found = [*search.tree(), *(search.index() if index else ())]
    remaining = [
        Remaining(path, one.line, labels[one.number], one.form, where, is_ordinary(values[labels[one.number]]))
        for path, where, one in found
    ]
    return Absence(tuple(sorted(remaining)), tuple(search.problems))


def is_ordinary(value: Plaintext) -> bool:
    """Whether a value is a word, the name of a host or a number, so that it stands in files without being meant."""
    text = value.reveal().strip()
    return _is_plain(text) or _is_plain(_from_base64(text))


def _is_plain(text: bytes) -> bool:
    return len(text) <= _LONGEST_ORDINARY and _ORDINARY.fullmatch(text.decode("latin-1")) is not None


def _from_base64(text: bytes) -> bytes:
    """What the text stands for, if it is base64: a value may be that of a word. A text that no word is for others."""
    try:
        return b64decode(text, validate=True) or b"\0"
    except ValueError:
        return b"\0"


class _Search:
    """Reads each content once: what the index has and the tree, too, is known by its id."""

    def __init__(self, repository: Repository, finder: Finder, planned: Mapping[str, bytes]) -> None:
        self._repository = repository
        self._finder = finder
        self._planned = planned
        self._indexed = repository.indexed()
        self._ids = {entry.path: entry.oid for entry in self._indexed}
        self._read: set[tuple[bytes, str]] = set()
        self.problems: list[Problem] = []

    def tree(self) -> Iterator[_Hit]:
        """What is found in files."""
        paths = {os.fsencode(path) for path in self._planned} | set(self._repository.files())
        for path in sorted(paths):
            name = os.fsdecode(path)
            if name in self._planned:
                yield from self._shown(name, TREE, [self._planned[name]])
                continue
            try:
                yield from self._file(path, name)
            except OSError as error:
                hint = "make it readable, and run again"
                self.problems.append(Problem(name, f"could not be read ({error.strerror}): not checked", hint=hint))

    def index(self) -> Iterator[_Hit]:
        """What is found in contents of the index that no file of the tree has."""
        wanted: dict[str, str] = {}
        for entry in self._indexed:
            if (entry.path, entry.oid) not in self._read:
                wanted.setdefault(entry.oid, os.fsdecode(entry.path))
        for content in contents(self._repository.root, list(wanted)):
            path = wanted[content.oid]
            if content.file is None:
                hint = "a partial clone may have left it out: git fetch --refetch --no-filter; otherwise run git fsck"
                self.problems.append(Problem(path, "its content is not in this clone: not checked", hint=hint))
            else:
                yield from self._shown(path, INDEX, pieces(content.file))

    def _file(self, path: bytes, name: str) -> Iterator[_Hit]:
        place = os.path.join(self._repository.root, name)
        try:
            mode = os.lstat(place).st_mode
        except FileNotFoundError:
            return  # in the index only
        if stat.S_ISLNK(mode):
            yield from self._shown(name, TREE, [os.fsencode(os.readlink(place))])
        elif stat.S_ISREG(mode):
            with open(place, "rb") as file:
                yield from self._shown(name, TREE, pieces(file))
                oid = self._ids.get(path, "")
                if oid and _id_of(file, len(oid)) == oid:
                    self._read.add((path, oid))

    def _shown(self, path: str, where: str, content: Iterable[bytes]) -> Iterator[_Hit]:
        for one in self._finder.find_in(content):
            yield path, where, one


def _id_of(file: IO[bytes], digits: int) -> str:
    """The id that git gives to a content, by the hash function that has so many digits."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    digest = hashlib.sha1(usedforsecurity=False) if digits == _SHA1_DIGITS else hashlib.sha256()
    digest.update(b"blob %d\0" % size)
    while data := file.read(1 << 20):
        digest.update(data)
    return digest.hexdigest()
