"""The items of SealedSecrets, as the controller would see them.

Name, namespace and scope come from the top-level metadata; those of the template do not count for opening.
Source: upstream sealedsecret_expansion.go, `Unseal`, `EncryptionLabel`; the API server, for what it would not take.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Location, ResourceRef, Span
from sealwright.manifest.documents import Form
from sealwright.manifest.nodes import (
    Mapping,
    Scalar,
    disputed,
    entries,
    is_filled,
    lookup,
    mapping_at,
    resolve,
    text_of,
)
from sealwright.manifest.resource import resources, texts_of
from sealwright.manifest.scalars import kind_of, plain_scalar
from sealwright.sealing.scope import ANNOTATION_CLUSTER_WIDE, ANNOTATION_NAMESPACE_WIDE, Scope, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.manifest.documents import Document
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource

GROUP = "bitnami.com/"
VERSION = "v1alpha1"
"""The only one that there has ever been."""
KIND = "SealedSecret"
OLD_FIELD = "spec.data"

_READABLE = frozenset({"", "null", "string"})
_MOST_REPEATED = 16 * 1024 * 1024
_COST_OF_AN_ITEM = 64
"""Characters, for those that are empty."""

_RENDER = "filled in later by a template; render it first, and verify the result"


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
    """What is left of the characters that the items of one document may come to: what it has itself, and some more."""

    def __init__(self, document: Document) -> None:
        self.left = document.end - document.start + _MOST_REPEATED


def sealed_items(document: Document, objects: Iterable[Resource] | None = None) -> Iterator[SealedItem | Malformed]:
    """Every item of every SealedSecret of a document, duplicates included, in order; none of a broken document.

    `objects` are the document's, for who has them already.
    """
    if document.flaw:
        return
    room = Room(document)
    for resource in resources(document) if objects is None else objects:
        if is_sealed_secret(resource.ref):
            yield from items_of(resource, room)


def is_sealed_secret(ref: ResourceRef) -> bool:
    """Whether it is the kind that this module is about, in any version."""
    return ref.kind == KIND and ref.api_version.startswith(GROUP)


def items_of(resource: Resource, room: Room | None = None) -> Iterator[SealedItem | Malformed]:
    """Every item of one SealedSecret in order, or what is wrong with it as a whole. A document has one room for all."""
    document, source = resource.document, resource.document.source
    metadata, spec = mapping_at(resource.node, "metadata"), mapping_at(resource.node, "spec")
    kinds = (_kind(metadata, "name"), _kind(metadata, "namespace"))
    ref = _as_read(resource.ref, *kinds)
    form = document.form
    rendered = form is Form.TEMPLATE or form is Form.OUTLINE
    if form is Form.OUTLINE:
        yield Malformed(ref, _beginning(resource), f"it is {_RENDER}", certain=False)
        return
    whole = _is_old(spec)
    annotated = mapping_at(metadata, "annotations") if metadata is not None else None
    nodes = list(_item_nodes(spec, whole=whole))
    reason = (
        _unknown_version(ref)
        or _refused_by_the_server(kinds, metadata)
        or _refused_template(spec)
        or _without_items(spec, whole=whole)
        or _too_large(nodes, room or Room(document))
    )
    if reason:
        reason = f"{reason} (as it stands: it is {_RENDER})" if rendered else reason
        yield Malformed(ref, _beginning(resource), reason, certain=not rendered)
        return
    holders = (resource.node, metadata, annotated, spec, mapping_at(resource.node, "spec", "encryptedData"))
    key = next(filter(None, map(disputed, filter(None, holders))), "")
    if key:
        yield Malformed(ref, _beginning(resource), f"a `<<` brings `{key}`, {_DISPUTED}", certain=False)
        return
    annotations = texts_of(annotated)
    scope = scope_of(annotations)
    doubt = _doubt(ref, scope, annotations, rendered=rendered)
    origin = template_ref(resource.node, ref)
    for name, value in nodes:
        text = _text(value)
        own = f"it is {_RENDER}" if text is not None and _is_open(text) else doubt
        where = source.location(Span(value.start, value.end))
        yield SealedItem(ref, scope, name, where, text, own, origin=origin, whole=whole)


def _beginning(resource: Resource) -> Location:
    return resource.document.source.location(Span(resource.node.start, resource.node.start))


def template_ref(node: Mapping, own: ResourceRef) -> ResourceRef | None:
    """Name and namespace in the template of a SealedSecret, or its own where one is missing; None without metadata."""
    template = mapping_at(node, "spec", "template", "metadata")
    if template is None:
        return None
    name, namespace = (text_of(lookup(template, field)) for field in ("name", "namespace"))
    return ResourceRef(kind="Secret", namespace=namespace or own.namespace, name=name or own.name)


def _as_read(ref: ResourceRef, name: str, namespace: str) -> ResourceRef:
    """The reference with `null` read as nothing, as Go reads it; given what Kubernetes makes of the two fields."""
    if name != "null" and namespace != "null":
        return ref
    return ref._replace(name="" if name == "null" else ref.name, namespace="" if namespace == "null" else ref.namespace)


def _unknown_version(ref: ResourceRef) -> str:
    """Why no cluster knows the kind; '' if it does, or if its version is still to be filled in."""
    version = ref.api_version.removeprefix(GROUP)
    if version == VERSION or _is_open(version):
        return ""
    return f"no controller knows `{ref.api_version}`, so that no cluster takes the object: it is {GROUP}{VERSION}"


def _refused_by_the_server(kinds: tuple[str, str], metadata: Mapping | None) -> str:
    """Why the API server and kubeseal would not even read the object; '' if they would."""
    for field, kind in zip(("name", "namespace"), kinds, strict=True):
        if kind not in _READABLE:
            return _no_string(f"metadata.{field}")
    return _refused_texts(metadata, "metadata", "annotations", "labels")


def _refused_template(spec: Mapping | None) -> str:
    """The same for the template, which is read with the object, though nothing in it binds an item."""
    if _kind(spec, "template") in {"", "null"} or spec is None:
        return ""
    template = mapping_at(spec, "template")
    if template is None:
        return "`spec.template` is not a mapping, so that no cluster takes the object"
    if _kind(template, "type") not in _READABLE:
        return _no_string("spec.template.type")
    if _kind(template, "immutable") not in {"", "null", "boolean"}:
        return "`spec.template.immutable` is not true or false, so that no cluster takes the object"
    inner = mapping_at(template, "metadata")
    if inner is None and _kind(template, "metadata") not in {"", "null"}:
        return "`spec.template.metadata` is not a mapping, so that no cluster takes the object"
    for field in ("name", "namespace"):
        if _kind(inner, field) not in _READABLE:
            return _no_string(f"spec.template.metadata.{field}")
    return _refused_texts(template, "spec.template", "data") or _refused_texts(
        inner, "spec.template.metadata", "annotations", "labels"
    )


def _refused_texts(holder: Mapping | None, where: str, *fields: str) -> str:
    """Why fields that map texts to texts would not be read; '' if they would."""
    for field in fields:
        texts = mapping_at(holder, field) if holder is not None else None
        if texts is None:
            if _kind(holder, field) not in {"", "null"}:
                return f"`{where}.{field}` is not a mapping, so that no cluster takes the object"
            continue
        for name, _, value in entries(texts):
            if _kind_of(value) not in _READABLE:
                return _no_string(name)
    return ""


def _no_string(name: str) -> str:
    return f"`{name}` is not a string, so that no cluster takes the object; quote it"


def _without_items(spec: Mapping | None, *, whole: bool) -> str:
    """Why the object has no items; '' if it has some."""
    if spec is None:
        return "it has no `spec`"
    data = lookup(spec, "encryptedData")
    holder = resolve(data) if data is not None else None
    if whole:
        both = isinstance(holder, Mapping) and bool(holder.entries)
        return (
            "it holds `spec.data`, the format of before 2019, beside `encryptedData`: no controller takes both"
            if both
            else ""
        )
    if data is None:
        return "it has no `spec.encryptedData`"
    if not isinstance(holder, Mapping):
        return "`spec.encryptedData` is not a mapping, so that the Secret would have no data"
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
    spec = mapping_at(node, "spec")
    return _item_nodes(spec, whole=_is_old(spec))


def _item_nodes(spec: Mapping | None, *, whole: bool) -> Iterator[tuple[str, Node]]:
    if whole:
        value = lookup(spec, "data") if spec is not None else None
        yield from [(OLD_FIELD, value)] if value is not None else []
        return
    holder = mapping_at(spec, "encryptedData") if spec is not None else None
    if holder is None:
        return
    own = {id(value) for _, value in holder.entries}
    seen: set[str] = set()
    for name, _, value in entries(holder):
        if id(value) in own or name not in seen:
            yield name, value
        seen.add(name)


def _is_old(spec: Mapping | None) -> bool:
    """Whether the controller would read the old format: for Go, an empty text is there, `null` is not."""
    return _kind(spec, "data") not in {"", "null"}


def _doubt(ref: ResourceRef, scope: Scope, annotations: dict[str, str], *, rendered: bool) -> str:
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


def _is_open(text: str) -> bool:
    """Whether something is still to be filled in: a template's action, or what Flux, envsubst and pipelines fill in."""
    return is_filled(text) or "{{" in text or ("$" in text and ("${" in text or "$(" in text))


def _kind(mapping: Mapping | None, key: str) -> str:
    """What Kubernetes makes of a field: '' (missing), string, null, boolean, number, binary, or collection."""
    value = lookup(mapping, key) if mapping is not None else None
    return _kind_of(value) if value is not None else ""


def _kind_of(node: Node) -> str:
    target = resolve(node)
    return kind_of(target) if isinstance(target, Scalar) else "collection"


def _text(node: Node) -> str | None:
    target = resolve(node)
    if not isinstance(target, Scalar) or kind_of(target) not in {"string", "binary"}:
        return None
    text = plain_scalar(target)
    return text if isinstance(text, str) else None
