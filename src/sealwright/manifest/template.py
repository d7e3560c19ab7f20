"""Templates that look like YAML: Helm and Go (`{{ }}`), Jinja (`{% %}`, `{# #}`).

A template is not YAML before it is rendered, but what surrounds the actions nearly always is. So every action is
replaced by as many characters of `FILL`, which YAML takes as text, and a line that holds nothing else by spaces.
Offsets stay the same, and a value that contains `FILL` is known to come from somewhere else.
Sources: Go text/template and Jinja2, the lexers of both.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sealwright.manifest.nodes import FILL

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPENING = re.compile(r"\{[{%#]")
_COMMENT = re.compile(r"-?[ \t]?/\*")
_HASH = re.compile(r"[ \t\x85\u2028\u2029]#")
_INSIDE = {
    # Strings may hold the closing; an escape outside of them belongs to the YAML string around the action.
    "{{": re.compile(r"""\\.|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|\}\}|\{\{"""),
    "{%": re.compile(r"""\\.|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|%\}|\{%"""),
    "{#": re.compile(r"#\}|\{#"),
}
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}

_CONTROL_LINE = re.compile(rf"^([ \t]*){FILL}[{FILL} \t]*(?:#[^\r\n]*)?(?=\r?$)", re.MULTILINE)
_BLOCK_HEADER = re.compile(r"(?:.*[:\-][ \t]+|[ \t]*)(?:[&!]\S+[ \t]+)*[|>][-+0-9]*[ \t]*(?:#.*)?")
_MAX_HEADER = 1000
"""Longer lines open no block scalar that anyone wrote; and the expression is not linear."""
_DASHES = re.compile(r"[ \t]*(?:-[ \t]+)*")


def is_template(text: str) -> bool:
    """Whether the text holds template actions outside of comments: what is in a comment makes nothing of the rest.

    `{{` alone may be flow-style YAML, so its end is wanted too.
    """
    return next(_uncommented(text), None) is not None


def mask(text: str, *, comments: bool = True) -> str:
    """The text with its actions blanked out, the same length, with the same line breaks.

    Without `comments`, the actions that begin in one stay.
    """
    pieces = []
    cursor = 0
    for start, end in actions(text) if comments else _uncommented(text):
        pieces += [text[cursor:start], _filled(text, start, end)]
        cursor = end
    pieces.append(text[cursor:])
    return _without_control_lines("".join(pieces))


def actions(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of every action. An opening that another of its kind follows before its end is none."""
    opening = _OPENING.search(text)
    comments = True
    while opening is not None:
        start, kind = opening.start(), opening.group()
        after = opening.end()
        comment = _COMMENT.match(text, after) if kind == "{{" and comments else None
        if comment is not None:
            close = text.find("*/", comment.end())
            comments = close >= 0  # there is none further on either, and looking again would take long
            after = close + 2 if comments else after
        token = _closing(text, kind, after)
        if token is not None and token.group() == _CLOSING[kind]:
            yield start, token.end()
            after = token.end()
        opening = _OPENING.search(text, after)


def _uncommented(text: str) -> Iterator[tuple[int, int]]:
    """The actions that begin outside of YAML comments. In doubt an action is in one: it does not count then."""
    cursor = 0
    commented = False
    for start, end in actions(text):
        line = max(text.rfind("\n", cursor, start), text.rfind("\r", cursor, start)) + 1
        if line or not cursor:
            commented = text.startswith("#", line)
        commented = commented or _HASH.search(text, line or cursor, start) is not None
        if not commented:
            yield start, end
        cursor = end


def _closing(text: str, kind: str, offset: int) -> re.Match[str] | None:
    """The next closing or opening of the kind that stands outside of strings."""
    for token in _INSIDE[kind].finditer(text, offset):
        if token.group() in {kind, _CLOSING[kind]}:
            return token
    return None


def _filled(text: str, start: int, end: int) -> str:
    action = text[start:end]
    # `key: {{ ... | nindent 4 }}` gives lines of its own below the key, next to those that stand there already.
    ends_line = text[end : end + 1] in {"", "\n", "\r"}
    fill = " " if "nindent" in action and ends_line else FILL
    if "\n" not in action and "\r" not in action:
        return fill * len(action)
    return "".join(char if char in "\r\n" else fill for char in action)


def _without_control_lines(text: str) -> str:
    """Spaces for lines that hold only actions, except where spaces would set the indentation of a block scalar."""
    pieces = []
    cursor = 0
    column: int | None = None
    """The least column for what a block scalar holds whose first line of text is yet to come."""
    for match in _CONTROL_LINE.finditer(text):
        between = text[cursor : match.start()]
        pieces.append(between)
        if between.strip():
            column = _content_column(between)
        if column is not None and len(match.group(1)) >= column:
            pieces.append(match.group())
            column = None
        else:
            pieces.append(" " * len(match.group()))
        cursor = match.end()
    pieces.append(text[cursor:])
    return "".join(pieces)


def _content_column(text: str) -> int | None:
    """Where the content of the block scalar may begin that the last line of `text` opens; None if it opens none."""
    line = text.rstrip()
    line = line[max(line.rfind("\n"), line.rfind("\r")) + 1 :]
    if len(line) > _MAX_HEADER or line.lstrip().startswith("#") or not _BLOCK_HEADER.fullmatch(line):
        return None
    dashes = _DASHES.match(line)
    column = dashes.end() if dashes else 0
    return column if line[column] in "|>" else column + 1
