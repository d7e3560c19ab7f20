"""Entries into a mapping and out of it, as edits of its text: in block style line by line, in braces between commas.

The manner of what is there is kept: indentation, line endings, quotes of the neighbours, and the order, where the keys
are in one. Comments stay, but for those on the lines of an entry that goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.comments import has_comment
from sealwright.convert.layout import Layout, Unmovable
from sealwright.convert.lines import line_end
from sealwright.convert.yaml_words import in_quotes, word
from sealwright.manifest.nodes import Mapping, Scalar
from sealwright.manifest.scalars import kind_of
from sealwright.patterns import Pattern
from sealwright.rewrite.edit import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as MappingType
    from typing import TypeAlias

    from sealwright.manifest.nodes import Node
    from sealwright.manifest.source import Source

Entries: TypeAlias = "MappingType[str, str | Entries]"
"""What to add: a text, or entries of their own below the key."""

_COLON = Pattern(r"[ \t]*:")
_TIGHT = Pattern(r'["\w]:["{]')


class Manner:
    """How a file is written: `step` is the indentation of one level."""

    def __init__(self, source: Source, root: Mapping, *, is_json: bool) -> None:
        self.source = source
        self.newline = "\r\n" if "\r\n" in source.text else "\n"
        self.step = 2 if root.flow else Layout(source, root).step
        self.colon = ":" if root.flow and _TIGHT.search(source.text[root.start : root.end]) else ": "
        self._ascii = is_json and source.text.isascii()

    def quoted(self, text: str) -> str:
        """A string in double quotes."""
        return in_quotes(text, ascii_only=self._ascii)

    def block(self, column: int, entries: Entries, style: str = "") -> str:
        """Lines for entries; texts that need no quotes get those of `style`."""
        lines = []
        for key, value in entries.items():
            head = f"{' ' * column}{word(key)}:"
            if isinstance(value, str):
                lines.append(f"{head} {_in_style(value, style)}{self.newline}")
            else:
                lines.append(f"{head}{self.newline}{self.block(column + self.step, value)}")
        return "".join(lines)

    def flow(self, entries: Entries, separator: str = "") -> str:
        """Entries as they stand inside braces."""
        shown = (
            f"{self.quoted(key)}{self.colon}"
            + (self.quoted(value) if isinstance(value, str) else f"{{{self.flow(value)}}}")
            for key, value in entries.items()
        )
        return (separator or f",{self.colon[1:]}").join(shown)


def added(manner: Manner, mapping: Mapping, entries: Entries) -> Iterator[Edit]:
    """The edits that put entries into a mapping that has others already. Raises Unmovable."""
    if mapping.flow:
        yield _added_in_braces(manner, mapping, entries)
    else:
        yield from _added_lines(manner, mapping, entries)


def filled(manner: Manner, key: Scalar, value: Node, column: int, entries: Entries) -> Iterator[Edit]:
    """The edits that put entries into an empty value (nothing, null or `{}`) of a key in block style at `column`."""
    text = manner.source.text
    colon = _COLON.match(text, key.end)
    if colon is None or value.anchor or value.tag:
        raise Unmovable(f"a tag or an anchor on `{key.value}`")
    if value.end > value.start:
        yield Edit(colon.end(), value.end, "")
    yield _inserted(manner, line_end(text, max(colon.end(), value.end)), manner.block(column + manner.step, entries))


def removed(manner: Manner, mapping: Mapping, keys: frozenset[str]) -> Iterator[Edit]:
    """The edits that take entries out; one that stays, at least, must be left. Raises Unmovable."""
    if mapping.flow:
        yield from _removed_in_braces(manner, mapping, keys)
        return
    for piece in Layout(manner.source, mapping).pieces:
        if piece.name in keys:
            yield Edit(manner.source.line_start(piece.start), piece.end, "")


def exchanged(manner: Manner, mapping: Mapping, entries: Entries) -> Iterator[Edit]:
    """The edits that put other entries in the place of all. Raises Unmovable."""
    if mapping.flow:
        whole = _added_in_braces(manner, mapping, entries)
        yield Edit(mapping.entries[0][0].start, whole.end, whole.text.lstrip(", \t\r\n"))
        return
    yield from _added_lines(manner, mapping, entries)
    yield from removed(manner, mapping, frozenset(piece.name for piece in Layout(manner.source, mapping).pieces))


def emptied(manner: Manner, key: Scalar, mapping: Mapping) -> Iterator[Edit]:
    """The edits that leave `{}` of a mapping; comments between its entries stay. Raises Unmovable."""
    if mapping.flow:
        yield Edit(mapping.start, mapping.end, "{}")
        return
    colon = _COLON.match(manner.source.text, key.end)
    if colon is None or mapping.anchor or mapping.tag:
        raise Unmovable(f"a tag or an anchor on `{key.value}`")
    yield Edit(colon.end(), colon.end(), " {}")
    yield from removed(manner, mapping, frozenset(piece.name for piece in Layout(manner.source, mapping).pieces))


def is_empty(node: Node) -> bool:
    """Whether a value is nothing, null or an empty mapping of its own."""
    if isinstance(node, Mapping):
        return not node.entries
    return isinstance(node, Scalar) and kind_of(node) == "null"


def _in_style(text: str, style: str) -> str:
    if style == "'" and text.isprintable() and "'" not in text:
        return f"'{text}'"
    if style:
        return in_quotes(text)
    return text if _is_base64(text) else word(text)


def _is_base64(text: str) -> bool:
    """Ciphertext needs no quotes: it is long and begins with a letter, so that nobody takes it for a number."""
    return len(text) > 100 and text[0] == "A" and text.replace("+", "").replace("/", "").rstrip("=").isalnum()


def _added_lines(manner: Manner, mapping: Mapping, entries: Entries) -> Iterator[Edit]:
    layout = Layout(manner.source, mapping)
    names = [piece.name for piece in layout.pieces]
    last = layout.pieces[-1].node
    style = last.style if isinstance(last, Scalar) and last.style in {"'", '"'} else ""
    places: dict[int, list[str]] = {}
    for key in entries:
        before = sum(name < key for name in names) if names == sorted(names) else len(names)
        places.setdefault(before, []).append(key)
    for before, keys in places.items():
        lines = manner.block(layout.column, {key: entries[key] for key in sorted(keys)}, style)
        offset = layout.pieces[before - 1].end if before else _above(manner.source, layout.pieces[0].start)
        yield _inserted(manner, offset, lines)


def _above(source: Source, start: int) -> int:
    """Where the line of the first key begins, or the comments right above it."""
    line = source.line_start(start)
    while line:
        above = source.line_start(line - 1)
        if not source.text[above:line].lstrip(" \t").startswith("#"):
            break
        line = above
    return line


def _inserted(manner: Manner, offset: int, lines: str) -> Edit:
    text = manner.source.text
    if offset and text[offset - 1] not in "\r\n":  # the last line of the file has no end
        return Edit(offset, offset, manner.newline + lines.removesuffix(manner.newline))
    return Edit(offset, offset, lines)


def _added_in_braces(manner: Manner, mapping: Mapping, entries: Entries) -> Edit:
    text = manner.source.text
    if has_comment(text, mapping):
        raise Unmovable("a comment inside braces")
    value = mapping.entries[-1][1]
    before = mapping.entries[-2][1].end if len(mapping.entries) > 1 else mapping.start
    space = text[before : mapping.entries[-1][0].start].strip("{,")
    separator = f",{space}" if space.strip(" \t\r\n") == "" and "\n" in space else f",{manner.colon[1:]}"
    return Edit(value.end, value.end, f"{separator}{manner.flow(entries, separator)}")


def _removed_in_braces(manner: Manner, mapping: Mapping, keys: frozenset[str]) -> Iterator[Edit]:
    if has_comment(manner.source.text, mapping):
        raise Unmovable("a comment inside braces")
    stays = [not (isinstance(key, Scalar) and key.value in keys) for key, _ in mapping.entries]
    last = max(number for number, stay in enumerate(stays) if stay)
    for number, (key, _) in enumerate(mapping.entries[:last]):
        if not stays[number]:
            yield Edit(key.start, mapping.entries[number + 1][0].start, "")
    if last + 1 < len(stays):
        yield Edit(mapping.entries[last][1].end, mapping.entries[-1][1].end, "")
