"""What an item may have been sealed for: the labels of every object that the run knows, to be looked up by digest."""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from sealwright.sealing.scope import Scope, label_as_read, label_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.finding import ResourceRef
    from sealwright.verify.sealed_items import SealedItem

_MAX_COMBINATIONS = 200_000
"""Names times namespaces that are all looked up; beyond it only those near the item, or of an object that exists."""

_LIKELY_SPACES = 3
"""Namespaces from which an item may have been moved that are tried before any is looked up."""


class Label(NamedTuple):
    """The words for a label, and the label itself."""

    words: str
    data: bytes


class Labels:
    """Candidates for one run; computed when the first item does not open."""

    def __init__(self, known: Iterable[ResourceRef]) -> None:
        known = list(known)
        self._known = sorted({(ref.namespace, ref.name) for ref in known if ref.name})
        spaces = {ref.namespace for ref in known} | {ref.name for ref in known if ref.kind == "Namespace"}
        self._spaces = sorted(spaces | {"", "default"})
        self._names = sorted({name for _, name in self._known})

    def find(self, digest: bytes, ref: ResourceRef) -> Label | None:
        """The label of this SHA-256, among all that are known and those near the object."""
        return self._common.get(digest) or next((label for label in self._near(ref) if _digest(label) == digest), None)

    def likely(self, item: SealedItem) -> list[Label]:
        """A few labels that are worth a private operation each: how items mostly come to stand in the wrong place."""
        space, name = item.resource.namespace, item.resource.name
        origin = item.origin or item.resource
        moved = [
            (other, name) for other in self._spaces if other and other != space and (other, name) in self._known_set
        ]
        found = [_strict(origin.namespace, origin.name), _wide(space), _CLUSTER_WIDE, _strict(space, name)]
        found += [_wide(origin.namespace), *(_strict(*place) for place in moved[:_LIKELY_SPACES])]
        own = label_as_read(item.scope, space, name)
        return list({label.data: label for label in found if label.data != own or not space}.values())

    def _near(self, ref: ResourceRef) -> Iterator[Label]:
        if not self._all_fit:
            yield from (_strict(space, ref.name) for space in self._spaces)
            yield from (_strict(ref.namespace, name) for name in self._names)

    @property
    def _all_fit(self) -> bool:
        return len(self._spaces) * len(self._names) <= _MAX_COMBINATIONS

    @cached_property
    def _known_set(self) -> set[tuple[str, str]]:
        return set(self._known)

    @cached_property
    def _common(self) -> dict[bytes, Label]:
        labels = [_CLUSTER_WIDE, *(_wide(space) for space in self._spaces if space)]
        labels += [_strict(space, name) for space, name in self._known]
        if self._all_fit:
            labels += [_strict(space, name) for space in self._spaces for name in self._names]
        index: dict[bytes, Label] = {}
        for label in labels:
            index.setdefault(_digest(label), label)
        return index


_CLUSTER_WIDE = Label("cluster-wide", b"")


def _digest(label: Label) -> bytes:
    return sha256(label.data).digest()


def _wide(namespace: str) -> Label:
    words = f"{namespace} (namespace-wide)" if namespace else _CLUSTER_WIDE.words
    return Label(words, label_as_read(Scope.NAMESPACE_WIDE, namespace, ""))


def _strict(namespace: str, name: str) -> Label:
    return Label(label_in_words(Scope.STRICT, namespace, name), label_as_read(Scope.STRICT, namespace, name))
