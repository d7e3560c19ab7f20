"""Here-documents of shells (and of Terraform, Ruby, PHP): where their text stands, and what the shell puts into it.

Source: POSIX.1-2017, Shell Command Language, 2.7.4; Bash adds nothing that matters here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from sealwright.manifest.nodes import FILL
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPERATOR = Pattern(r"""(?<!<)<<[-~]?[ \t]{0,8}(?P<quote>["'\\]?)(?P<word>[A-Za-z_]\w{0,60})["']?(?![\w"'])""")
_ALONE = Pattern(r"^[ \t>]{0,200}([A-Za-z_]\w{0,60})[ \t]*\r?$", re.MULTILINE)
_EXPANSION = Pattern(
    r"""(?<!\\)(?:\$[A-Za-z_]\w{0,100}|\$[0-9@*#?]|`[^`\n]{0,500}`|\$\((?:[^()\n]|\([^()\n]{0,200}\)){0,300}\))"""
)


class Heredoc(NamedTuple):
    """`start` and `end` enclose its lines, the closing word excluded. `quoted`: the shell leaves them as they are."""

    start: int
    end: int
    quoted: bool


def heredocs(text: str, start: int = 0, end: int | None = None) -> Iterator[Heredoc]:
    """Every here-document between the offsets whose closing word is there, in order."""
    stop = len(text) if end is None else end
    if text.find("<<", start, stop) < 0:
        return
    closings: dict[str, list[int]] = {}
    for match in _ALONE.finditer(text, start, stop):
        closings.setdefault(match.group(1), []).append(match.start())
    after = start
    for match in _OPERATOR.finditer(text, start, stop):
        if match.start() < after:
            continue  # inside the one before
        newline = text.find("\n", match.end(), stop)
        places = closings.get(match.group("word"), [])
        index = bisect_left(places, newline + 1)
        if newline < 0 or index == len(places):
            continue
        after = places[index]
        yield Heredoc(newline + 1, after, bool(match.group("quote")))


def without_expansions(text: str) -> str:
    """The text with FILL for what the shell replaces. `${VAR}` stays: it reads the same in every kind of file."""
    if "$" not in text and "`" not in text:
        return text
    return _EXPANSION.sub(lambda match: FILL * len(match.group()), text)
