"""A text in a literal block of YAML, exchanged for another: the same indentation, and whatever did not change stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.layout import Unmovable
from sealwright.convert.lines import line_end
from sealwright.rewrite.edit import Edit

if TYPE_CHECKING:
    from sealwright.manifest.nodes import Scalar
    from sealwright.manifest.source import Source

_WHAT = "a text that is no literal block"


def block_edit(source: Source, scalar: Scalar, text: str) -> Edit:
    """The edit that puts `text` into the place of what the block says. Raises Unmovable for any other style."""
    if scalar.style != "|" or scalar.anchor or scalar.tag:
        raise Unmovable(_WHAT)
    first = line_end(source.text, scalar.start)
    newline = "\r\n" if source.text[first - 2 : first] == "\r\n" else "\n"
    line = source.text[first : line_end(source.text, first)]
    old = scalar.value.rstrip("\n")
    pad = " " * (len(line) - len(line.lstrip(" ")) - (len(old) - len(old.lstrip(" "))))
    written = _indented(old, pad, newline)
    if not source.text.startswith(written, first):
        raise Unmovable(_WHAT)
    return Edit(first, first + len(written), _indented(text.rstrip("\n"), pad, newline))


def _indented(text: str, pad: str, newline: str) -> str:
    return newline.join(pad + line if line else "" for line in text.split("\n"))
