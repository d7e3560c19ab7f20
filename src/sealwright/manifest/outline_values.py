"""Values of an outline: block scalars, quoted text and flow collections over several lines, plain text to a comment.

Whatever the real parser can read of it is read by the real parser.
"""

from __future__ import annotations

import re

from sealwright.manifest.compose import compose
from sealwright.manifest.limits import Unparsable
from sealwright.manifest.nodes import Node, Scalar

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_QUOTED = {'"': re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL), "'": re.compile(r"'(?:[^']|'')*'")}
_AFTER = re.compile(r"[ \t]*,?[ \t]*(?:(?<=[ \t])#[^\r\n]*)?(?=[\r\n]|\Z)")
_HEADER = re.compile(r"[|>]([-+0-9]*)[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|\Z)")
_LONGEST_QUOTED = 100_000
"""Characters below a quote that is not closed in its line are looked through once for each such quote above them."""
_LONGEST_FLOW = 20_000


class Values:
    """Reads values out of one text; spans are shifted by `base`."""

    def __init__(self, text: str, base: int) -> None:
        self._text = text
        self._base = base

    def read(self, start: int, stop: int, end: int, column: int) -> tuple[Node, int]:
        """The value at `start` in the line that ends at `stop` (`end` with its break), and where the next line begins.

        `column` is that of the key or the dash before the value: the lines of a longer value are indented deeper.
        """
        header = _HEADER.match(self._text, start, end)
        if header is not None:
            after = block_end(self._text, end, column)
            return self._block(start, end, after, header.group(1), column), after
        char = self._text[start]
        if char in _QUOTED:
            return self._quoted(start, stop, end, column)
        if char in "{[":
            return self._flow(start, stop, end, column)
        return self._plain(start, stop), end

    def scalar(self, start: int, stop: int) -> Scalar:
        """What stands between the offsets: unquoted if it is quoted as it should be, as it is otherwise."""
        if self._text[start] in _QUOTED:
            node = self._composed(start, stop)
            if isinstance(node, Scalar):
                return node
        return Scalar(self._base + start, self._base + stop, self._text[start:stop])

    def flow_ends(self, start: int, column: int) -> bool:
        """Whether what opens at `start` is a flow collection as a whole."""
        return self._composed(start, self._flow_end(start, column)) is not None

    def _plain(self, start: int, stop: int) -> Scalar:
        text = without_comment(self._text[start:stop])
        return Scalar(self._base + start, self._base + start + len(text), text)

    def _quoted(self, start: int, stop: int, end: int, column: int) -> tuple[Node, int]:
        pattern = _QUOTED[self._text[start]]
        match = pattern.match(self._text, start, stop)
        if match is None:
            limit = block_end(self._text, end, column, start + _LONGEST_QUOTED)
            match = pattern.match(self._text, start, limit)
        if match is None or not _AFTER.match(self._text, match.end()):
            return self._plain(start, stop), end
        return self.scalar(start, match.end()), _line_end(self._text, match.end())

    def _flow(self, start: int, stop: int, end: int, column: int) -> tuple[Node, int]:
        node = self._composed(start, stop)
        if node is not None:
            return node, end
        after = self._flow_end(start, column)
        node = self._composed(start, after) if after > end else None
        return (node, after) if node is not None else (self._plain(start, stop), end)

    def _flow_end(self, start: int, column: int) -> int:
        """The end of the lines that are indented deeper, and of one that closes at the column itself."""
        end = _line_end(self._text, start)
        after = block_end(self._text, end, column, start + _LONGEST_FLOW)
        closing = LINE.match(self._text, after)
        if closing is not None and closing.group().lstrip()[:1] in {"}", "]"}:
            return closing.end()
        return after

    def _composed(self, start: int, stop: int) -> Node | None:
        try:
            return compose(self._text[start:stop], self._base + start)
        except Unparsable:
            return None

    def _block(self, header: int, start: int, end: int, indicators: str, column: int) -> Scalar:
        digits = [int(char) for char in indicators if char.isdigit()]
        node = None if digits else self._composed(header, end)
        if isinstance(node, Scalar):
            return node
        lines = re.split(r"\r\n|\r|\n", self._text[start:end])
        widths = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip()]
        indent = max(column, 0) + digits[0] if digits else min(widths, default=0)
        value = "\n".join(line[indent:] for line in lines).rstrip("\n")
        value += "" if "-" in indicators or not value else "\n"
        stop = header + len(self._text[header:end].rstrip(" \t\r\n"))
        return Scalar(self._base + header, self._base + stop, value, self._text[header])


def block_end(text: str, start: int, column: int, limit: int | None = None) -> int:
    """End of the lines from `start` that are blank or indented deeper than `column`, not much beyond `limit`."""
    offset = start
    while offset < (len(text) if limit is None else min(limit, len(text))):
        match = LINE.match(text, offset)
        end = match.end() if match else len(text)
        line = text[offset:end].rstrip("\r\n")
        if line.strip() and len(line) - len(line.lstrip(" \t")) <= column:
            break
        offset = end
    return offset


def without_comment(text: str) -> str:
    """Plain text up to a comment, without trailing blanks."""
    cuts = [cut for cut in (text.find(" #"), text.find("\t#")) if cut >= 0]
    return text[: min(cuts, default=len(text))].rstrip(" \t")


def _line_end(text: str, offset: int) -> int:
    match = LINE.match(text, offset)
    return match.end() if match else len(text)
