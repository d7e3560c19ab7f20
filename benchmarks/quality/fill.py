"""Filling a case's slots, and knowing afterwards on which lines the secrets stand.

Each secret stands between two marks, characters that no case uses. They stay while a file is rewritten, so that the
lines are read off the final text.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.quality.slots import FILLERS, NAMES, SECRETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.quality.catalogue import Case

BEGIN, END, BEGIN_BELOW = "\ue000", "\ue001", "\ue002"
"""Around a secret. `BEGIN_BELOW`: it is part of a value that is secret as a whole, so that the value's own beginning,
the `|` of a block, is as good a place for a finding."""
MARKS = re.compile(f"[{BEGIN}{END}{BEGIN_BELOW}]")

_SLOT = re.compile(r"<<(@?[\w-]+)(\^?)((?:\|\w+)*)>>")
_BLOCK_HEADER = re.compile(r"(?:^|[:\-\s])[|>][-+1-9]{0,2}(?:\s+#.*)?\s*\Z")
_MANY_TIMES = 4


class Expected(NamedTuple):
    """One secret, made up, and where a finding for it may begin. `line` is where it stands itself."""

    line: int
    lines: frozenset[int]
    value: str


def without_marks(text: str) -> str:
    return MARKS.sub("", text)


class Filler:
    """Fills the slots of one case: the same seed, the same values. Names are the same wherever they stand in it.

    `plain`: names are the first of their lists, as in the case as written.
    """

    def __init__(self, case: Case, seed: str, alphabet: str, *, plain: bool) -> None:
        self._rng = Random(f"{seed} {case.id}")
        self._case = case
        self._alphabet = alphabet
        self._names = {kind: words[0] if plain else self._rng.choice(words) for kind, words in NAMES.items()}

    def fill(self, text: str) -> str:
        """The text with its slots filled, the secrets between marks. Lines of a value keep the first one's indent."""
        for _ in range(_MANY_TIMES):
            if not _SLOT.search(text):
                return text
            text = _SLOT.sub(self._value, text)
        raise ValueError(f"{self._case.id}: parts within parts within parts")

    def _value(self, match: re.Match[str]) -> str:
        kind, below, names = match.groups()
        operations = names.strip("|").split("|") if names else []
        value, secret = self._raw(kind, inline=not operations)
        for name in operations:
            value = _OPERATIONS[name](value)
        if "\n" in value:
            start = match.string.rfind("\n", 0, match.start()) + 1
            lead = re.match(r"[ \t]*(?:# ?)?", match.string[start : match.start()])
            value = value.replace("\n", "\n" + (lead.group() if lead else ""))
        return f"{BEGIN_BELOW if below else BEGIN}{value}{END}" if secret else value

    def _raw(self, kind: str, *, inline: bool) -> tuple[str, bool]:
        """A slot's value, and whether it is a secret by itself: the secrets of a part that is put in as it is are."""
        if kind.startswith("@"):
            part = self.fill(self._case.parts[kind[1:]]).rstrip("\n")
            return (part, False) if inline else (without_marks(part) + "\n", part != without_marks(part))
        if kind in NAMES:
            return self._names[kind], False
        if kind in SECRETS:
            return SECRETS[kind](self._rng, self._alphabet), True
        return FILLERS[kind](self._rng, self._alphabet), False


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "surrogateescape")).decode("ascii")


def _gzip(text: str) -> str:
    """As latin-1 text, so that base64 may follow."""
    return gzip.compress(text.encode("utf-8"), mtime=0).decode("utf-8", "surrogateescape")


def _wrapped(text: str) -> str:
    return "\n".join(text[at : at + 60] for at in range(0, len(text), 60))


_OPERATIONS: dict[str, Callable[[str], str]] = {
    "b64": _base64,
    "gzip": _gzip,
    "json": lambda text: json.dumps(text)[1:-1],
    "line": lambda text: json.dumps(json.loads(text), separators=(",", ":")),
    "wrapped": _wrapped,
    "strip": lambda text: text.rstrip("\n"),
}


def finished(text: str) -> tuple[str, list[Expected]]:
    """The text without marks, and what is expected in it, in order."""
    expected = []
    lines = without_marks(text).split("\n")
    for match in re.finditer(f"[{BEGIN}{BEGIN_BELOW}]", text):
        number = text.count("\n", 0, match.start())
        before = without_marks(text[text.rfind("\n", 0, match.start()) + 1 : match.start()])
        places = {number + 1}
        if match.group() == BEGIN_BELOW:
            places.add(_header_above(lines, number) + 1)
        elif number and _BLOCK_HEADER.search(lines[number - 1]) and (not before.strip() or _is_alone(lines, number)):
            places.add(number)
        value = text[match.end() : text.index(END, match.end())]
        expected.append(Expected(number + 1, frozenset(places), value))
    return "\n".join(lines), expected


def _header_above(lines: list[str], number: int) -> int:
    """The line of the header of the block scalar that this line is in, or the line itself."""
    indent = _indent(lines[number])
    for above in range(number - 1, -1, -1):
        line = lines[above]
        if line.strip() and _indent(line) < indent:
            if _BLOCK_HEADER.search(line):
                return above
            indent = _indent(line)
    return number


def _is_alone(lines: list[str], number: int) -> bool:
    """Whether the line is all that the block holds."""
    after = next((line for line in lines[number + 1 :] if line.strip()), "")
    return _indent(lines[number - 1]) < _indent(lines[number]) and _indent(after) < _indent(lines[number])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
