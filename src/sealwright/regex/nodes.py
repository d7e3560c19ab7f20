"""The parts of a regular expression. Groups capture nothing: only where a match begins and ends is ever asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.regex.folding import orbit

if TYPE_CHECKING:
    from typing import TypeAlias

BEGIN, END, LINE_BEGIN, LINE_END, BOUNDARY, NO_BOUNDARY = range(6)
LAST_CODE_POINT = 0x10FFFF


class PatternError(Exception):
    """A text that is no expression of RE2, or one that is too large."""


class Characters(NamedTuple):
    """One character: of the ranges, or of the Unicode categories (where the flag is False, of any other category).

    `fold`: any case of it; `negated`: any character but these.
    """

    ranges: tuple[tuple[int, int], ...]
    categories: tuple[tuple[str, bool], ...] = ()
    fold: bool = False
    negated: bool = False

    def hold(self, code: int) -> bool:
        """Whether the character of that code point is one of these."""
        codes = orbit(code) if self.fold else (code,)
        inside = any(first <= each <= last for first, last in self.ranges for each in codes)
        if not inside and self.categories:
            from unicodedata import category

            found = [category(chr(each)) for each in codes]
            tests = ((any(each.startswith(name) for each in found), wanted) for name, wanted in self.categories)
            inside = any(has == wanted for has, wanted in tests)
        return inside != self.negated


class Assertion(NamedTuple):
    """A place between characters."""

    kind: int


class Sequence(NamedTuple):
    """One after the other; without parts, the empty text."""

    parts: tuple[Node, ...]


class Choice(NamedTuple):
    """The first option that leads to a match."""

    options: tuple[Node, ...]


class Repeat(NamedTuple):
    """`part` from `low` to `high` times, without end where `high` is None."""

    part: Node
    low: int
    high: int | None
    greedy: bool


Node: TypeAlias = "Characters | Assertion | Sequence | Choice | Repeat"


def is_nullable(node: Node) -> bool:
    """Whether the node can match the empty text."""
    if isinstance(node, Characters):
        return False
    if isinstance(node, Sequence):
        return all(is_nullable(part) for part in node.parts)
    if isinstance(node, Choice):
        return any(is_nullable(option) for option in node.options)
    return isinstance(node, Assertion) or node.low == 0 or is_nullable(node.part)
