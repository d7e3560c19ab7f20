"""Which parts of a text are manifests where not all of it is: code blocks of documentation, here-documents of scripts.

A part is given as text of the same length as what it stands for, so that every offset in it is true: what belongs to
the text around it (`> ` of a quotation, tabs before here-documents) is replaced by spaces.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sealwright.manifest.families import Family, says_kind
from sealwright.manifest.heredocs import heredocs, without_expansions
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE = Pattern(r"[^\n]*(?:\n|\Z)")
_QUOTATION = Pattern(r"[ \t]{0,8}(?:>[ \t]?){1,8}")
_MARGIN = Pattern(r"^[ \t]*", re.MULTILINE)
_QUOTED_MARGIN = Pattern(r"^[ \t]{0,8}(?:>[ \t]?){1,8}[ \t]*", re.MULTILINE)
_UNQUOTED = Pattern(r"^[ \t]*[^>\s]", re.MULTILINE)
_FENCE = Pattern(
    r"[ \t>]{0,200}(?:(?:[-*+]|\d{1,3}[.)])[ \t]{1,8})?"
    r"(?P<marks>`{3,100}|~{3,100})[ \t]*(?P<info>[^`\r\n]{0,200})"
)
_LANGUAGE = Pattern(r"[a-z0-9+\-]{1,40}")
_MANIFESTS = frozenset(
    {"yaml", "yml", "json", "json5", "jsonc", "hjson", "helm", "gotmpl", "gotemplate", "jinja", "jinja2", "kubernetes"}
)
_SHELLS = frozenset(
    {"sh", "bash", "shell", "console", "zsh", "terminal", "powershell", "cmd", "dockerfile", "makefile"}
    | {"shell-session", "shellsession", "bash-session"}
)
_ANYTHING = frozenset({"", "text", "txt", "plain", "plaintext", "none", "code", "code-block", "output"})
_KEY = Pattern(r"""(?:-[ \t]{1,8})?(?:[\w.\-/]{1,100}|"[^"\n]{1,100}"|'[^'\n]{1,100}')[ \t]*:(?=[ \t\r\n]|\Z)""")
_MARK = Pattern(r"(?:---|\.\.\.)[ \t]*\r?$|[#}\]{%]|-[ \t]", re.MULTILINE)
_FIRST = Pattern(
    r"""(?:-[ \t]{1,8})?["']?(?:apiVersion|kind|metadata|data|stringData|type|items|immutable|spec)["']?[ \t]*:"""
    r"""(?=[ \t\r\n]|\Z)|---[ \t]*\r?$|\{[ \t]*(?:\r?$|["'])""",
    re.MULTILINE,
)


class Region(NamedTuple):
    """`text` stands for what is in the source from `start` on, character by character."""

    start: int
    text: str


def regions(family: Family, text: str) -> Iterator[Region]:
    """The manifests in a text that is none as a whole, in order."""
    if not says_kind(text):
        return
    if family is Family.PROSE:
        yield from _in_prose(text)
    elif family is Family.SHELL:
        yield from _in_script(text, 0, len(text))


def _in_script(text: str, start: int, end: int) -> Iterator[Region]:
    """Here-documents, and what else of a script (or of what it printed) is a manifest."""
    outside = start
    for heredoc in heredocs(text, start, end):
        yield from _bare(text, outside, heredoc.start)
        body = text[heredoc.start : heredoc.end]
        if says_kind(body):
            yield from pieces(heredoc.start, body if heredoc.quoted else without_expansions(body))
        outside = heredoc.end
    yield from _bare(text, outside, end)


# --- documentation ---


def _in_prose(text: str) -> Iterator[Region]:
    outside = 0
    for start, end, language in fences(text):
        yield from _bare(text, outside, start)
        outside = end
        yield from _fenced(text, start, end, language)
    yield from _bare(text, outside, len(text))


def fences(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, language) of what stands in every code fence, the fences' own lines excluded.

    Source: CommonMark 0.31.2 §4.5; deeper indentation is allowed, since lists nest.
    """
    if "```" not in text and "~~~" not in text:
        return
    opened: tuple[int, str, str] | None = None
    offset = 0
    while offset < len(text):
        end = _line_end(text, offset)
        match = _FENCE.match(text, offset, end)
        if match is not None and opened is None:
            language = _LANGUAGE.search(match.group("info").lower())
            opened = (end, match.group("marks"), language.group() if language else "")
        elif match is not None and opened is not None and _closes(match, opened[1]):
            yield opened[0], offset, opened[2]
            opened = None
        offset = end
    if opened is not None:
        yield opened[0], len(text), opened[2]


def _closes(match: re.Match[str], marks: str) -> bool:
    return match.group("marks").startswith(marks) and not match.group("info").strip()


def _fenced(text: str, start: int, end: int, language: str) -> Iterator[Region]:
    body = text[start:end]
    if not says_kind(body):
        return
    if language in _MANIFESTS or (language in _ANYTHING and _FIRST.match(_without_margin(body).lstrip())):
        yield from pieces(start, body)
    elif language in _SHELLS or language in _ANYTHING:
        yield from _in_script(text, start, end)


def _bare(text: str, start: int, end: int) -> Iterator[Region]:
    """Manifests without a fence: indented code blocks, listings of other markup languages, what a command printed.

    One begins at a line as manifests have them and goes on while lines are keys at its own column or stand deeper.
    """
    if not says_kind(text, start, end):
        return
    begin, column, offset = -1, 0, start
    while offset < end:
        stop = min(_line_end(text, offset), end)
        content, at = _content(text, offset, stop)
        if content < stop:
            if begin >= 0 and not (at > column or (at == column and _goes_on(text, content, stop))):
                yield from _kept(text, begin, offset)
                begin = -1
            if begin < 0 and _FIRST.match(text, content, stop):
                begin, column = offset, at
        offset = stop
    if begin >= 0:
        yield from _kept(text, begin, end)


def _content(text: str, offset: int, stop: int) -> tuple[int, int]:
    """Where a line's text begins, and at which column; `stop` where the line is blank."""
    quotation = _QUOTATION.match(text, offset, stop)
    content = quotation.end() if quotation else offset
    line = text[content:stop]
    content += len(line) - len(line.lstrip(" \t"))
    return (content if text[content:stop].strip() else stop), content - offset


def _goes_on(text: str, content: int, stop: int) -> bool:
    return _KEY.match(text, content, stop) is not None or _MARK.match(text, content, stop) is not None


def _kept(text: str, start: int, end: int) -> Iterator[Region]:
    body = text[start:end]
    if says_kind(body):
        yield from pieces(start, without_expansions(body))


# --- parts of the same length ---


def pieces(start: int, body: str) -> Iterator[Region]:
    """The body without the margin's marks; one piece for each document where all of it is indented."""
    body = _without_margin(body)
    margin = min((_width(line) for line in _lines(body) if line.strip()), default=0)
    if margin == 0:
        yield Region(start, body)
        return
    begin = offset = 0
    for line in _lines(body):
        if _width(line) == margin and line.strip() in {"---", "..."}:
            yield Region(start + begin, body[begin:offset])
            begin = offset + len(line)
        offset += len(line)
    yield Region(start + begin, body[begin:])


def _without_margin(body: str) -> str:
    """Spaces for tabs at the beginning of lines, and for `>` where every line begins with it."""
    if "\t" not in body and ">" not in body:
        return body
    margin = _MARGIN if _UNQUOTED.search(body) else _QUOTED_MARGIN
    return margin.sub(lambda match: " " * len(match.group()), body)


def _width(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _line_end(text: str, offset: int) -> int:
    newline = text.find("\n", offset)
    return len(text) if newline < 0 else newline + 1
