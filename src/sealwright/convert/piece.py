"""One entry of a mapping as text, and what may be done to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.comments import comments_of, header_comment
from sealwright.convert.lines import line_end
from sealwright.manifest.nodes import Mapping, Scalar
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from sealwright.manifest.nodes import Node

_ANCHOR = Pattern(r"(?<=[ \t])&\S+[ \t]*")


class Piece(NamedTuple):
    """One entry, cut where it may be changed. `start` and `end` are where it stands in the source, `lead` excluded."""

    name: str
    column: int
    """Spaces before the key."""
    lead: str
    """Whole lines above: comments and blank lines."""
    key: str
    between: str
    """From the key to the value: colon, spaces, tag, anchor, comments."""
    value: str
    behind: str
    """The rest of the value's last line, its end included."""
    below: str
    """Whole lines of comments that are indented deeper than the key."""
    node: Node
    start: int
    end: int

    @property
    def text(self) -> str:
        """The entry's own lines."""
        return f"{' ' * self.column}{self.key}{self.between}{self.value}{self.behind}{self.below}"

    @property
    def _newline(self) -> str:
        return self.behind[len(self.behind.rstrip("\r\n")) :]

    def with_value(self, value: str) -> str:
        """The lines with another value; comments stay, in the line if there is room and above it if not."""
        notes = comments_of(self.between)
        header = header_comment(self.value) if isinstance(self.node, Scalar) and self.node.style in {"|", ">"} else ""
        notes += [header] if header else []
        pad = " " * self.column
        line = f"{pad}{self.key}{self.between.partition(':')[0]}: {value}"
        if len(notes) == 1 and not self.behind.strip():
            return f"{line} {notes[0]}{self._newline}{self.below}"
        return "".join(f"{pad}{note}{self._newline}" for note in notes) + f"{line}{self.behind}{self.below}"

    def without_anchor(self) -> Piece:
        """The entry for a second place: an anchor may stand in one only."""
        return self._replace(between=_ANCHOR.sub("", self.between))

    def without_comments(self) -> str:
        """The entry's own lines for a second place."""
        between = ": " if comments_of(self.between) else self.between
        return f"{' ' * self.column}{self.key}{between}{self.value}{self._newline}"

    def heading(self, name: str, value: str = "") -> str:
        """The key's own line with another name and `value` for the value, which is a mapping or empty."""
        if isinstance(self.node, Mapping) and not self.node.flow:
            rest = self.between[: line_end(self.between, 0)].partition(":")[2]
            return f"{' ' * self.column}{name}:{f' {value}' if value else ''}{rest}"
        notes = "".join(f" {note}" for note in comments_of(self.between + self.behind))
        return f"{' ' * self.column}{name}:{f' {value}' if value else ''}{notes}{self._newline}"

    def heading_comments(self) -> list[str]:
        """The comments on the key's own line, for when that line goes."""
        return comments_of(self.heading("x"))
