"""What a conversion changes in a kustomization: entries that go, resources and configurations that come.

Edits of the text, which nothing else touches, and a proof that the edited text says just what was planned.
"""

from __future__ import annotations

import posixpath
from itertools import pairwise
from typing import TYPE_CHECKING

from sealwright.convert.kustomize.lists import cut, in_column, inserted, with_items, without_items, written
from sealwright.convert.layout import Layout, Unmovable
from sealwright.convert.lines import line_end
from sealwright.errors import ConvertError
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Mapping, Scalar, Sequence, text_of
from sealwright.manifest.scalars import TooLarge, kind_of, to_plain
from sealwright.manifest.source import Source
from sealwright.rewrite.edit import Edit, apply_edits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Sequence as SequenceType

    from sealwright.manifest.nodes import Node
    from sealwright.manifest.scalars import Plain

_HEAD = frozenset({"apiVersion", "kind", "metadata", "namespace", "namePrefix", "nameSuffix", "resources", "bases"})
"""Fields behind which new ones stand."""
_BY_HAND = "make the change by hand, and convert then"


def kustomization_edits(
    source: Source,
    *,
    remove: Iterable[Node] = (),
    add_resources: SequenceType[str] = (),
    configurations: SequenceType[str] = (),
) -> list[Edit]:
    """The edits that take items out of lists of a kustomization, and put paths into two of them.

    `remove` are nodes of this text, such as `Generated.item`; a field whose last item goes, goes as well. What is there
    already is not added again. Raises ConvertError, with the place, where the layout cannot be kept.
    """
    root = _root(source)
    gone = _gone(source, root, {node.start for node in remove})
    added = {
        field: new
        for field, paths in (("resources", add_resources), ("configurations", configurations))
        if (new := _missing(root, field, paths))
    }
    try:
        edits = list((_in_braces if root.flow else _in_lines)(source, root, gone, added))
        _prove(source, root, gone, added, edits)
    except Unmovable as error:
        place = ":".join(map(str, (source.path, *source.position(root.start))))
        raise ConvertError(
            f"the kustomization has {error}, and cannot be kept so", hint=_BY_HAND, place=place
        ) from None
    return edits


def _root(source: Source) -> Mapping:
    documents = [document for document in read_documents(source) if document.root is not None]
    if len(documents) != 1 or not documents[0].exact or source.flaw or not isinstance(documents[0].root, Mapping):
        message = "a kustomization that is not one document, as it stands"
        raise ConvertError(message, hint=_BY_HAND, place=source.path)
    root = documents[0].root
    names = [text_of(key) for key, _ in root.entries]
    if root.merges or len(set(names)) < len(names):
        message = "a kustomization with a merge key, or with a field that stands there twice"
        raise ConvertError(message, hint=_BY_HAND, place=source.path)
    return root


def _gone(source: Source, root: Mapping, starts: set[int]) -> dict[str, set[int]]:
    """By field, the numbers of the items that go."""
    gone: dict[str, set[int]] = {}
    for key, value in root.entries:
        for number, item in enumerate(value.items if isinstance(value, Sequence) else ()):
            if item.start in starts:
                gone.setdefault(text_of(key), set()).add(number)
    if sum(map(len, gone.values())) < len(starts):
        raise ConvertError("an entry is not where it was", hint="run the conversion again", place=source.path)
    return gone


def _missing(root: Mapping, field: str, paths: Iterable[str]) -> list[str]:
    value = _value(root, field)
    there = {posixpath.normpath(text_of(item)) for item in value.items} if isinstance(value, Sequence) else set()
    new = {posixpath.normpath(path): path for path in reversed(list(paths))}
    return [path for normal, path in reversed(new.items()) if normal not in there]


def _value(root: Mapping, field: str) -> Node | None:
    return next((value for key, value in root.entries if text_of(key) == field), None)


def _in_lines(source: Source, root: Mapping, gone: dict[str, set[int]], added: dict[str, list[str]]) -> Iterator[Edit]:
    layout = Layout(source, root)
    for piece in layout.pieces:
        numbers = gone.get(piece.name, set())
        if numbers and isinstance(piece.node, Sequence):
            if piece.name in added:
                raise Unmovable(f"`{piece.name}` that both loses and gains")
            if len(numbers) == len(piece.node.items):
                yield from _without_field(source, piece.start, piece.node)
            else:
                yield from without_items(source, piece.node, numbers)
    gained: dict[int, Edit] = {}
    for piece in layout.pieces:
        texts = added.get(piece.name, [])
        if texts and isinstance(piece.node, Sequence):
            gain = with_items(source, piece.node, texts, layout.newline)
            gained[gain.start] = gain
        elif texts:
            *emptied, gain = _filled(
                source, piece.start + len(piece.key), piece.node, _list(source, root, layout, texts)
            )
            gained[gain.start] = gain
            yield from emptied
    names = {piece.name for piece in layout.pieces}
    new = {field: texts for field, texts in added.items() if field not in names}
    if new:
        head = [piece for piece in layout.pieces if piece.name in _HEAD]
        offset = head[-1].end if head else layout.end
        lines = (layout.line(layout.column, f"{field}:") + _list(source, root, layout, new[field]) for field in new)
        gain = inserted(source.text, offset, "".join(lines), layout.newline)
        there = gained.pop(offset, None)  # items stand before the fields below them
        gained[offset] = gain._replace(text=f"{there.text}{gain.text}") if there else gain
    yield from gained.values()


def _without_field(source: Source, start: int, node: Sequence) -> Iterator[Edit]:
    """The edits that take a field out; comments between its items stay."""
    text, line = source.text, source.line_start(start)
    if node.anchor or node.tag:
        raise Unmovable("a tag or an anchor on a list")
    edits = [Edit(line, line_end(text, node.end if node.flow else start), "")]
    if not node.flow:
        edits += without_items(source, node, range(len(node.items)))
    if all(edit.end == other.start for edit, other in pairwise(edits)) and not text[edits[-1].end :].strip():
        line -= len(text[:line]) - len(text[:line].rstrip(" \t\r\n"))  # no empty lines at the end of the file
        line = line_end(text, line) if line else 0
        edits[0] = edits[0]._replace(start=line)
    yield from edits


def _list(source: Source, root: Mapping, layout: Layout, texts: Iterable[str]) -> str:
    column = layout.column + in_column(source, root)
    return "".join(layout.line(column, f"- {item}") for item in written(texts, source.text, root))


def _filled(source: Source, colon: int, node: Node, lines: str) -> Iterator[Edit]:
    """The edits that put lines into a field that is empty or null; `colon` is where its key ends."""
    if not isinstance(node, Scalar) or kind_of(node) != "null" or node.anchor or node.tag:
        raise Unmovable("a field for paths that is not a list of its own")
    text = source.text
    if node.end > node.start:
        yield Edit(text.index(":", colon) + 1, node.end, "")
    newline = "\r\n" if lines.endswith("\r\n") else "\n"
    yield inserted(text, line_end(text, max(colon, node.end)), lines, newline)


def _in_braces(source: Source, root: Mapping, gone: dict[str, set[int]], added: dict[str, list[str]]) -> Iterator[Edit]:
    spans = [(key.start, value.end) for key, value in root.entries]
    whole: set[int] = set()
    for number, (key, value) in enumerate(root.entries):
        name = text_of(key)
        if isinstance(value, Sequence) and len(gone.get(name, ())) == len(value.items) > 0:
            whole.add(number)
        elif isinstance(value, Sequence) and name in gone:
            yield from without_items(source, value, gone[name])
        if name in added:
            if not isinstance(value, Sequence) or name in gone:
                raise Unmovable("a field for paths that is not a list of its own")
            yield with_items(source, value, added[name], "")
    names = {text_of(key) for key, _ in root.entries}
    text, space = source.text, " " if '": ' in source.text or "\n" in source.text else ""
    quote = Scalar(0, 0, "", '"')
    fields = [
        f'"{field}":{space}[{f",{space}".join(written(texts, text, quote))}]'
        for field, texts in added.items()
        if field not in names
    ]
    if len(whole) == len(spans):
        yield Edit(spans[0][0], spans[-1][1], f",{space}".join(fields))
        return
    if whole:
        yield from cut(source, root, spans, whole)
    if fields:
        before = text[spans[-2][1] : spans[-1][0]] if len(spans) > 1 else ""
        separator = before if before.startswith(",") and not before[1:].strip() else f",{space}"
        yield Edit(spans[-1][1], spans[-1][1], "".join(f"{separator}{field}" for field in fields))


def _prove(
    source: Source, root: Mapping, gone: dict[str, set[int]], added: dict[str, list[str]], edits: list[Edit]
) -> None:
    """Read the edited text, and compare. Raises Unmovable."""
    again = Source(source.path, apply_edits(source.text, edits), encoding=source.encoding, mark=source.mark)
    try:
        after = [to_plain(document.root) for document in read_documents(again) if document.root is not None]
        expected = _expected(to_plain(root), gone, added)
    except TooLarge:
        raise Unmovable("aliases that stand for too much") from None
    if after != [expected] and (after or expected):
        raise Unmovable("a layout that is too unusual")


def _expected(plain: Plain, gone: dict[str, set[int]], added: dict[str, list[str]]) -> dict[str, Plain]:
    result: dict[str, Plain] = {}
    for field, value in plain.items() if isinstance(plain, dict) else ():
        numbers = gone.get(field, set())
        kept = (
            [item for number, item in enumerate(value) if number not in numbers] if isinstance(value, list) else value
        )
        if kept or not numbers:
            result[field] = kept
    for field, texts in added.items():
        there = result.get(field)
        result[field] = [*(there if isinstance(there, list) else []), *texts]
    return result
