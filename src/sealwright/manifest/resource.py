"""The Kubernetes view of a document: objects and lists of objects.

Source: Kubernetes API conventions (Lists), `Secret` in core/v1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import ResourceRef
from sealwright.manifest.nodes import (
    FILL,
    Mapping,
    Node,
    Scalar,
    Sequence,
    entries,
    is_merge_key,
    lookup,
    mapping_at,
    resolve,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.documents import Document


_LONGEST = 400
"""Letters: nothing that Kubernetes takes as a kind, version or name is as long, and every finding repeats them."""
_SHOWN = 60


class Resource(NamedTuple):
    """One object. `outer` is the dotted path from the document's own object to it, '' for a document or List item."""

    document: Document
    node: Mapping
    ref: ResourceRef
    outer: str = ""
    in_typed_list: bool = False


def resources(document: Document) -> Iterator[Resource]:
    """Every object of the document that stands by itself: its root, or the items of a List (also nested or typed)."""
    stack: list[tuple[Node, ResourceRef | None]] = [(document.root, None)] if document.root is not None else []
    seen: set[int] = set()  # a List may hold itself through an alias
    while stack:
        node, listed = stack.pop()
        target = resolve(node)
        if id(target) in seen:
            continue
        seen.add(id(target))
        if isinstance(target, Sequence):
            stack.extend((item, listed) for item in reversed(target.items))
        elif isinstance(target, Mapping):
            ref = reference(target)
            if listed is not None and not ref.kind:
                ref = ref._replace(kind=listed.kind, api_version=ref.api_version or listed.api_version)
            items = lookup(target, "items") if ref.kind.endswith("List") else None
            if items is not None and isinstance(resolve(items), Sequence):
                kind = ref.kind[: -len("List")]
                stack.append((items, ref._replace(kind=kind, name="", namespace="") if kind else None))
            else:
                yield Resource(document, target, ref, in_typed_list=listed is not None)


def reference(node: Mapping) -> ResourceRef:
    """Who the object says it is; template actions inside names are shown as `{{}}`."""
    metadata = mapping_at(node, "metadata")
    return ResourceRef(
        _shown(text_of(lookup(node, "apiVersion"))),
        _word(_shown(text_of(lookup(node, "kind")))),
        _shown(_name_in(metadata, "namespace")) if metadata else "",
        _shown(_name_in(metadata, "name")) if metadata else "",
    )


def _name_in(metadata: Mapping, field: str) -> str:
    """A name as text; null is no name."""
    node = lookup(metadata, field)
    target = resolve(node) if node is not None else None
    plain_null = isinstance(target, Scalar) and not target.style and target.value in {"~", "null", "Null", "NULL"}
    return "" if plain_null else text_of(node)


def is_core(ref: ResourceRef, kind: str) -> bool:
    """Whether it is the core/v1 kind; a missing apiVersion (patches, fragments) counts as core."""
    return ref.kind == kind and "/" not in ref.api_version


def annotations_of(node: Mapping) -> dict[str, str]:
    """metadata.annotations as text; the last duplicate wins."""
    return texts_of(mapping_at(node, "metadata", "annotations"))


def texts_of(mapping: Mapping | None) -> dict[str, str]:
    """Keys and values as text, of a mapping of texts such as annotations; what is merged in counts as for `lookup`."""
    if mapping is None:
        return {}
    merged: dict[str, str] = {}
    for name, _, value in entries(mapping) if mapping.merges else ():
        merged.setdefault(name, text_of(value))
    return merged | {text_of(key): text_of(value) for key, value in mapping.entries if not is_merge_key(key)}


def _word(text: str) -> str:
    """A kind is one word: what stands behind it may be anything, and is not shown."""
    words = text.split(None, 1)
    return text if len(words) < 2 else f"{words[0]}\u2026"


def _shown(text: str) -> str:
    if len(text) > _LONGEST:
        text = f"{text[:_SHOWN]}\u2026"
    if FILL not in text:
        return text
    import re

    return re.sub(f"{FILL}+", "{{}}", text)
