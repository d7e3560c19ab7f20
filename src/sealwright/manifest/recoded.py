"""Files that git shows in another encoding than it keeps: what lies here need not show the words that are committed.

Programs that read the repository by themselves, as those that apply manifests do, see what is committed. Git is asked
only where a `.gitattributes` has the word. Source: gitattributes(5), `working-tree-encoding`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealwright.finding import Problem
from sealwright.manifest.git_process import output

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FILE = ".gitattributes"
_ATTRIBUTE = "working-tree-encoding"
_NONE = frozenset({"unspecified", "unset", "set", ""})
_READ = ("utf8", "utf16", "utf32")
"""How the names of those begin that are read as what they are."""
_SHOWN = 40
_ASCII = "\t\n" + "".join(map(chr, range(32, 127)))


class Recoded:
    """Shown paths of a repository one by one, relative to its root; says in the end which are not what is committed."""

    def __init__(self, root: str) -> None:
        self._root = os.path.realpath(root)
        self._folders: dict[str, bool] = {}
        self._asked: list[str] = []

    def show(self, path: str) -> None:
        """A file on the disk. Those outside of the repository have no attributes."""
        outside = os.path.isabs(path) or path.startswith("../")
        if not outside and self._may_be(os.path.dirname(os.path.join(self._root, path))):
            self._asked.append(path)

    def problems(self) -> Iterator[Problem]:
        """One for each file whose encoding hides words."""
        for path, encoding in _encodings(self._root, self._asked):
            if not _shows_words(encoding):
                name = encoding if encoding.isprintable() and len(encoding) <= _SHOWN else "..."
                message = f"git shows it as {name} here: what is committed was not checked"
                yield Problem(path, message, hint=f"take {_ATTRIBUTE} out of {_FILE}")

    def _may_be(self, folder: str) -> bool:
        """Whether the attributes of the folder or of one above have the word."""
        if folder not in self._folders:
            above = os.path.dirname(folder)
            self._folders[folder] = _has_word(folder) or (folder not in {self._root, above} and self._may_be(above))
        return self._folders[folder]


def _has_word(folder: str) -> bool:
    try:
        with open(os.path.join(folder, _FILE), "rb") as file:
            return _ATTRIBUTE.encode() in file.read()
    except OSError:
        return False


def _encodings(root: str, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    request = b"".join(os.fsencode(path) + b"\0" for path in paths)
    if not request:
        return
    fields = output(root, "check-attr", "-z", "--stdin", _ATTRIBUTE, request=request).split(b"\0")[:-1]
    for path, _, value in zip(*[iter(fields)] * 3, strict=True):
        encoding = value.decode("ascii", "replace")
        if encoding not in _NONE:
            yield os.fsdecode(path), encoding


def _shows_words(encoding: str) -> bool:
    """Whether the letters of ASCII stand for themselves, or the encoding is one that YAML is read in."""
    name = encoding.lower().replace("-", "")
    if name.startswith(_READ):
        return name.isalnum()
    try:
        return _ASCII.encode(encoding) == _ASCII.encode("ascii")
    except (LookupError, UnicodeError, ValueError):
        return False
