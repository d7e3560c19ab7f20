"""Comments in YAML text: where no scalar stands, from a `#` at the start of a word to the end of the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.manifest.nodes import Alias, Scalar, walk
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.nodes import Node

_COMMENT = Pattern(r"(?<!\S)#[^\r\n]*")
_HEADER = Pattern(r"[|>][^\s#]*[ \t]+(#[^\r\n]*)")


def comments_within(text: str, node: Node, start: int, end: int) -> Iterator[str]:
    """Every comment between two offsets of `text`, around and inside of `node`, the only thing that stands there."""
    for comment in _positions(text, node, start, end):
        yield text[comment[0] : comment[1]]


def comments_below_line(text: str, node: Node, start: int, end: int) -> Iterator[str]:
    """The same without those on the line that holds `start`."""
    for comment in _positions(text, node, start, end):
        if "\n" in text[start : comment[0]] or "\r" in text[start : comment[0]]:
            yield text[comment[0] : comment[1]]


def has_comment(text: str, node: Node) -> bool:
    """Whether there is a comment inside of `node`."""
    return next(_positions(text, node, node.start, node.end), None) is not None


def header_comment(scalar: str) -> str:
    """The comment behind the `|` or `>` with which the text of a block scalar begins, or ''."""
    match = _HEADER.match(scalar)
    return match.group(1) if match else ""


def comments_of(text: str) -> list[str]:
    """The comments of a text without scalars."""
    return _COMMENT.findall(text)


def _positions(text: str, node: Node, start: int, end: int) -> Iterator[tuple[int, int]]:
    cursor = start
    for leaf in walk(node):
        if not isinstance(leaf, Scalar | Alias):
            continue
        yield from _between(text, cursor, leaf.start)
        cursor = max(cursor, leaf.end)
        header = _HEADER.match(text, leaf.start) if isinstance(leaf, Scalar) and leaf.style in {"|", ">"} else None
        if header:
            yield header.span(1)
            cursor = max(cursor, header.end())
    yield from _between(text, cursor, end)


def _between(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _COMMENT.finditer(text, start, max(start, end)):
        yield match.span()
