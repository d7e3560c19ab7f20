"""A Secret to a SealedSecret, in place: only what must change changes, comments and order stay.

The lines of the Secret are moved as they stand: `data` and `stringData` become `spec.encryptedData` with every value
replaced, `type`, `immutable` and the metadata go below `spec.template`, `name` and `namespace` stay on top as well.
`template_fields` says what the template gets and what is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.layout import Layout
from sealwright.convert.lines import shift, split_blank_lines
from sealwright.convert.secret_model import DATA, STRING_DATA
from sealwright.convert.template_fields import API_VERSION, KIND, LAST_APPLIED, SERVER_FIELDS, annotation_changes
from sealwright.convert.yaml_words import word
from sealwright.manifest.nodes import Alias, Mapping, resolve, text_of
from sealwright.rewrite.edit import Edit
from sealwright.sealing.scope import Scope, annotations_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as MappingType

    from sealwright.convert.piece import Piece
    from sealwright.manifest.source import Source

_NAMES = ("name", "namespace")


class Sealed(NamedTuple):
    """What to write: `items` maps each key to its ciphertext in base64; `namespace` is added where it is missing.

    `forced` says that the scope was chosen by the caller, whatever the Secret's annotations say.
    """

    items: MappingType[str, str]
    scope: Scope
    namespace: str = ""
    forced: bool = False


def block_edit(source: Source, secret: Mapping, sealed: Sealed) -> Edit:
    """The edit for a Secret in block style. Raises Unmovable where its text cannot be taken apart."""
    layout = Layout(source, secret)
    text = "".join(_rewritten(layout, sealed))
    if not layout.closed:
        text = text.removesuffix(layout.newline)
    # The first line stands behind what precedes the mapping (`- `), which is its indentation.
    return Edit(secret.start, layout.end, text[layout.column :])


def _rewritten(layout: Layout, sealed: Sealed) -> Iterator[str]:
    """Every piece at its place; `spec` stands where the first of the pieces stood that go into it."""
    pending = True
    for number, piece in enumerate(layout.pieces):
        if piece.name == "apiVersion":
            yield piece.lead + piece.with_value(API_VERSION)
        elif piece.name == "kind":
            yield piece.lead + piece.with_value(KIND)
        elif piece.name == "metadata":
            yield piece.lead
            yield from _metadata(layout, piece, sealed, anchors=pending)
        elif pending:
            pending = False
            if number:  # nothing may stand above the object's first line
                yield split_blank_lines(piece.lead)[0]
            yield from _spec(layout, sealed)
    if pending:
        yield from _spec(layout, sealed)


def _metadata(layout: Layout, piece: Piece, sealed: Sealed, *, anchors: bool) -> Iterator[str]:
    """On top stay the name and the namespace, and the annotation that names the scope.

    `anchors`: anchors stand here, because `spec` follows; else they stand in its template.
    """
    children = layout.children(piece)
    column = children[0].column if children else piece.column + layout.step
    yield piece.heading("metadata")
    for child in children:
        if child.name in _NAMES:
            yield child.lead + _on_top(layout, child if anchors else child.without_anchor())
    yield from _missing_namespace(layout, children, sealed, column)
    annotations = annotations_for(sealed.scope)
    if annotations:
        yield layout.line(column, "annotations:")
    for annotation, value in annotations.items():
        yield layout.line(column + layout.step, f'{annotation}: "{value}"')


def _on_top(layout: Layout, child: Piece) -> str:
    # The anchor of an alias may stand further down now.
    return child.with_value(layout.source_text(child)) if isinstance(child.node, Alias) else child.text


def _missing_namespace(layout: Layout, children: list[Piece], sealed: Sealed, column: int) -> Iterator[str]:
    if sealed.namespace and all(child.name != "namespace" for child in children):
        yield layout.line(column, f"namespace: {word(sealed.namespace)}")


def _spec(layout: Layout, sealed: Sealed) -> Iterator[str]:
    fields = {piece.name: piece for piece in layout.pieces}
    sources = [piece for piece in layout.pieces if piece.name in {DATA, STRING_DATA}]
    spec, inner, deep = (layout.column + depth * layout.step for depth in range(3))
    yield layout.line(spec, "spec:")
    if sources:
        yield shift(split_blank_lines(sources[0].lead)[1], layout.step)
    yield from _encrypted_data(layout, sources, sealed)
    yield layout.line(inner, "template:")
    yield layout.line(deep, "metadata:")
    if "metadata" in fields:
        yield from _template_metadata(layout, fields["metadata"], sealed)
    for name in ("type", "immutable"):
        if name in fields:
            _, lead = split_blank_lines(fields[name].lead)
            yield shift(lead + fields[name].text, deep - layout.column)


def _encrypted_data(layout: Layout, sources: list[Piece], sealed: Sealed) -> Iterator[str]:
    """Both fields become one; where a key stands in both, `stringData` counts and the other is left out."""
    empty = "" if sealed.items else "{}"
    if not sources:
        yield layout.line(layout.column + layout.step, f"encryptedData: {empty}")
    hidden = {child.name for piece in sources if piece.name == STRING_DATA for child in layout.children(piece)}
    target = layout.column + 2 * layout.step
    for number, piece in enumerate(sources):
        if number == 0:
            yield shift(piece.heading("encryptedData", empty), layout.step)
        else:
            yield shift(piece.lead, 2 * layout.step)
            yield "".join(layout.line(target, note) for note in piece.heading_comments())
        children = layout.children(piece)
        for child in children:
            counts = piece.name == STRING_DATA or child.name not in hidden
            written = child.lead + child.with_value(sealed.items[child.name]) if counts else _hidden(layout, child)
            yield shift(written, target - child.column)
        tail = layout.tail(piece, children)
        yield shift(tail, target - (children[0].column if children else piece.column + layout.step))


def _hidden(layout: Layout, child: Piece) -> str:
    return layout.remains(child, own_line=True)


def _template_metadata(layout: Layout, metadata: Piece, sealed: Sealed) -> Iterator[str]:
    column = layout.column + 3 * layout.step
    children = layout.children(metadata)
    above = [piece.name for piece in layout.pieces[: layout.pieces.index(metadata)]]
    anchored_on_top = set(above) <= {"apiVersion", "kind"}
    dropped = False
    for child in children:
        lead = split_blank_lines(child.lead)[1] if dropped else child.lead
        dropped = child.name in SERVER_FIELDS
        if child.name in _NAMES:  # their comments stay on top
            written = (child.without_anchor() if anchored_on_top else child).without_comments()
        elif child.name == "annotations":
            written = lead + _annotations(layout, child, sealed)
        else:
            written = layout.remains(child, own_line=False) if dropped else lead + child.text
        yield shift(written, column - child.column)
    if children:
        yield shift(layout.tail(metadata, children), column - children[0].column)
    yield from _missing_namespace(layout, children, sealed, column)
    if all(child.name != "annotations" for child in children):
        _, added = annotation_changes([], sealed.scope, forced=sealed.forced)
        if added:
            yield layout.line(column, "annotations:")
            yield _added(layout, column + layout.step, added)


def _annotations(layout: Layout, piece: Piece, sealed: Sealed) -> str:
    """The annotations as the template has them; only the comments where none is left."""
    holder = resolve(piece.node)
    written = {text_of(key): text_of(value) for key, value in holder.entries} if isinstance(holder, Mapping) else {}
    dropped, added = annotation_changes(written.items(), sealed.scope, forced=sealed.forced)
    if not dropped and not added:
        return piece.text
    children = layout.children(piece)
    column = children[0].column if children else piece.column + layout.step
    lines = [
        layout.remains(child, own_line=child.name not in LAST_APPLIED)
        if child.name in dropped
        else child.lead + child.text
        for child in children
    ]
    body = "".join(lines) + _added(layout, column, added) + layout.tail(piece, children)
    if len(dropped) == len(children) and not added:
        notes = "".join(layout.line(piece.column, note) for note in piece.heading_comments())
        return notes + shift(body, piece.column - column)
    return piece.heading("annotations") + body


def _added(layout: Layout, column: int, annotations: dict[str, str]) -> str:
    return "".join(layout.line(column, f'{name}: "{value}"') for name, value in annotations.items())
