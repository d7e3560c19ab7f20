"""Regular expressions as programs in Go have them: the syntax and the matches of RE2, in bounded time.

The API server runs those of CEL so, kustomize those of its selectors, SOPS those of its rules; and whoever writes them
may be a stranger.

Python's `re` is used where it cannot take long, google-re2 where it is installed, an automaton of our own otherwise.
All three find the same.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sealwright.regex.backtracking import quick_length, translated
from sealwright.regex.nodes import PatternError
from sealwright.regex.syntax import parse, size

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from sealwright.regex.automaton import Automaton


_MODEST = 500
"""Characters, and parts with counted repetitions written out: at worst each is a step for every character."""


class Expression:
    """A regular expression that was accepted."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._node = parse(pattern)

    @cached_property
    def size(self) -> int:
        """How many parts it has, with counted repetitions written out."""
        return size(self._node)

    @cached_property
    def _quick(self) -> re.Pattern[str] | None:
        return translated(self._node) if self._quick_length >= 0 else None

    @cached_property
    def _quick_length(self) -> int:
        return quick_length(self._node)

    @cached_property
    def _floating(self) -> Automaton:
        from sealwright.regex.automaton import Automaton

        return Automaton(self._node, backwards=False, floating=True, longest=False)

    @cached_property
    def _backwards(self) -> Automaton:
        from sealwright.regex.automaton import Automaton

        return Automaton(self._node, backwards=True, floating=False, longest=True)

    @cached_property
    def _re2(self) -> Any:
        """google-re2's expression, or None where that is not installed or does not want it.

        It finds \\B inside a character that has several bytes; Go, and the API server with it, does not.
        """
        if "\\B" in self._pattern:
            return None
        try:
            re2: Any = import_module("re2")
        except ImportError:
            return None
        try:
            options = re2.Options()
            options.log_errors = False
            return re2.compile(self._pattern, options)
        except re2.error:
            return None

    def test(self, text: str) -> bool:
        """Whether the text has a match."""
        if len(text) <= self._quick_length and self._quick:
            return self._quick.search(text) is not None
        if self._re2 and _is_encodable(text):
            return self._re2.search(text) is not None
        return self._floating.forwards(text, 0, shortest=True) >= 0

    def search(self, text: str, start: int = 0) -> tuple[int, int] | None:
        """Where the first match from `start` on begins and ends, or None."""
        if len(text) <= self._quick_length and self._quick:
            found = self._quick.search(text, start)
            return found.span() if found else None
        if self._re2 and _is_encodable(text):
            found = self._re2.search(text, start)
            return found.span() if found else None
        end = self._floating.forwards(text, start)
        return (self._backwards.backwards(text, end, start), end) if end >= 0 else None

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """All matches, one after the other; an empty one never directly behind another."""
        position, last_end = 0, -1
        while position <= len(text):
            span = self.search(text, position)
            if span is None:
                return
            if span[0] < span[1] or span[0] != last_end:
                yield span
            position = max(span[1], position + (span[1] <= position))
            last_end = span[1]


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=1_000)
def _compiled(pattern: str) -> Expression | PatternError:
    try:
        return Expression(pattern)
    except PatternError as error:
        return error


def compiled(pattern: str) -> Expression:
    """The expression. Raises PatternError where it is none."""
    result = _compiled(pattern)
    if isinstance(result, PatternError):
        raise PatternError(str(result))
    return result


def modest(pattern: str) -> Expression | None:
    """A stranger's expression, to be tried on many texts; None for what is none, or is so large that it takes long."""
    if len(pattern) > _MODEST:
        return None
    result = _compiled(pattern)
    return result if isinstance(result, Expression) and result.size <= _MODEST else None


def problem(pattern: str) -> str:
    """What is wrong with a pattern, '' if nothing is."""
    result = _compiled(pattern)
    return str(result) if isinstance(result, PatternError) else ""
