"""Items out of lists and into them, as edits of the text: line by line in block style, between commas in brackets.

The manner of what is there is kept. Comments stay, but for those on the lines of an item that goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.comments import has_comment
from sealwright.convert.layout import Unmovable
from sealwright.convert.lines import line_end
from sealwright.convert.yaml_words import in_quotes, word
from sealwright.manifest.nodes import Scalar, Sequence
from sealwright.patterns import Pattern
from sealwright.rewrite.edit import Edit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sealwright.manifest.nodes import Mapping, Node
    from sealwright.manifest.source import Source

_DASH = Pattern(r"-[ \t]+\Z")
_BETWEEN = Pattern(r",\s*\Z")


def without_items(source: Source, node: Sequence, gone: Collection[int]) -> Iterator[Edit]:
    """The edits that take items out, by their numbers; in brackets one that stays must be left. Raises Unmovable."""
    if node.flow:
        yield from cut(source, node, [(item.start, item.end) for item in node.items], gone)
        return
    for number in gone:
        dash = _dash(source, node, number)
        line = source.line_start(dash)
        yield Edit(line, _end(source.text, node.items[number], dash - line), "")


def with_items(source: Source, node: Sequence, texts: Iterable[str], newline: str) -> Edit:
    """The edit that puts texts behind the last item. Raises Unmovable."""
    items, text = node.items, source.text
    if not items:
        return Edit(node.start, node.end, f"[{', '.join(written(texts, text, node))}]")
    last = items[-1]
    if node.flow:
        if has_comment(text, node):
            raise Unmovable("a comment inside brackets")
        before = text[items[-2].end : last.start] if len(items) > 1 else ", "
        separator = before if _BETWEEN.match(before) else ", "
        return Edit(last.end, last.end, "".join(f"{separator}{item}" for item in written(texts, text, last)))
    dash = _dash(source, node, len(items) - 1)
    column = dash - source.line_start(dash)
    mark = text[dash : last.start]
    mark = mark if _DASH.match(mark) else "- "
    lines = [f"{' ' * column}{mark}{item}{newline}" for item in written(texts, text, last)]
    return inserted(text, _end(text, last, column), "".join(lines), newline)


def cut(source: Source, node: Node, spans: list[tuple[int, int]], gone: Collection[int]) -> Iterator[Edit]:
    """The edits that take some of the spans between the commas of `node` out, but not all. Raises Unmovable."""
    if has_comment(source.text, node):
        raise Unmovable("a comment inside braces or brackets")
    last = max(number for number in range(len(spans)) if number not in gone)
    for number in range(last):
        if number in gone:
            yield Edit(spans[number][0], spans[number + 1][0], "")
    if last + 1 < len(spans):
        yield Edit(spans[last][1], spans[-1][1], "")


def inserted(text: str, offset: int, lines: str, newline: str) -> Edit:
    """The edit that puts whole lines at an offset, the end of the last line perhaps, which may lack its line end."""
    if offset and text[offset - 1] not in "\r\n":
        return Edit(offset, offset, newline + lines.removesuffix(newline))
    return Edit(offset, offset, lines)


def written(texts: Iterable[str], text: str, beside: Node) -> Iterator[str]:
    """Strings as they stand in the file: in JSON in quotes, else in the style of what stands beside them."""
    style = beside.style if isinstance(beside, Scalar) else ""
    for item in texts:
        if style == "'" and item.isprintable() and "'" not in item:
            yield f"'{item}'"
        else:
            yield in_quotes(item, ascii_only=text.isascii()) if style else word(item)


def in_column(source: Source, mapping: Mapping) -> int:
    """Spaces before the dashes of lists in the mapping, more than before its keys: as the first list has them."""
    line = source.line_start(mapping.start)
    for _, value in mapping.entries:
        if isinstance(value, Sequence) and value.items and not value.flow:
            return max(0, value.start - source.line_start(value.start) - (mapping.start - line))
    return 0


def _dash(source: Source, node: Sequence, number: int) -> int:
    """Where the dash of an item in block style stands."""
    item = node.items[number]
    dash = source.text.rfind("-", node.start if number == 0 else node.items[number - 1].end, item.start)
    if dash < 0 or source.text[dash + 1 : item.start].strip() or source.text[source.line_start(dash) : dash].strip(" "):
        raise Unmovable("an item with a tag, an anchor or a comment before it")
    return dash


def _end(text: str, item: Node, column: int) -> int:
    """The end of an item's lines, those of the comments below it that are indented deeper than its dash included."""
    end = cursor = line_end(text, max(item.start, item.end))
    while cursor < len(text):
        stop = line_end(text, cursor)
        line = text[cursor:stop]
        stripped = line.strip()
        if stripped and not (stripped.startswith("#") and len(line) - len(line.lstrip(" ")) > column):
            break
        end = stop if stripped else end
        cursor = stop
    return end
