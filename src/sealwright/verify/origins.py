"""What an item may have been sealed as before somebody renamed, moved or copied it.

The names are looked up, not tried, so that generous guessing costs nothing: every object of the run, the name that the
template of a SealedSecret still has (sealing puts it there, renaming by hand forgets it), and the file's own name.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealwright.finding import ResourceRef
from sealwright.manifest.resource import resources
from sealwright.verify.fields import object_fields
from sealwright.verify.sealed_items import origin_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.manifest.documents import Document
    from sealwright.verify.fields import ObjectFields


def origins(document: Document, objects: Iterable[ObjectFields] | None = None) -> Iterator[ResourceRef]:
    """Every object that an item of this document may have been; `objects` are its own, for who has them already."""
    stem = os.path.basename(document.source.path).split(".", 1)[0]
    for each in map(object_fields, resources(document)) if objects is None else objects:
        ref = each.resource.ref
        if ref.name:
            yield ref
        template = origin_of(each, ref)
        if template is not None:
            yield template
            yield ResourceRef("", "Secret", ref.namespace, stem)
