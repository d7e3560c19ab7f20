"""From places back to the text: findings carry lines and columns, and a few questions need what stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from sealwright.finding import Location, Position
    from sealwright.manifest.source import Source

LINE_END = Pattern(r"\r\n|\r|\n")
"""Where lines end for `Source.position`."""


class Offsets:
    """The lines of one source, found once."""

    __slots__ = ("_starts", "_text")

    def __init__(self, source: Source) -> None:
        self._text = source.text
        self._starts = [0, *(match.end() for match in LINE_END.finditer(source.text))]

    def offset(self, position: Position) -> int:
        """The offset that `Source.position` made this of."""
        return self._starts[position.line - 1] + position.column - 1

    def text(self, location: Location) -> str:
        """What stands there: for code that compares it and shows it to nobody."""
        return self._text[self.offset(location.start) : self.offset(location.end)]
