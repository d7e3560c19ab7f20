"""SealedSecrets: their items, their scope, and the key that they were sealed with, where a stamp tells it.

Source: bitnami.com/v1alpha1 `SealedSecret`; for stamps, `sealing.stamps`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.inventory.material import material_of
from sealwright.inventory.model import Held, Item, Secret
from sealwright.manifest.nodes import Mapping, Scalar, entries, lookup, mapping_at, resolve, text_of
from sealwright.manifest.resource import annotations_of
from sealwright.sealing import go_base64
from sealwright.sealing.scope import scope_of
from sealwright.sealing.stamps import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.finding import Location, ResourceRef
    from sealwright.manifest.nodes import Node
    from sealwright.sealing.stamps import Book

KIND = "SealedSecret"
_GROUP = "bitnami.com/"
_LONGEST_KEY = 253


def sealed_secret(node: Mapping, ref: ResourceRef, location: Location, stamps: Book | None) -> Secret | None:
    """The secret that a SealedSecret holds; None for any other object. Items that are no ciphertext count as well."""
    if ref.kind != KIND or not ref.api_version.startswith(_GROUP):
        return None
    template = mapping_at(node, "spec", "template")
    type_ = text_of(lookup(template, "type")) if template is not None else ""
    named = mapping_at(template, "metadata") if template is not None else None
    name = text_of(lookup(named, "name")) if named is not None else ""
    found = list(_items(node))
    keys = dict.fromkeys(key for _, value in found for key in _key(value, stamps))
    return Secret(
        ref,
        Held.SEALED,
        location,
        name=name or ref.name,
        type=type_,
        items=tuple(Item(key, material_of(key, type_)) for key, _ in found),
        key=next(iter(keys), ""),
        keys=tuple(keys),
        scope=scope_of(annotations_of(node)).value,
    )


def _items(node: Mapping) -> Iterator[tuple[str, Node]]:
    """Each key once; the format of before 2019 has one item, which is the whole Secret."""
    holder = mapping_at(node, "spec", "encryptedData")
    if holder is not None:
        found = {name[:_LONGEST_KEY]: value for name, _, value in entries(holder)}
        yield from found.items()
        return
    spec = mapping_at(node, "spec")
    whole = lookup(spec, "data") if spec is not None else None
    if whole is not None:
        yield "*", whole


def _key(value: Node, stamps: Book | None) -> Iterator[str]:
    """The fingerprint of the key that a stamp names for exactly these bytes."""
    target = resolve(value)
    if stamps is None or not len(stamps) or not isinstance(target, Scalar):
        return
    if go_base64.flaw_of(target.value) < 0:
        trusted, _ = stamps.of(digest_of(go_base64.decode_sound(target.value)))
        yield from (stamp.key for stamp in trusted[:1])
