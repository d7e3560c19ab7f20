"""What a file holds, by kind and name: for not losing any of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.manifest.documents import read_documents
from sealwright.manifest.resource import resources

if TYPE_CHECKING:
    from sealwright.manifest.source import Source


def objects_in(source: Source) -> frozenset[str]:
    """Each object as people name it; what is broken or no object goes by its place."""
    found: set[str] = set()
    for document in read_documents(source):
        line = source.position(document.start).line
        if document.flaw:
            found.add(f"a broken document at line {line}")
        for resource in resources(document):
            found.add(str(resource.ref) if resource.ref.kind else f"something without a kind at line {line}")
    return frozenset(found)
