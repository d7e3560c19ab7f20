"""The items of SealedSecrets, as the controller would see them.

Name, namespace and scope come from the top-level metadata; those of the template do not count for opening.
Source: upstream sealedsecret_expansion.go, `Unseal`, `EncryptionLabel`; the API server, for what it would not take.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Location, ResourceRef, Span
from sealwright.manifest.documents import Form
from sealwright.manifest.nodes import (
    FILL,
    Mapping,
    Scalar,
    disputed,
    entries,
    is_filled,
    lookup,
    resolve,
    text_of,
)
from sealwright.manifest.resource import resources
from sealwright.sealing.scope import ANNOTATION_CLUSTER_WIDE, ANNOTATION_NAMESPACE_WIDE, Scope, scope_of
from sealwright.verify.fields import fields_of, kind_of_node, string_of
from sealwright.verify.refused import refused, refused_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Mapping as MappingType

    from sealwright.manifest.documents import Document
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource
    from sealwright.verify.fields import Fields

GROUP = "bitnami.com/"
VERSION = "v1alpha1"
"""The only one that there has ever been."""
API_VERSION = GROUP + VERSION
KIND = "SealedSecret"
OLD_FIELD = "spec.data"

_MOST_REPEATED = 16 * 1024 * 1024
_COST_OF_AN_ITEM = 64
"""Characters, for those that are empty."""

_RENDER = "filled in later by a template; render it first, and verify the result"


_OPEN = (FILL, "{", "$", "\\", "!")
_DISPUTED = (
    "which stands before it, too: programs differ in which of the two counts; put the `<<` first, or take one out"
)


class Rendering(NamedTuple):
    """What put an object out: the file by whose path its cluster is known, and how to say it (`as ... renders it`)."""

    path: str
    words: str


class SealedItem(NamedTuple):
    """One item. `text` is the ciphertext in base64, None where the manifest holds something else than a string.

    `doubt` says why it cannot be judged as it stands; '' where it can. `origin` is what the object's template says that
    it is made of, which sealing writes and renaming by hand forgets. `whole`: it is a whole Secret in the old format.
    `rendered`: it is not as its file has it, but as a program put it out.
    """

    resource: ResourceRef
    scope: Scope
    name: str
    location: Location
    text: str | None
    doubt: str = ""
    origin: ResourceRef | None = None
    whole: bool = False
    rendered: Rendering | None = None

    @property
    def missing(self) -> str:
        """What the scope binds to and the manifest does not give, though no object in a cluster lacks it; or ''."""
        if self.scope is Scope.CLUSTER_WIDE:
            return ""
        if not self.resource.namespace:
            return "namespace"
        return "name" if self.scope is Scope.STRICT and not self.resource.name else ""


class Malformed(NamedTuple):
    """A SealedSecret from which no item can be taken, and why. In a template that is not `certain`."""

    resource: ResourceRef
    location: Location
    reason: str
    certain: bool = True
    rendered: Rendering | None = None


class Room:
    """What all objects of one document share, a List with any number of them: it is looked through once.

    `left` of the characters that their items may come to (what it has itself, and some more); why nothing reads it, or
    ''; and whether anything in it may be still to be filled in.
    """

    def __init__(self, document: Document) -> None:
        self.left = document.end - document.start + _MOST_REPEATED
        self.refused = refused_document(document)
        rendered = document.form is Form.TEMPLATE or document.form is Form.OUTLINE
        self.may_be_open = rendered or _may_be_open(document.source.text, document.start, document.end)


def sealed_items(document: Document, objects: Iterable[Resource] | None = None) -> Iterator[SealedItem | Malformed]:
    """Every item of every SealedSecret of a document, duplicates included, in order; none of a broken document.

    `objects` are the document's, for who has them already.
    """
    if document.flaw:
        return
    room: Room | None = None
    for resource in resources(document) if objects is None else objects:
        if is_sealed_secret(resource.ref):
            room = room or Room(document)
            yield from items_of(resource, room)


def is_sealed_secret(ref: ResourceRef) -> bool:
    """Whether it is the kind that this module is about, in any version."""
    return ref.kind == KIND and ref.api_version.startswith(GROUP)


def items_of(resource: Resource, room: Room | None = None) -> Iterator[SealedItem | Malformed]:
    """Every item of one SealedSecret in order, or what is wrong with it as a whole. A document has one room for all."""
    document, source = resource.document, resource.document.source
    room = room or Room(document)
    fields = fields_of(resource.node) or {}
    metadata, spec = fields_of(fields.get("metadata")), fields_of(fields.get("spec"))
    ref = _as_read(resource.ref, metadata)
    form = document.form
    rendered = form is Form.TEMPLATE or form is Form.OUTLINE
    if form is Form.OUTLINE:
        yield Malformed(ref, _beginning(resource), f"it is {_RENDER}", certain=False)
        return
    whole = _is_old(spec)
    holder = _held(spec)
    nodes = list(_item_nodes(spec, holder, whole=whole))
    reason = (
        _unknown_version(ref)
        or room.refused
        or refused(fields, metadata, spec)
        or _without_items(spec, holder, whole=whole)
        or _too_large(nodes, room)
    )
    if reason:
        reason = f"{reason} (as it stands: it is {_RENDER})" if rendered else reason
        yield Malformed(ref, _beginning(resource), reason, certain=not rendered)
        return
    annotated = metadata.get("annotations") if metadata is not None else None
    holders = (resource.node, fields.get("metadata"), annotated, fields.get("spec"), holder)
    key = _disputed(holders)
    if key:
        yield Malformed(ref, _beginning(resource), f"a `<<` brings `{key}`, {_DISPUTED}", certain=False)
        return
    annotations = {name: string_of(node) or "" for name, node in (fields_of(annotated) or {}).items()}
    scope = scope_of(annotations)
    doubt = _doubt(ref, scope, annotations, rendered=rendered)
    origin = _origin(spec, ref)
    for name, value in nodes:
        text = string_of(value)
        own = f"it is {_RENDER}" if room.may_be_open and text is not None and _is_open(text) else doubt
        where = source.location(Span(value.start, value.end))
        yield SealedItem(ref, scope, name, where, text, own, origin, whole)


def _beginning(resource: Resource) -> Location:
    return resource.document.source.location(Span(resource.node.start, resource.node.start))


def template_ref(node: Mapping, own: ResourceRef) -> ResourceRef | None:
    """Name and namespace in the template of a SealedSecret, or its own where one is missing; None without metadata."""
    spec = lookup(node, "spec")
    return _origin(fields_of(spec), own) if spec is not None else None


def _origin(spec: Fields | None, own: ResourceRef) -> ResourceRef | None:
    template = fields_of(spec.get("template")) if spec is not None else None
    metadata = fields_of(template.get("metadata")) if template is not None else None
    if metadata is None:
        return None
    name, namespace = (text_of(metadata.get(field)) for field in ("name", "namespace"))
    return ResourceRef(kind="Secret", namespace=namespace or own.namespace, name=name or own.name)


def _as_read(ref: ResourceRef, metadata: Fields | None) -> ResourceRef:
    """The reference with `null` read as nothing, and `!!binary` as what it stands for, as Go reads them."""
    for field in ("name", "namespace"):
        kind = kind_of_node(metadata.get(field)) if metadata is not None else ""
        if kind in {"null", "binary"}:
            text = string_of(metadata[field]) or "" if metadata is not None else ""
            ref = ref._replace(**{field: text})
    return ref


def _unknown_version(ref: ResourceRef) -> str:
    """Why no cluster knows the kind; '' if it does, or if its version is still to be filled in."""
    if ref.api_version == API_VERSION or _is_open(ref.api_version.removeprefix(GROUP)):
        return ""
    return f"no controller knows `{ref.api_version}`, so that no cluster takes the object: it is {API_VERSION}"


def _held(spec: Fields | None) -> Node | None:
    """What `encryptedData` is, through an alias."""
    data = spec.get("encryptedData") if spec is not None else None
    return resolve(data) if data is not None else None


def _without_items(spec: Fields | None, holder: Node | None, *, whole: bool) -> str:
    """Why the object has no items, or none that anything reads; '' if it has some."""
    if spec is None:
        return "it has no `spec`"
    if whole:
        both = isinstance(holder, Mapping) and bool(holder.entries)
        return (
            "it holds `spec.data`, the format of before 2019, beside `encryptedData`: no controller takes both"
            if both
            else ""
        )
    if holder is None:
        return "it has no `spec.encryptedData`"
    if not isinstance(holder, Mapping):
        return "`spec.encryptedData` is not a mapping, so that the Secret would have no data"
    if any(kind_of_node(key) in {"null", "collection"} for key, _ in holder.entries):
        return "an item's name in `spec.encryptedData` is no string, so that no cluster takes the object; quote it"
    return "" if holder.entries else "`spec.encryptedData` is empty: nothing is sealed in it"


def _too_large(nodes: Iterable[tuple[str, Node]], room: Room) -> str:
    """Why a few aliases do not keep everything busy for hours: with them, a small file can hold any amount."""
    for _, value in nodes:
        target = resolve(value)
        room.left -= len(target.value) + _COST_OF_AN_ITEM if isinstance(target, Scalar) else _COST_OF_AN_ITEM
        if room.left < 0:
            return (
                "it was not judged: with all that aliases repeat, the items of its document come to more than any "
                "cluster takes; write them out, in several files"
            )
    return ""


def item_nodes(node: Mapping) -> Iterator[tuple[str, Node]]:
    """(name, value) of the items: all that are written, and what merge keys bring in without being overridden.

    In the old format there is one, called as the field is.
    """
    spec = fields_of(lookup(node, "spec"))
    return _item_nodes(spec, _held(spec), whole=_is_old(spec))


def _item_nodes(spec: Fields | None, holder: Node | None, *, whole: bool) -> Iterator[tuple[str, Node]]:
    if whole:
        value = spec.get("data") if spec is not None else None
        yield from [(OLD_FIELD, value)] if value is not None else []
        return
    if not isinstance(holder, Mapping):
        return
    if not holder.merges:
        yield from ((text_of(key), value) for key, value in holder.entries)
        return
    own = {id(value) for _, value in holder.entries}
    seen: set[str] = set()
    for name, _, value in entries(holder):
        if id(value) in own or name not in seen:
            yield name, value
        seen.add(name)


def _is_old(spec: Fields | None) -> bool:
    """Whether the controller would read the old format: for Go, an empty text is there, `null` is not."""
    return spec is not None and "data" in spec and kind_of_node(spec["data"]) != "null"


def _disputed(holders: Iterable[Node | None]) -> str:
    """A key of which programs differ in what it is, in any of these mappings; '' for none."""
    targets = [resolve(holder) for holder in holders if holder is not None]
    return next(filter(None, (disputed(target) for target in targets if isinstance(target, Mapping))), "")


def _doubt(ref: ResourceRef, scope: Scope, annotations: MappingType[str, str], *, rendered: bool) -> str:
    """Why the label cannot be known from the manifest as it stands; '' if it can."""
    wide = (annotations.get(ANNOTATION_CLUSTER_WIDE, ""), annotations.get(ANNOTATION_NAMESPACE_WIDE, ""))
    if any(_is_open(text) for text in wide):
        return f"its scope is {_RENDER}"
    needed = [("namespace", ref.namespace)] if scope is not Scope.CLUSTER_WIDE else []
    needed += [("name", ref.name)] if scope is Scope.STRICT else []
    for what, text in needed:
        if _is_open(text) or (rendered and not text):
            return f"its {what} is {_RENDER}"
    return ""


def _may_be_open(text: str, start: int, end: int) -> bool:
    """Whether `_is_open` can be true of anything in a document: its letters are there, or an escape or a tag."""
    return any(text.find(mark, start, end) >= 0 for mark in _OPEN)


def _is_open(text: str) -> bool:
    """Whether something is still to be filled in: a template's action, or what Flux, envsubst and pipelines fill in."""
    return is_filled(text) or "{{" in text or ("$" in text and ("${" in text or "$(" in text))
