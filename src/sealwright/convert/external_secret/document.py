"""A Secret to an ExternalSecret, in place: only what must change changes, comments and order stay.

The lines of the Secret are moved as they stand: every entry of `data` and `stringData` becomes an entry of `spec.data`
with its comments, `type`, `immutable`, labels and annotations go below `spec.target`, and what is left of the metadata
stays where it is. `metadata` says which labels and annotations stay there, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.external_secret.canonical import documents, lines
from sealwright.convert.external_secret.expected import external_secret_object, new_object
from sealwright.convert.external_secret.object_metadata import object_metadata, template_metadata
from sealwright.convert.external_secret.options import (
    API_VERSION,
    KIND,
    Options,
    Wanted,
    remote_ref_fields,
    spec_head,
    target_head,
    template_head,
)
from sealwright.convert.flow import flow_edit
from sealwright.convert.layout import Layout
from sealwright.convert.lines import shift, split_blank_lines
from sealwright.convert.secret_facts import is_null
from sealwright.convert.secret_model import DATA, STRING_DATA
from sealwright.convert.yaml_words import word
from sealwright.manifest.documents import Form
from sealwright.manifest.nodes import Alias, text_of
from sealwright.manifest.scalars import to_plain
from sealwright.rewrite.edit import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as MappingType

    from sealwright.convert.external_secret.remote_ref import RemoteRef
    from sealwright.convert.piece import Piece
    from sealwright.convert.secret_facts import SecretFacts
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.scalars import Plain

_SPEC, _INNER, _TARGET, _TEMPLATE = range(4)
"""How many steps deeper than the object the fields of each mapping stand."""


def external_secret_edit(
    secret: Resource,
    facts: SecretFacts,
    refs: MappingType[str, RemoteRef],
    store_ref: tuple[str, str],
    options: Options = Options(),  # noqa: B008 - immutable
) -> Edit:
    """The edit that puts an ExternalSecret in the place of a Secret, whatever else stands in its file.

    `store_ref` is the kind and the name of the store's object. Raises Unmovable where the Secret's text cannot be
    taken apart, TooLarge where its aliases stand for too much. `proof` shows whether the edit did what it should.
    """
    wanted = Wanted(refs, store_ref, options)
    source = secret.document.source
    if secret.node.flow:
        made = expected_object(secret, facts, wanted)
        return flow_edit(source, secret.node, made, is_json=secret.document.form is Form.JSON)
    layout = Layout(source, secret.node)
    text = "".join(_rewritten(layout, facts, wanted))
    if not layout.closed:
        text = text.removesuffix(layout.newline)
    # The first line stands behind what precedes the mapping (`- `), which is its indentation.
    return Edit(secret.node.start, layout.end, text[layout.column :])


def expected_object(secret: Resource, facts: SecretFacts, wanted: Wanted) -> dict[str, Plain]:
    """What must stand there after the edit. Raises TooLarge."""
    plain = to_plain(secret.node)
    return external_secret_object(facts, wanted, plain if isinstance(plain, dict) else {})


def external_secret_text(
    facts: SecretFacts,
    refs: MappingType[str, RemoteRef],
    store_ref: tuple[str, str],
    options: Options = Options(),  # noqa: B008 - immutable
) -> str:
    """An ExternalSecret as a new document, without a marker above it."""
    return documents([new_object(facts, Wanted(refs, store_ref, options))])


def _rewritten(layout: Layout, facts: SecretFacts, wanted: Wanted) -> Iterator[str]:
    """Every piece at its place; `spec` stands where the first of the pieces stood that go into it."""
    pending = True
    for number, piece in enumerate(layout.pieces):
        if piece.name == "apiVersion":
            yield piece.lead + piece.with_value(API_VERSION)
        elif piece.name == "kind":
            yield piece.lead + piece.with_value(KIND)
        elif piece.name == "metadata":
            yield from object_metadata(layout, piece, wanted.options)
        elif pending:
            pending = False
            if number:  # nothing may stand above the object's first line
                yield split_blank_lines(piece.lead)[0]
            yield from _spec(layout, facts, wanted)
    if pending:
        yield from _spec(layout, facts, wanted)


def _spec(layout: Layout, facts: SecretFacts, wanted: Wanted) -> Iterator[str]:
    fields = {piece.name: piece for piece in layout.pieces}
    yield layout.line(layout.column, "spec:")
    yield from _ours(layout, spec_head(wanted), _INNER)
    yield from _ours(layout, {"target": {}}, _INNER)
    yield from _ours(layout, target_head(facts.name), _TARGET)
    if "immutable" in fields:
        yield from _immutable(layout, fields["immutable"], facts)
    yield from _ours(layout, {"template": {}}, _TARGET)
    yield from _ours(layout, template_head(), _TEMPLATE)
    yield from _type(layout, fields.get("type"), facts)
    yield from _ours(layout, {"metadata": {}}, _TEMPLATE)
    yield from template_metadata(layout, fields.get("metadata"), _TEMPLATE + 1)
    yield from _data(layout, [piece for piece in layout.pieces if piece.name in {DATA, STRING_DATA}], wanted)


def _ours(layout: Layout, fields: MappingType[str, Plain], depth: int) -> Iterator[str]:
    """Lines of ours; an empty mapping is one that others fill."""
    column = layout.column + depth * layout.step
    for line in lines(fields, layout.step):
        yield layout.line(column, line.removesuffix(" {}"))


def _type(layout: Layout, piece: Piece | None, facts: SecretFacts) -> Iterator[str]:
    if piece is None:
        yield from _ours(layout, {"type": facts.type}, _TEMPLATE)
        return
    stays = text_of(piece.node) and not isinstance(piece.node, Alias)
    kept = piece.text if stays else piece.with_value(word(facts.type))
    yield shift(split_blank_lines(piece.lead)[1] + kept, _TEMPLATE * layout.step)


def _immutable(layout: Layout, piece: Piece, facts: SecretFacts) -> Iterator[str]:
    lead = split_blank_lines(piece.lead)[1]
    if is_null(piece.node):
        written = layout.remains(piece._replace(lead=lead), own_line=True)
    else:
        written = lead + piece.with_value("true" if facts.immutable else "false")
    yield shift(written, _TARGET * layout.step)


def _data(layout: Layout, sources: list[Piece], wanted: Wanted) -> Iterator[str]:
    """Both fields become one list; where a key stands in both, `stringData` counts and the other is left out."""
    hidden = {child.name for piece in sources if piece.name == STRING_DATA for child in layout.children(piece)}
    target = layout.column + layout.step
    for number, piece in enumerate(sources):
        if number == 0:
            yield shift(split_blank_lines(piece.lead)[1] + piece.heading("data"), layout.step)
        else:
            yield shift(piece.lead, layout.step)
            yield "".join(layout.line(target, note) for note in piece.heading_comments())
        children = layout.children(piece)
        for child in children:
            counts = piece.name == STRING_DATA or child.name not in hidden
            yield _entry(layout, child, wanted.refs[child.name]) if counts else _hidden(layout, child)
        tail = layout.tail(piece, children)
        yield shift(tail, target - (children[0].column if children else piece.column + layout.step))


def _entry(layout: Layout, child: Piece, ref: RemoteRef) -> str:
    """An entry of the list in place of a value, with the comments of the value."""
    target = layout.column + layout.step
    renamed = child._replace(key="- secretKey", between=child.between.lstrip(" \t"), below="")
    head = shift(child.lead + renamed.with_value(word(child.name)), target - child.column)
    fields = lines({"remoteRef": remote_ref_fields(ref)}, layout.step)
    body = "".join(layout.line(target + 2, line) for line in fields)
    return head + body + shift(child.below, target + 2 - child.column)


def _hidden(layout: Layout, child: Piece) -> str:
    return shift(layout.remains(child, own_line=True), layout.column + layout.step - child.column)
