"""Whole lines of text. A line ends at LF, CRLF or a lone CR."""

from __future__ import annotations

import re

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_BLANK_LINES = re.compile(r"(?:[ \t]*(?:\r\n|\r|\n))*")


def shift(text: str, columns: int) -> str:
    """Whole lines moved to the right, empty ones excepted (to the left: as far as they are indented)."""
    if not columns or not text:
        return text
    if columns < 0:
        return "".join(line[min(-columns, len(line) - len(line.lstrip(" "))) :] for line in _LINE.findall(text))
    pad = " " * columns
    if text.find("\n", 0, -1) < 0 and "\r" not in text:  # one line, as most are
        return pad + text if text != "\n" else text
    # Lines of spaces are moved, too: inside of a block scalar they may be content.
    return "".join(pad + line if line.rstrip("\r\n") else line for line in _LINE.findall(text))


def shift_continued(text: str, columns: int) -> str:
    """The same for what begins in the middle of a line: all lines but the first."""
    end = line_end(text, 0)
    return text[:end] + shift(text[end:], columns)


def split_blank_lines(text: str) -> tuple[str, str]:
    """The blank lines at the beginning, and the rest."""
    match = _BLANK_LINES.match(text)
    end = match.end() if match else 0
    return text[:end], text[end:]


def line_end(text: str, offset: int) -> int:
    """Offset behind the line that holds `offset`, its end included."""
    newline = text.find("\n", offset)
    end = len(text) if newline < 0 else newline + 1
    feed = text.find("\r", offset, end)
    return end if feed < 0 or (feed + 2 == end and newline >= 0) else feed + 1
