"""Names that others chose, in text for terminals and in Markdown: they must not act there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.patterns import Pattern

if TYPE_CHECKING:
    import re

_MARKED = Pattern(r"[\\`*_{}\[\]<>()#|~!]")
_TICKS = Pattern(r"`+")


def shown(text: str) -> str:
    """With an escape for whatever a terminal would act on, or cannot show."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def plain(text: str) -> str:
    """Text in which nothing is markup."""
    return _MARKED.sub(_escaped, shown(text))


def code(text: str) -> str:
    """A code span, within more backticks than the text has in a row."""
    safe = shown(text)
    longest = max(map(len, _TICKS.findall(safe)), default=0)
    fence, space = "`" * (longest + 1), " " if longest else ""
    return f"{fence}{space}{safe}{space}{fence}"


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match.group()}"
