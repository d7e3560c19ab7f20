"""Where the top-level blocks of an HCL text are, without parsing them.

The grammar's parser reads some ten thousand lines a second, and most blocks are of no interest to any rule; and one
that is broken must not hide the others. So blocks are found first, by their braces, and parsed one by one.
Source: the HCL native syntax specification (hashicorp/hcl, hclsyntax/spec.md).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Span
from sealwright.manifest.limits import Unparsable
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE = Pattern(r"(?:\s+|#[^\n]*|//[^\n]*|/\*(?s:.*?)\*/)*")
_HEADER = Pattern(r'([A-Za-z_][\w-]*)((?:[ \t]+(?:"[^"\n]*"|[A-Za-z_][\w-]*))*)[ \t]*\{')
_LABEL = Pattern(r'"[^"\n]*"|[A-Za-z_][\w-]*')
_TYPES = "resource|data|module|variable|locals|output|provider|terraform|moved|import|check"
_NEXT = Pattern(rf"^(?:{_TYPES})\b[^\n=]*\{{", re.MULTILINE)
_INSIDE = Pattern(r'["{}]|#[^\n]*|//[^\n]*|/\*(?s:.*?)\*/|<<-?([A-Za-z][\w.-]*)[ \t]*\r?\n')
_QUOTED = Pattern(r'\\.|"|\$\$\{|%%\{|[$%]\{')
_MOST_BROKEN = 5
"""After as many the rest of a text is left: each of them may have taken a look at all of it."""
_DEEPEST = 100
"""Templates inside strings inside templates."""


class Block(NamedTuple):
    """`resource "aws_kms_key" "main" {...}`: type, labels without quotes, and spans in the text."""

    type: str
    labels: tuple[str, ...]
    type_at: Span
    labels_at: tuple[Span, ...]
    start: int
    end: int


def split_blocks(text: str) -> Iterator[Block | Unparsable]:
    """The top-level blocks in order; in the place of what is no block, what is wrong there. Never raises."""
    at, broken = _skip_space(text, 0), 0
    while at < len(text):
        header = _HEADER.match(text, at)
        end = _closing(text, header.end(), 0) if header else -1
        if header is None or end < 0:
            reason = "a block that is never closed" if header else "neither a block nor the end of one"
            yield Unparsable(reason, at)
            following = _NEXT.search(text, at + 1)
            at = following.start() if following and broken < _MOST_BROKEN else len(text)
            broken += 1
            continue
        labels = tuple(_LABEL.finditer(text, header.start(2), header.end(2)))
        yield Block(
            header.group(1),
            tuple(label.group().strip('"') for label in labels),
            Span(*header.span(1)),
            tuple(Span(*label.span()) for label in labels),
            at,
            end,
        )
        at = _skip_space(text, end)


def _skip_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _closing(text: str, at: int, depth: int) -> int:
    """The offset behind the brace that closes the one before `at`; -1 where none does."""
    level = 1
    while found := _INSIDE.search(text, at):
        mark, at = found.group(), found.end()
        if mark == "{":
            level += 1
        elif mark == "}":
            level -= 1
            if not level:
                return at
        elif mark == '"':
            at = _string_end(text, at, depth)
            if at < 0:
                return -1
        elif found.group(1):
            closing = re.compile(rf"^[ \t]*{re.escape(found.group(1))}[ \t]*\r?$", re.MULTILINE).search(text, at)
            if closing is None:
                return -1
            at = closing.end()
    return -1


def _string_end(text: str, at: int, depth: int) -> int:
    """The offset behind the quote that ends the string before `at`; -1 where its line ends first."""
    while found := _QUOTED.search(text, at):
        mark = found.group()
        if "\n" in text[at : found.start()]:
            return -1
        at = found.end()
        if mark == '"':
            return at
        if mark in {"${", "%{"}:
            at = _closing(text, at, depth + 1) if depth < _DEEPEST else -1
            if at < 0:
                return -1
    return -1
