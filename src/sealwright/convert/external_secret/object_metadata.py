"""The metadata of a Secret as text, divided: what stays on the object in Git, and what goes into the template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.external_secret.canonical import scalar
from sealwright.convert.external_secret.metadata import Goes, as_template, place_of
from sealwright.convert.external_secret.options import SYNC_WAVE
from sealwright.convert.lines import shift, split_blank_lines
from sealwright.convert.secret_facts import is_null
from sealwright.convert.template_fields import LAST_APPLIED, SERVER_FIELDS
from sealwright.convert.yaml_words import in_quotes, word
from sealwright.manifest.nodes import Alias, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.convert.external_secret.options import Options
    from sealwright.convert.layout import Layout
    from sealwright.convert.piece import Piece

NAMES = frozenset({"name", "namespace"})
STRINGS = ("labels", "annotations")
FINALIZERS = "finalizers"


def object_metadata(layout: Layout, piece: Piece, options: Options) -> Iterator[str]:
    """The object's own metadata: its names, and what tells GitOps tools how to handle it."""
    children = layout.children(piece)
    column = children[0].column if children else piece.column + layout.step
    wave = options.sync_wave
    yield piece.lead + piece.heading("metadata")
    for child in children:
        if child.name in NAMES:
            written = child.with_value(word(text_of(child.node))) if isinstance(child.node, Alias) else child.text
            yield child.lead + written
        elif child.name in STRINGS:
            added = wave if child.name == "annotations" else ""
            yield from _own(layout, child, added)
        elif child.name in SERVER_FIELDS:
            yield layout.remains(child, own_line=False)
    if wave and all(child.name != "annotations" for child in children):
        yield layout.line(column, "annotations:")
        yield layout.line(column + layout.step, f"{SYNC_WAVE}: {in_quotes(wave)}")
    yield layout.tail(piece, children)


def template_metadata(layout: Layout, metadata: Piece | None, depth: int) -> Iterator[str]:
    """The metadata of the Secret that comes out of it, `depth` steps deeper than the object."""
    column = layout.column + depth * layout.step
    fields = {child.name: child for child in layout.children(metadata)} if metadata else {}
    for field in STRINGS:
        if field in fields:
            yield from _templated(layout, fields[field], column)
        else:
            yield layout.line(column, f"{field}: {{}}")
    if FINALIZERS in fields:
        child = fields[FINALIZERS]
        yield shift(split_blank_lines(child.lead)[1] + child.text, column - child.column)


def _own(layout: Layout, piece: Piece, wave: str) -> Iterator[str]:
    """What stays of labels or annotations; `wave` is added where none is written."""
    entries = layout.children(piece)
    own = [child for child in entries if place_of(piece.name, child.name) is Goes.OBJECT]
    wave = "" if any(child.name == SYNC_WAVE for child in own) else wave
    if not own and not wave:
        return
    moves = _moves(piece, entries)
    column = entries[0].column if entries else piece.column + layout.step
    yield layout.line(piece.column, f"{piece.name}:") if moves else piece.lead + piece.heading(piece.name)
    for child in own if moves else entries:
        yield _entry(layout, piece, child)
    if wave:
        yield layout.line(column, f"{SYNC_WAVE}: {in_quotes(wave)}")
    if not moves:
        yield layout.tail(piece, entries)


def _templated(layout: Layout, piece: Piece, column: int) -> Iterator[str]:
    """What of labels or annotations goes into the template."""
    entries = layout.children(piece)
    if not _moves(piece, entries):
        yield layout.line(column, f"{piece.name}: {{}}")
        return
    kept = any(place_of(piece.name, child.name) is Goes.TEMPLATE for child in entries)
    head = piece.heading(piece.name, "" if kept else "{}")
    yield shift(split_blank_lines(piece.lead)[1] + head, column - piece.column)
    offset = column + layout.step - (entries[0].column if entries else piece.column + layout.step)
    for child in entries:
        if place_of(piece.name, child.name) is not Goes.OBJECT:
            yield shift(_entry(layout, piece, child, escape=True), offset)
    yield shift(layout.tail(piece, entries), offset)


def _moves(piece: Piece, entries: list[Piece]) -> bool:
    """Whether the field's own comments go into the template; they stay where all of its entries do."""
    places = {place_of(piece.name, child.name) for child in entries}
    return Goes.OBJECT not in places or Goes.TEMPLATE in places


def _entry(layout: Layout, parent: Piece, child: Piece, *, escape: bool = False) -> str:
    """An entry as it stands, unless its value means something else at its new place; only the comments of what goes."""
    if place_of(parent.name, child.name) is Goes.NOWHERE:
        return layout.remains(child, own_line=child.name not in LAST_APPLIED)
    text = "" if is_null(child.node) else text_of(child.node)
    if escape and as_template(text) != text:
        return child.lead + child.with_value(in_quotes(as_template(text)))
    if is_null(child.node) or isinstance(child.node, Alias):
        return child.lead + child.with_value(scalar(text))
    return child.lead + child.text
