"""A script to its commands and their words, as a shell reads them, with the place of every character.

Source: POSIX.1-2017, Shell Command Language, 2.2 and 2.3. Makefiles, Dockerfiles and command lines in documentation are
read the same way; what none of them means is read somehow, and never for long: a line is read once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_LINE = 100_000
_DEEPEST = 3
_TOKEN = Pattern(
    r"""(?P<space>(?:[ \t\r\n]|\\\r?\n){1,1000})
    | (?P<joint>&>|>&|&&|\|\|?|;;?|&|[()])
    | (?P<redirect><<<|[0-9]?[<>]{1,2}-?)
    | (?P<word>(?:
        [^\s"'`\\;|&<>()$]{1,1000} | \\. | '[^'\n]{0,20000}'? | "(?:[^"\\]|\\.){0,20000}"? | `[^`\n]{0,2000}`?
      | \$\((?:[^()\n]|\([^()\n]{0,500}\)){0,500}\)? | \$\{[^}\n]{0,500}\}? | \$['"]?
      ){1,1000})
    | (?P<other>.)""",
    0x40 | 0x10,  # re.VERBOSE and re.DOTALL, spelled so that re is imported when the expression is needed
)
_INNER = Pattern(r"\$\(((?:[^()\n]|\([^()\n]{0,500}\)){0,500})\)|`([^`\n]{0,2000})`")
_ESCAPE = Pattern(r"\\(.)")


class Word(NamedTuple):
    """`text` as it is written, quotes included. `start` is its place; an offset in a word that is not `exact` has none
    of its own, so that the whole word is shown."""

    text: str
    start: int
    end: int
    exact: bool = True

    @property
    def plain(self) -> str:
        """What the program is given."""
        return unquoted(self.text)


class Command(NamedTuple):
    """`joint` is the operator that ends it. `remark`: it stands in a comment."""

    words: list[Word]
    joint: str = ""
    remark: bool = False


def unquoted(text: str) -> str:
    """A word without its quotes and escapes, good enough for names and options."""
    if "'" not in text and '"' not in text and "\\" not in text:
        return text
    text = text.removeprefix("$") if text[1:2] in {"'", '"'} else text
    return _ESCAPE.sub(r"\1", text.replace("'", "").replace('"', ""))


def commands(text: str, start: int, end: int, *, depth: int = 0) -> Iterator[Command]:
    """The commands between the offsets, those in substitutions included, in order of their ends."""
    words: list[Word] = []
    remark = False
    for match in _TOKEN.finditer(text, start, end):
        kind = match.lastgroup
        if kind == "word":
            if match.group().startswith("#") and not match.group().startswith("#{"):
                yield Command(words, "#", remark)
                bare = match.group().lstrip("#")
                words, remark = [Word(bare, match.end() - len(bare), match.end())] if bare else [], True
                continue
            words.append(Word(match.group(), match.start(), match.end()))
            if depth < _DEEPEST and ("`" in match.group() or "$(" in match.group()):
                yield from _inner(text, match.start(), match.end(), depth)
        elif kind == "joint" or (kind == "space" and _ends_command(match.group())):
            yield Command(words, match.group().strip(), remark)
            words = []
            remark = remark and kind == "joint"
        elif kind == "redirect":
            words.append(Word(match.group(), match.start(), match.end()))
    yield Command(words, "", remark)


def _inner(text: str, start: int, end: int, depth: int) -> Iterator[Command]:
    for match in _INNER.finditer(text, start, end):
        group = 1 if match.group(1) is not None else 2
        yield from commands(text, match.start(group), match.end(group), depth=depth + 1)


def _ends_command(space: str) -> bool:
    if "\n" not in space:
        return False
    return "\n" in space.replace("\\\r\n", "").replace("\\\n", "")


def logical_line(text: str, offset: int, start: int, end: int) -> tuple[int, int]:
    """(start, end) of the line that holds the offset, with the lines that backslashes join to it."""
    begin = max(text.rfind("\n", start, offset) + 1, start)
    while begin > start and offset - begin < _LONGEST_LINE and _is_joined(text, begin - 1):
        begin = max(text.rfind("\n", start, begin - 1) + 1, start)
    stop = text.find("\n", offset, end)
    while stop >= 0 and stop - begin < _LONGEST_LINE and _is_joined(text, stop):
        stop = text.find("\n", stop + 1, end)
    return begin, end if stop < 0 else stop


def _is_joined(text: str, newline: int) -> bool:
    """Whether a backslash stands before the line's end."""
    before = text[max(newline - 2, 0) : newline]
    return before.endswith("\\") or before == "\\\r"
