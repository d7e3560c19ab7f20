"""Sealed items as a renderer put them out, told of where they stand in the sources.

A renderer changes names, namespaces and annotations but not the ciphertext: by it an item is found again in the file
that a person can mend. The verdict is about the rendered object, since that is what the cluster gets.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Location, Span
from sealwright.patterns import Pattern
from sealwright.sealing.scope import Scope
from sealwright.verify.sealed_items import Malformed, Rendering, SealedItem, sealed_items

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from sealwright.manifest.documents import Document
    from sealwright.manifest.source import Source

_CIPHERTEXT = Pattern(r"A[A-Za-z0-9+/]{180,}={0,2}")
"""Base64 of anything sealed under a key of 1024 bits or more."""


class Release(NamedTuple):
    """Words that stand for what only an installation knows: a name or namespace that holds one is not known."""

    name: str
    namespace: str


def digest_of_text(text: str) -> str:
    """How ciphertext is recognised, however lines were broken."""
    return sha256("".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()


def sealed_texts(text: str) -> Iterator[str]:
    """Everything in a text that looks sealed and stands in one line."""
    return (match.group() for match in _CIPHERTEXT.finditer(text))


def ciphertexts(source: Source) -> Iterator[tuple[str, Location]]:
    """The digest and the place of everything in a file that looks sealed, whatever the file is."""
    for match in _CIPHERTEXT.finditer(source.text):
        yield digest_of_text(match.group()), source.location(Span(match.start(), match.end()))


def rendered_items(
    document: Document, rendering: Rendering, places: Mapping[str, Location], release: Release | None = None
) -> Iterator[SealedItem | Malformed]:
    """The items of one rendered document, each at its place in the sources; where that is unknown, at the rendering's.

    With `release`, an item that is bound to what the words stand for cannot be judged.
    """
    start = document.source.position(0)
    unknown = Location(rendering.path, start, start)
    for item in sealed_items(document):
        if isinstance(item, Malformed):
            yield item._replace(location=unknown, rendered=rendering)
            continue
        place = places.get(digest_of_text(item.text or ""), unknown)
        doubt = item.doubt or (_doubt(item, release) if release is not None else "")
        yield item._replace(location=place, rendered=rendering, doubt=doubt)


def _doubt(item: SealedItem, release: Release) -> str:
    if item.scope is Scope.CLUSTER_WIDE:
        return ""
    namespace = item.resource.namespace
    if not namespace or release.namespace in namespace or release.name in namespace:
        what = "namespace"
    elif item.scope is Scope.STRICT and (release.name in item.resource.name or release.namespace in item.resource.name):
        what = "name"
    else:
        return ""
    return f"its {what} comes with the release: `helm template NAME . --namespace NAMESPACE`, and verify the result"


def superseded(item: SealedItem | Malformed, covered: Collection[str], digests: Iterable[str], *, whole: bool) -> bool:
    """Whether a rendering speaks for an item as it stands in a file of `covered`.

    `whole`: what the renderer left out of a file is nowhere on the cluster (kustomize; not Helm, where values decide).
    """
    if item.location.path not in covered:
        return False
    if whole or (isinstance(item, Malformed) and not item.certain) or (isinstance(item, SealedItem) and item.doubt):
        return True
    return isinstance(item, SealedItem) and item.text is not None and digest_of_text(item.text) in digests
