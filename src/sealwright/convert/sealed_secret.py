"""A Secret to a SealedSecret, in place: only what must change changes, comments and order stay.

The lines of the Secret are moved as they stand: `data` and `stringData` become `spec.encryptedData` with every value
replaced, `type`, `immutable` and the metadata go below `spec.template`, `name` and `namespace` stay on top as well.
What the template gets and what is left out follows kubeseal 0.38 (upstream sealedsecret_expansion.go,
`NewSealedSecret`), and managedFields, which describe one live object only, are left out too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.layout import Layout, Unmovable, shift
from sealwright.convert.secret_model import DATA, STRING_DATA
from sealwright.manifest.nodes import Mapping
from sealwright.rewrite.edit import Edit
from sealwright.sealing.scope import Scope, annotations_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as MappingType

    from sealwright.convert.layout import Piece
    from sealwright.manifest.source import Source

API_VERSION = "bitnami.com/v1alpha1"
KIND = "SealedSecret"

SERVER_FIELDS = frozenset(
    {
        "uid",
        "resourceVersion",
        "selfLink",
        "generation",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "ownerReferences",
        "managedFields",
    }
)
"""Written by the API server about one live object; false anywhere else."""

LAST_APPLIED = frozenset(
    {"kubectl.kubernetes.io/last-applied-configuration", "kubecfg.ksonnet.io/last-applied-configuration"}
)
"""Annotations that repeat the whole Secret in clear."""

_NAMES = ("name", "namespace")


class Sealed(NamedTuple):
    """What to write: `items` maps each key to its ciphertext in base64; `namespace` is added where it is missing."""

    items: MappingType[str, str]
    scope: Scope
    namespace: str = ""


def block_edit(source: Source, secret: Mapping, sealed: Sealed) -> Edit:
    """The edit for a Secret in block style. Raises Unmovable where its text cannot be taken apart."""
    layout = Layout(source, secret)
    text = "".join(_rewritten(layout, sealed))
    if not layout.closed:
        text = text[: -len(layout.newline)] if text.endswith(layout.newline) else text.rstrip("\n")
    # The first line stands behind what precedes the mapping (`- `), which is its indentation.
    return Edit(secret.start, layout.end, text[layout.column :])


def _rewritten(layout: Layout, sealed: Sealed) -> Iterator[str]:
    pending = True
    for piece in layout.pieces:
        if piece.name == "apiVersion":
            yield piece.lead + piece.with_value(API_VERSION)
        elif piece.name == "kind":
            yield piece.lead + piece.with_value(KIND)
        elif piece.name == "metadata":
            yield piece.lead
            yield from _metadata(layout, piece, sealed)
        elif pending:
            yield from _spec(layout, sealed)
            pending = False
    if pending:
        yield from _spec(layout, sealed)


def _metadata(layout: Layout, piece: Piece, sealed: Sealed) -> Iterator[str]:
    """On top stay the name and the namespace, and the annotation that names the scope."""
    if not isinstance(piece.value, Mapping):
        raise Unmovable("`metadata` that is not a mapping of its own")
    children = layout.children(piece)
    column = children[0].column if children else piece.column + layout.step
    yield piece.heading("metadata")
    for child in children:
        if child.name in _NAMES:
            yield child.lead + child.text
    yield from _missing_namespace(layout, children, sealed, column)
    for annotation, value in annotations_for(sealed.scope).items():
        yield layout.line(column, "annotations:")
        yield layout.line(column + layout.step, f'{annotation}: "{value}"')


def _missing_namespace(layout: Layout, children: list[Piece], sealed: Sealed, column: int) -> Iterator[str]:
    if sealed.namespace and all(child.name != "namespace" for child in children):
        yield layout.line(column, f"namespace: {sealed.namespace}")


def _spec(layout: Layout, sealed: Sealed) -> Iterator[str]:
    fields = {piece.name: piece for piece in layout.pieces}
    sources = [piece for piece in layout.pieces if piece.name in {DATA, STRING_DATA}]
    spec, inner, deep = (layout.column + depth * layout.step for depth in range(3))
    yield sources[0].lead if sources else ""
    yield layout.line(spec, "spec:")
    if sealed.items:
        yield from _encrypted_data(layout, sources, sealed)
    else:
        yield layout.line(inner, "encryptedData: {}")
    yield layout.line(inner, "template:")
    if "metadata" in fields:
        yield layout.line(deep, "metadata:")
        yield from _template_metadata(layout, fields["metadata"], sealed)
    for name in ("type", "immutable"):
        if name in fields:
            yield shift(fields[name].lead + fields[name].text, deep - layout.column)


def _encrypted_data(layout: Layout, sources: list[Piece], sealed: Sealed) -> Iterator[str]:
    """Both fields become one; where a key stands in both, `stringData` counts and the other is left out."""
    hidden = {child.name for piece in sources if piece.name == STRING_DATA for child in layout.children(piece)}
    yield shift(sources[0].heading("encryptedData"), layout.step)
    for number, piece in enumerate(sources):
        children = layout.children(piece)
        if number:
            yield shift(piece.lead, 2 * layout.step)
        for child in children:
            columns = layout.column + 2 * layout.step - child.column
            counts = piece.name == STRING_DATA or child.name not in hidden
            yield shift(child.lead + (child.with_value(sealed.items[child.name]) if counts else ""), columns)


def _template_metadata(layout: Layout, metadata: Piece, sealed: Sealed) -> Iterator[str]:
    column = layout.column + 3 * layout.step
    children = layout.children(metadata)
    for child in children:
        columns = column - child.column
        if child.name in _NAMES:  # their comments stay on top
            yield shift(child.key_and_value(layout.newline), columns)
        elif child.name == "annotations":
            yield shift(_annotations(layout, child), columns)
        elif child.name not in SERVER_FIELDS:
            yield shift(child.lead + child.text, columns)
    yield from _missing_namespace(layout, children, sealed, column)


def _annotations(layout: Layout, piece: Piece) -> str:
    """The annotations without those that repeat the Secret; nothing where none is left."""
    if not isinstance(piece.value, Mapping) or not any(
        getattr(key, "value", "") in LAST_APPLIED for key, _ in piece.value.entries
    ):
        return piece.lead + piece.text
    kept = [child for child in layout.children(piece) if child.name not in LAST_APPLIED]
    if not kept:
        return ""
    return piece.lead + piece.heading("annotations") + "".join(child.lead + child.text for child in kept)
