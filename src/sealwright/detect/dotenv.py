"""Dotenv files as programs read them: names, values, and where the values stand.

There is no standard. Understood is what kustomize, Docker, Ruby's, Node's and Python's readers agree on, and what one
of them takes for a value: `export`, quotes, quoted values of several lines, comments behind a blank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Span
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE = Pattern(r"[^\r\n]+")
_START = Pattern(r"[ \t\ufeff]*(?:export[ \t]+)?([^\s=#:][^\s=:]{0,300})[ \t]*(?:=|:(?=[ \t]))[ \t]*")
_END = Pattern(r"[ \t]*(?:[ \t]#[^\r\n]*)?(?=[\r\n]|\Z)")
_COMMENT = Pattern(r"[ \t]#")
_QUOTES = "\"'`"
_LONGEST = 64 * 1024
"""Characters of a quoted value."""


class Variable(NamedTuple):
    """`value` without its quotes, and `span` where it stands, quotes excluded."""

    name: str
    value: str
    span: Span

    def __repr__(self) -> str:
        return f"Variable({self.name!r})"

    @property
    def is_encrypted(self) -> bool:
        """Whether it has the form that dotenvx writes."""
        return self.value.startswith("encrypted:")


def variables(text: str) -> Iterator[Variable]:
    """Every variable that the text sets."""
    offset = 0
    while (line := _LINE.search(text, offset)) is not None:
        start = _START.match(text, line.start(), line.end())
        offset = line.end()
        if start is not None:
            span = _quoted(text, start.end()) or _rest(text, start.end(), line.end())
            offset = max(offset, span.end)
            yield Variable(start.group(1), text[span.start : span.end], span)


def _quoted(text: str, start: int) -> Span | None:
    """What stands in quotes, over several lines perhaps, with nothing but a comment behind it."""
    quote = text[start : start + 1]
    if not quote or quote not in _QUOTES:
        return None
    limit = min(len(text), start + _LONGEST)
    end = text.find(quote, start + 1, limit)
    while quote == '"' and end > 0 and _escaped(text, end):
        end = text.find(quote, end + 1, limit)
    return Span(start + 1, end) if end > 0 and _END.match(text, end + 1) else None


def _escaped(text: str, offset: int) -> bool:
    before = text[max(offset - 100, 0) : offset]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _rest(text: str, start: int, end: int) -> Span:
    """The rest of the line, less a comment and blanks."""
    comment = _COMMENT.search(text, max(start - 1, 0), end)
    stop = max(comment.start() if comment else end, start)
    return Span(start, start + len(text[start:stop].rstrip()))
