"""A Secret under another name, before it is sealed: the name is what binds its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.layout import Unmovable
from sealwright.convert.merge_place import Place
from sealwright.convert.places import problem
from sealwright.convert.seal import is_secret
from sealwright.convert.yaml_words import word
from sealwright.errors import SealingError
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Scalar
from sealwright.manifest.resource import resources
from sealwright.manifest.source import Source
from sealwright.rewrite.edit import Edit, apply_edits

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.manifest.resource import Resource


def renamed(source: Source, name: str, chosen: Callable[[Resource], bool]) -> Source:
    """The text with `metadata.name` of its one Secret changed. Raises SealingError where there are several."""
    found = [item for document in read_documents(source) for item in resources(document) if is_secret(item)]
    found = [resource for resource in found if chosen(resource)]
    if len(found) > 1:
        hint = "leave --name out, or give one Secret at a time"
        raise SealingError(f"there are {len(found)} Secrets here, and one name", hint=hint, place=source.path)
    if not found or found[0].ref.name == name:
        return source
    try:
        text = apply_edits(source.text, _edits(found[0], name))
    except Unmovable as error:
        hint = "write the name into the manifest"
        raise problem(found[0], found[0].node, f"{error} cannot be kept while renaming", hint) from None
    return Source(source.path, text, encoding=source.encoding, mark=source.mark)


def _edits(resource: Resource, name: str) -> list[Edit]:
    place = Place(resource)
    entry = place.entry("metadata", "name")
    if entry is None:
        return list(place.put(("metadata",), {"name": name}))
    if not isinstance(entry[1], Scalar) or entry[1].anchor or entry[1].tag:
        raise Unmovable("an anchor, a tag or an alias on `metadata.name`")
    written = place.manner.quoted(name) if resource.node.flow else word(name)
    return [Edit(entry[1].start, entry[1].end, written if entry[1].end > entry[1].start else f" {written}")]
