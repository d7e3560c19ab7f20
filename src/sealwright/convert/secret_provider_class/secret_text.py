"""A Secret to a SecretProviderClass, in place: the metadata stays as it is written, comments and order stay.

A comment above a key stands above that key's entry in the list of objects, where it is one for YAML as well; the others
stand above the spec's fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.flow import flow_edit
from sealwright.convert.layout import Layout
from sealwright.convert.lines import shift
from sealwright.convert.secret_model import DATA, STRING_DATA
from sealwright.convert.secret_provider_class.block_text import block_text
from sealwright.convert.secret_provider_class.model import API_VERSION, KIND
from sealwright.convert.secret_provider_class.objects import class_object, spec_of
from sealwright.convert.template_fields import LAST_APPLIED, SERVER_FIELDS
from sealwright.errors import ConvertError
from sealwright.manifest.documents import Form
from sealwright.manifest.nodes import Mapping, mapping_at, resolve, text_of
from sealwright.manifest.scalars import to_plain
from sealwright.rewrite.edit import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as MappingType

    from sealwright.convert.piece import Piece
    from sealwright.convert.secret_provider_class.model import Conversion
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.scalars import Plain
    from sealwright.stores.reference import Reference

_KEPT = frozenset({"apiVersion", "kind", "metadata"})


class SecretEdit(NamedTuple):
    """The edit for a Secret, and what it says afterwards: its own place, and the documents that follow it."""

    edit: Edit
    first: Plain
    others: tuple[Plain, ...]


def secret_edit(secret: Resource, conversion: Conversion, references: MappingType[str, Reference]) -> SecretEdit:
    """Replace a Secret by its classes. Raises Unmovable, TooLarge, and ConvertError for what no provider can read."""
    written = to_plain(secret.node)
    plain = written if isinstance(written, dict) else {}
    first, *rest = conversion.plan.classes
    others = [class_object(plain, made, spec_of(conversion, made, references)) for made in rest]
    if others and (
        secret.node.flow or secret.document.form is not Form.YAML or secret.document.root is not secret.node
    ):
        hint = "make it a YAML document of its own in plain block style, or convert it to an ExternalSecret"
        raise ConvertError("it needs several classes, for which there is no room where it stands", hint=hint)
    if secret.node.flow:
        made = class_object(plain, first, spec_of(conversion, first, references))
        edit = flow_edit(secret.document.source, secret.node, made, is_json=secret.document.form is Form.JSON)
        return SecretEdit(edit, made, ())
    layout = Layout(secret.document.source, secret.node)
    notes, remarks = _comments(layout)
    spec = spec_of(conversion, first, references, notes)
    text = "".join([*_rewritten(layout, spec, remarks), *(_document(layout, other) for other in others)])
    # A missing line end at the end of the file is added: the block of objects would be another text without it.
    edit = Edit(secret.node.start, layout.end, text[layout.column :])
    return SecretEdit(edit, class_object(plain, first, spec), tuple(others))


def _document(layout: Layout, plain: dict[str, Plain]) -> str:
    return _lines(layout, {}, f"---\n{block_text(plain)}")


def _comments(layout: Layout) -> tuple[dict[str, list[str]], list[str]]:
    """The comments of what goes: those that belong to one key, and the others, in the order of the file."""
    notes: dict[str, list[str]] = {}
    remarks: list[str] = []
    first = True
    for piece in layout.pieces:
        if piece.name in _KEPT:
            continue
        remarks += [] if first else _comment_lines(piece.lead)
        first = False
        if piece.name not in {DATA, STRING_DATA}:
            remarks += _comment_lines(layout.remains(piece._replace(lead=""), own_line=True))
            continue
        remarks += piece.heading_comments()
        children = layout.children(piece)
        for child in children:
            found = _comment_lines(layout.remains(child, own_line=True))
            fit = [note for note in found if note.replace("\t", "").isprintable()]
            notes.setdefault(child.name, []).extend(fit)
            remarks += [note for note in found if note not in fit]
        remarks += _comment_lines(layout.tail(piece, children))
    return notes, remarks


def _comment_lines(text: str) -> list[str]:
    lines = (line.strip(" \t\r\n") for line in text.splitlines())
    return [line for line in lines if line]


def _rewritten(layout: Layout, spec: dict[str, Plain], remarks: list[str]) -> Iterator[str]:
    """Every piece at its place; `spec` stands where the first of the pieces stood that go."""
    pending = True
    for number, piece in enumerate(layout.pieces):
        if piece.name == "apiVersion":
            yield piece.lead + piece.with_value(API_VERSION)
        elif piece.name == "kind":
            yield piece.lead + piece.with_value(KIND)
        elif piece.name == "metadata":
            yield piece.lead + _metadata(layout, piece)
        elif pending:
            pending = False
            yield piece.lead if number else ""
            yield _spec(layout, spec, remarks)
    if pending:
        yield _spec(layout, spec, remarks)


def _spec(layout: Layout, spec: dict[str, Plain], remarks: list[str]) -> str:
    above = "".join(layout.line(layout.column + layout.step, remark) for remark in remarks)
    heading = layout.line(layout.column, "spec:")
    return heading + above + shift(_lines(layout, spec), layout.column + layout.step)


def _lines(layout: Layout, plain: dict[str, Plain], text: str = "") -> str:
    return (text or block_text(plain)).replace("\n", layout.newline)


def _metadata(layout: Layout, metadata: Piece) -> str:
    """As it is written, without what the API server wrote and what repeats the values; their comments stay."""
    holder = resolve(metadata.node)
    annotations = mapping_at(holder, "annotations") if isinstance(holder, Mapping) else None
    repeated = annotations is not None and not LAST_APPLIED.isdisjoint(_names(annotations))
    if SERVER_FIELDS.isdisjoint(_names(holder)) and not repeated:
        return metadata.text
    children = layout.children(metadata)
    text = metadata.heading("metadata")
    for child in children:
        if child.name in SERVER_FIELDS:
            text += layout.remains(child, own_line=False)
        elif child.name == "annotations" and repeated:
            text += child.lead + _annotations(layout, child)
        else:
            text += child.lead + child.text
    return text + layout.tail(metadata, children)


def _annotations(layout: Layout, annotations: Piece) -> str:
    children = layout.children(annotations)
    left = [child for child in children if child.name not in LAST_APPLIED]
    body = "".join(
        child.lead + child.text if child in left else layout.remains(child, own_line=False) for child in children
    )
    body += layout.tail(annotations, children)
    if left:
        return annotations.heading("annotations") + body
    notes = "".join(layout.line(annotations.column, note) for note in annotations.heading_comments())
    return notes + shift(body, annotations.column - children[0].column)


def _names(node: object) -> set[str]:
    return {text_of(key) for key, _ in node.entries} if isinstance(node, Mapping) else set()
