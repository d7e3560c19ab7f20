"""The patterns of CODEOWNERS files, as two hosts read them, matched in a time that no pattern can make long.

Sources: GitHub's page on code owners (gitignore's patterns, with exceptions), GitLab's (Ruby's File.fnmatch).
"""

from __future__ import annotations

import re
from enum import Enum
from fnmatch import translate
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_ANY_DEPTH = "**"
_LONGEST = 1000
_MOST_PARTS = 60
_MOST_STARS = 12
"""Of one name."""
_WILD = frozenset("*?[\\")


class Below(Enum):
    """Whether a pattern is about what is below the place that it names: not at all, as well, or nothing else."""

    NO = 0
    MAY = 1
    MUST = 2


class OwnerPattern(NamedTuple):
    """`parts` are the names of a path, each with wildcards or `**` for any number of folders.

    `prefix` is how every path begins that it matches: whole names, '' for any.
    """

    prefix: str
    parts: tuple[str, ...]
    below: Below

    def matcher(self) -> Callable[[Sequence[str]], bool]:
        """What tells of a path, as its names, whether it is meant."""
        return partial(self._matches, [None if part == _ANY_DEPTH else _test_of(part) for part in self.parts])

    def _matches(self, tests: Sequence[Callable[[str], bool] | None], path: Sequence[str]) -> bool:
        ends = {0}  # after how many names of the path the parts so far may end
        for test in tests:
            if test is None:
                ends = set(range(min(ends), len(path) + 1))
            else:
                ends = {end + 1 for end in ends if end < len(path) and test(path[end])}
            if not ends:
                return False
        if self.below is Below.NO:
            return len(path) in ends
        return self.below is Below.MAY or min(ends) < len(path)

    @property
    def cost(self) -> int:
        """How much work it is to try it, in comparison with others."""
        return sum(1 + len(part) // 8 for part in self.parts)


def github_pattern(text: str) -> OwnerPattern | None:
    """A pattern as GitHub reads it; None for what it does not take: `!`, `[ ]`, an escaped `#`."""
    if text.startswith(("!", "\\#")) or "[" in text or "]" in text or _is_excessive(text):
        return None
    within = text.endswith("/")
    parts = [part for part in text.strip("/").split("/") if part]
    if not parts or "//" in text:
        return None
    if len(parts) > 1 and parts[-1] == _ANY_DEPTH:
        parts, within = parts[:-1], True
    anchored = text.startswith("/") or len(text.strip("/").split("/")) > 1
    # The one exception to gitignore's rules that makes a difference here: `docs/*` means the files of one folder.
    files_only = parts[-1] == "*" and len(parts) > 1 and not within
    below = Below.NO if files_only else Below.MUST if within else Below.MAY
    return _pattern(parts if anchored else [_ANY_DEPTH, *parts], below)


def gitlab_pattern(text: str) -> OwnerPattern | None:
    """A pattern as GitLab reads it: at any depth unless it begins with `/`, below it if it ends with `/`."""
    if "//" in text or _is_excessive(text):
        return None
    parts = [part for part in text.strip("/").split("/") if part]
    if not parts and not text.startswith("/"):
        return None
    if not text.endswith("/") and parts[-1] == _ANY_DEPTH:
        parts[-1] = "*"  # at the end, two stars are no more than one
    below = Below.MUST if text.endswith("/") else Below.NO
    return _pattern(parts if text.startswith("/") else [_ANY_DEPTH, *parts], below)


def _is_excessive(text: str) -> bool:
    """What nobody writes but to keep us busy."""
    parts = text.split("/")
    return len(text) > _LONGEST or len(parts) > _MOST_PARTS or max(part.count("*") for part in parts) > _MOST_STARS


def _pattern(parts: list[str], below: Below) -> OwnerPattern:
    plain: list[str] = []
    for part in parts:
        if not _WILD.isdisjoint(part):
            break
        plain.append(part)
    return OwnerPattern("/".join(plain), tuple(parts), below)


def _test_of(part: str) -> Callable[[str], bool]:
    """Of one name, in a time that grows with its length, however many stars there are."""
    if _WILD.isdisjoint(part):
        return part.__eq__
    pieces = part.split("*")
    if all(map(_WILD.isdisjoint, pieces)):
        return partial(_in_order, pieces)
    # The translation of the standard library goes back over no star twice.
    compiled = re.compile(translate(_without_escapes(part)))
    return lambda name: compiled.match(name) is not None


def _in_order(pieces: Sequence[str], name: str) -> bool:
    """Whether the name begins with the first piece, ends with the last, and has the others in between."""
    end = len(name) - len(pieces[-1])
    if not name.startswith(pieces[0]) or not name.endswith(pieces[-1]) or end < len(pieces[0]):
        return False
    at = len(pieces[0])
    for piece in pieces[1:-1]:
        found = name.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _without_escapes(part: str) -> str:
    """`\\x` as a set of one character, which is what fnmatch has for it."""
    return "".join(_escaped(match) for match in re.finditer(r"\\(.)|(.)", part, re.DOTALL))


def _escaped(match: re.Match[str]) -> str:
    literal, other = match.groups()
    return str(other) if literal is None else f"[{literal}]" if literal in "*?[" else str(literal)


def names(path: str) -> tuple[str, ...]:
    """A path as its names."""
    return tuple(path.split("/"))


def beginnings(path: Sequence[str]) -> Iterable[str]:
    """Every `prefix` that a pattern for the path may have."""
    return ["/".join(path[:end]) for end in range(min(len(path), _MOST_PARTS) + 1)]
