"""The steps of a pod as edits of its text, in the manner of what is there: lines in block style, or inside braces.

Nothing is edited that an anchor hands on to other places, and nothing that comes from somewhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.comments import has_comment
from sealwright.convert.layout import Layout, Unmovable
from sealwright.convert.lines import line_end, shift
from sealwright.convert.secret_provider_class.block_text import block_text, items_text
from sealwright.convert.secret_provider_class.braces import Braces, newline_of
from sealwright.convert.secret_provider_class.pod_steps import Added, ReadOnly, Renamed, VolumeSource, csi_source
from sealwright.convert.yaml_words import word
from sealwright.manifest.documents import Form
from sealwright.manifest.nodes import Alias, Mapping, Scalar, Sequence, lookup, text_of, walk
from sealwright.rewrite.edit import Edit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sealwright.convert.secret_provider_class.pod_steps import Path, Step
    from sealwright.manifest.documents import Document
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.scalars import Plain


class Insertion(NamedTuple):
    """Whole lines at the beginning of a line. At one offset, what is indented deeper comes first."""

    offset: int
    column: int
    text: str


class PodText:
    """The text of one document with pods in it."""

    def __init__(self, document: Document) -> None:
        self._source = document.source
        self._text = document.source.text
        self._braces = Braces(document.source, is_json=document.form is Form.JSON)
        self._newline = self._braces.newline
        root = document.root if self._text.find("*", document.start, document.end) >= 0 else None
        targets = {id(n.target): n.target for n in walk(root) if isinstance(n, Alias)} if root is not None else {}
        self._shared = [(target.start, target.end) for target in targets.values()]

    def edits(self, pod: Mapping, steps: Iterable[Step]) -> Iterator[Edit | Insertion]:
        """What the steps of one pod do to the text. Raises Unmovable where it cannot be done exactly."""
        added: dict[tuple[Path, str], list[Plain]] = {}
        for step in steps:
            if isinstance(step, Added):
                added.setdefault((step.path, step.field), []).append(step.item)
                continue
            place = self._mapping_at(pod, step.path)
            if isinstance(step, VolumeSource):
                yield from self._volume(place, step.class_name)
            elif isinstance(step, ReadOnly):
                yield from self._flag(place, "readOnly", value=True)
            else:
                yield from self._renamed(place, step)
        for (path, field), items in added.items():
            yield self._appended(self._mapping_at(pod, path), field, items, pod)

    def _mapping_at(self, pod: Mapping, path: Path) -> Mapping:
        node: Node = pod
        for part in path:
            below: Node | None = None
            if isinstance(node, Mapping):
                below = lookup(node, str(part))
            elif isinstance(node, Sequence) and isinstance(part, int):
                below = node.items[part]
            if below is None or isinstance(below, Alias):
                raise Unmovable("an alias in the pod")
            node = below
        if not isinstance(node, Mapping) or node.merges:
            raise Unmovable("a merge key in the pod")
        self._refuse_shared(node)
        return node

    def _refuse_shared(self, node: Node) -> None:
        if node.anchor or any(start <= node.start and node.end <= end for start, end in self._shared):
            raise Unmovable("a part of the pod that an anchor hands on to other places")

    def _volume(self, volume: Mapping, class_name: str) -> Iterator[Edit]:
        key, value = next((key, value) for key, value in volume.entries if text_of(key) == "secret")
        if not isinstance(value, Mapping) or value.tag or value.anchor or value.merges:
            raise Unmovable("a volume's source that is not a mapping of its own")
        source = csi_source(class_name)
        if value.flow:
            if has_comment(self._text, value):
                raise Unmovable("a comment inside braces")
            yield Edit(key.start, key.end, '"csi"' if self._text[key.start] in "\"'" else "csi")
            yield Edit(value.start, value.end, self._braces.value(source, value, instead=True))
            return
        layout = Layout(self._source, volume)
        piece = next(piece for piece in layout.pieces if piece.name == "secret")
        children = layout.children(piece)
        column = children[0].column
        text = piece.heading("csi") + "".join(layout.remains(child, own_line=True) for child in children)
        text += self._lines(source, column) + layout.tail(piece, children)
        if not self._text[: piece.end].endswith(("\n", "\r")):
            text = text.removesuffix(self._newline)
        yield Edit(piece.start, piece.end, text[piece.column :])

    def _renamed(self, place: Mapping, step: Renamed) -> Iterator[Edit | Insertion]:
        name = lookup(place, "name")
        if not isinstance(name, Scalar | Alias) or name.anchor or name.tag:
            raise Unmovable("a name with a tag or an anchor")
        style = name.style if isinstance(name, Scalar) else ""
        if style in {"|", ">"}:
            raise Unmovable("a name in several lines")
        yield Edit(name.start, name.end, f"{style}{step.name}{style}" if style else word(step.name))
        if step.required:
            yield from self._flag(place, "optional", value=False)

    def _flag(self, place: Mapping, field: str, *, value: bool) -> Iterator[Edit | Insertion]:
        written = lookup(place, field)
        shown = "true" if value else "false"
        if isinstance(written, Scalar) and not written.anchor and not written.tag and written.end > written.start:
            yield Edit(written.start, written.end, shown)
        elif written is not None:
            raise Unmovable(f"`{field}` with an anchor or without a value")
        elif place.flow:
            yield self._braces.entry(place, field, value)
        else:
            yield self._entry_lines(place, {field: value}, 0)

    def _appended(self, place: Mapping, field: str, items: list[Plain], pod: Mapping) -> Edit | Insertion:
        written = lookup(place, field)
        if written is None:
            if place.flow:
                return self._braces.entry(place, field, items)
            return self._entry_lines(place, {field: items}, self._list_indentation(pod))
        if not isinstance(written, Sequence):
            raise Unmovable(f"`{field}` that is not a list of its own")
        self._refuse_shared(written)
        if not written.flow:
            column = self._column(written.start)
            lines = self._text_lines(items_text(items), column)
            return Insertion(self._past_comments(self._end(written), column), column, lines)
        if has_comment(self._text, written):
            raise Unmovable("a comment inside brackets")
        shown = [self._braces.value(item, written) for item in items]
        if not written.items:
            return Edit(written.start, written.end, f"[{', '.join(shown)}]")
        end = written.items[-1].end
        separator = self._braces.separator(
            written.start if len(written.items) < 2 else written.items[-2].end, written.items[-1]
        )
        return Edit(end, end, "".join(separator + text for text in shown))

    def _entry_lines(self, place: Mapping, entry: dict[str, Plain], indentation: int) -> Insertion:
        layout = Layout(self._source, place)
        text = block_text(entry)
        if indentation:
            head, end, rest = text.partition("\n")
            text = head + end + shift(rest, indentation)
        return Insertion(layout.pieces[-1].end, layout.column, self._text_lines(text, layout.column))

    def _list_indentation(self, pod: Mapping) -> int:
        """How much deeper than their keys this pod has its lists: 0 or a step."""
        containers = lookup(pod, "containers")
        if pod.flow or not isinstance(containers, Sequence) or containers.flow:
            return 0
        return max(0, self._column(containers.start) - self._column(pod.start))

    def _column(self, offset: int) -> int:
        return offset - self._source.line_start(offset)

    def _end(self, node: Node) -> int:
        """Where the lines of a node in block style end, comments of its own included."""
        if isinstance(node, Sequence) and not node.flow and node.items:
            return self._end(node.items[-1])
        if isinstance(node, Mapping) and not node.flow and node.entries:
            return Layout(self._source, node).pieces[-1].end
        return line_end(self._text, node.end)

    def _past_comments(self, offset: int, column: int) -> int:
        """Behind the comments that are indented deeper than a list's dashes: they belong to its last item."""
        end = offset
        while offset < len(self._text):
            stop = line_end(self._text, offset)
            line = self._text[offset:stop]
            stripped = line.strip()
            if stripped and not (stripped.startswith("#") and len(line) - len(line.lstrip(" ")) > column):
                break
            offset = stop
            end = stop if stripped else end
        return end

    def _lines(self, plain: dict[str, Plain], column: int) -> str:
        return self._text_lines(block_text(plain), column)

    def _text_lines(self, text: str, column: int) -> str:
        return shift(text, column).replace("\n", self._newline)


def merged(text: str, found: Collection[Edit | Insertion]) -> tuple[Edit, ...]:
    """Edits of one text: each once, and of insertions at one offset one, with the deeper lines first."""
    edits = {item for item in found if isinstance(item, Edit)}
    lines: dict[int, list[Insertion]] = {}
    for item in found:
        if isinstance(item, Insertion) and item not in lines.setdefault(item.offset, []):
            lines[item.offset].append(item)
    newline = newline_of(text)
    for offset, items in lines.items():
        written = "".join(item.text for item in sorted(items, key=lambda item: -item.column))
        if offset and text[offset - 1] not in "\r\n":  # the last line of the file has no end
            written = newline + written.removesuffix(newline)
        edits.add(Edit(offset, offset, written))
    return tuple(sorted(edits))
