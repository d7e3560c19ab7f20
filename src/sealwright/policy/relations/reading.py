"""Files that are no manifests as subjects: `.sops.yaml`, workflows of CI, values of charts, certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import Location, Position, ResourceRef
from sealwright.policy.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

FAMILY = "file"
"""Family and apiVersion of such subjects; the kind says what the file is."""


def yaml_subjects(path: str, content: str, kind: str) -> Iterator[Subject]:
    """Every document of a YAML or JSON text that is a mapping; templates and what no parser accepts are left out."""
    from sealwright.manifest.documents import read_documents
    from sealwright.manifest.nodes import Mapping
    from sealwright.manifest.scalars import TooLarge
    from sealwright.manifest.source import Source
    from sealwright.manifest.values import value_of
    from sealwright.policy.objects import Places

    source = Source(path, content)
    for document in read_documents(source):
        if document.exact and isinstance(document.root, Mapping):
            try:
                value = value_of(document.root)
            except TooLarge:
                continue
            yield Subject(path, _ref(path, kind), value, Places(source, document.root), FAMILY)


def text_subject(path: str, kind: str) -> Subject:
    """A file as a whole; its place is the beginning of its first line."""
    place = Location(path, Position(1, 1), Position(1, 1))
    return Subject(path, _ref(path, kind), {}, lambda _: place, FAMILY)


def _ref(path: str, kind: str) -> ResourceRef:
    return ResourceRef(FAMILY, kind, "", path.rpartition("/")[2])
