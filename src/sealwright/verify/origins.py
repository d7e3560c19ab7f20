"""What an item may have been sealed as before somebody renamed, moved or copied it.

The names are looked up, not tried, so that generous guessing costs nothing: every object of the run, the name that the
template of a SealedSecret still has (sealing puts it there, renaming by hand forgets it), and the file's own name.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealwright.finding import ResourceRef
from sealwright.manifest.resource import resources
from sealwright.verify.sealed_items import template_ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.manifest.documents import Document
    from sealwright.manifest.resource import Resource


def origins(document: Document, objects: Iterable[Resource] | None = None) -> Iterator[ResourceRef]:
    """Every object that an item of this document may have been; `objects` are its own, for who has them already."""
    stem = stem_of(document.source.path)
    for resource in resources(document) if objects is None else objects:
        if resource.ref.name:
            yield resource.ref
        template = template_ref(resource.node, resource.ref)
        if template is not None:
            yield template
            yield ResourceRef(kind="Secret", namespace=resource.ref.namespace, name=stem)


def stem_of(path: str) -> str:
    """What a file is called, without its endings."""
    return os.path.basename(path).split(".", 1)[0]
