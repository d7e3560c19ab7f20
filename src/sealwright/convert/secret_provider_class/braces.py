"""Values of ours inside braces and brackets, in the manner of what stands there: JSON, or YAML without quotes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sealwright.convert.comments import has_comment
from sealwright.convert.layout import Unmovable
from sealwright.convert.yaml_words import in_quotes, word
from sealwright.patterns import Pattern
from sealwright.rewrite.edit import Edit

if TYPE_CHECKING:
    from sealwright.manifest.nodes import Mapping, Node, Sequence
    from sealwright.manifest.scalars import Plain
    from sealwright.manifest.source import Source

_INDENTED = Pattern(r"[{\[][ \t]*\r?\n([ \t]*)")
_TIGHT = Pattern(r'["\w]:["{\[]')


def newline_of(text: str) -> str:
    """The line ending of a text: that of its first line."""
    end = text.find("\n")
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"


class Braces:
    """Writes into one document."""

    def __init__(self, source: Source, *, is_json: bool) -> None:
        self._source = source
        self._text = source.text
        self._is_json = is_json
        self.newline = newline_of(source.text)

    def entry(self, place: Mapping, field: str, value: Plain) -> Edit:
        """The edit that adds an entry behind the last one. Raises Unmovable."""
        if has_comment(self._text, place) or not place.entries:
            raise Unmovable("a comment inside braces")
        key, last = place.entries[-1]
        separator = self.separator(place.start if len(place.entries) < 2 else place.entries[-2][1].end, key)
        name = in_quotes(field) if self._quotes(place) else field
        colon = ":" if _TIGHT.search(self._text, place.start, place.end) else ": "
        return Edit(last.end, last.end, f"{separator}{name}{colon}{self.value(value, place)}")

    def separator(self, before: int, node: Node) -> str:
        """What stands between two items: a comma, and the space or the line end that stands above `node`.

        `before` is where the item before it ends, or where the braces begin.
        """
        space = self._text[before : node.start].strip("{[,")
        if space.strip(" \t\r\n"):
            return ", "
        return f",{space}" if space or self._quotes_at(before) else ", "

    def _quotes_at(self, offset: int) -> bool:
        return self._is_json or self._text[offset : offset + 2] == ',"'

    def _quotes(self, near: Node) -> bool:
        return self._is_json or '"' in self._text[near.start : near.end]

    def value(self, value: Plain, near: Mapping | Sequence, *, instead: bool = False) -> str:
        """A value as it stands inside `near`, or `instead` of it, in the manner of `near`."""
        if not self._quotes(near):
            return _flow(value)
        text = self._text[near.start : near.end]
        indented = _INDENTED.match(text)
        if indented is None or not isinstance(value, dict | list):
            tight = _TIGHT.search(text) is not None
            return json.dumps(value, separators=(",", ":") if tight else (", ", ": "))
        outer = self._indentation(near.end)
        inner = outer if instead else indented.group(1)
        unit = indented.group(1).removeprefix(outer) or "  "
        return json.dumps(value, indent=unit).replace("\n", f"{self.newline}{inner}")

    def _indentation(self, end: int) -> str:
        line = self._text[self._source.line_start(end - 1) : end]
        return line[: len(line) - len(line.lstrip(" \t"))]


def _flow(value: Plain) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return word(str(value))
