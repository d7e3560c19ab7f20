"""Which objects stand at which paths of a tree, so that one that moved is told from one of the same name elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.manifest.documents import read_documents
from sealwright.manifest.families import Family, family_of
from sealwright.manifest.regions import regions
from sealwright.manifest.resource import resources
from sealwright.manifest.source import decode

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.finding import ResourceRef
    from sealwright.run.gate.legible import Legible


class Objects:
    """Asked for few files, each of which is read once.

    `read` gives a file's bytes, None where there is no such file; `legible` what policy could read of it.
    """

    def __init__(self, read: Callable[[str], bytes | None], legible: Callable[[str], Legible]) -> None:
        self._read = read
        self._legible = legible
        self._known: dict[str, frozenset[ResourceRef] | None] = {}

    def of(self, path: str) -> frozenset[ResourceRef] | None:
        """The objects that stand there, templates of some among them; None where there is no such file."""
        if path not in self._known:
            data = self._read(path)
            self._known[path] = None if data is None else _objects(path, data) | self._legible(path).objects
        return self._known[path]


class Trees(NamedTuple):
    """The two trees that are compared."""

    before: Objects
    now: Objects

    def has_moved(self, resource: ResourceRef, old: str, new: str) -> bool:
        """Whether the object was at the old path and is not any more, and is at the new one, where it was not.

        What cannot be told by its name in a file (what a kustomization generates, say) moves with the file alone.
        """
        return _differs(resource, self.before.of(old), self.now.of(old)) and _differs(
            resource, self.now.of(new), self.before.of(new)
        )


def _differs(resource: ResourceRef, there: frozenset[ResourceRef] | None, gone: frozenset[ResourceRef] | None) -> bool:
    return gone is None or (there is not None and resource in there and resource not in gone)


def _objects(path: str, data: bytes) -> frozenset[ResourceRef]:
    source = decode(path, data)
    family = family_of(path, source.text)
    parts = None if family is Family.MANIFEST else regions(family, source.text)
    return frozenset(resource.ref for document in read_documents(source, parts) for resource in resources(document))
