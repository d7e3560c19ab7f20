"""What an item may have been sealed for: the labels of every object that the run knows, to be looked up by digest."""

from __future__ import annotations

from collections import ChainMap
from functools import cached_property
from typing import TYPE_CHECKING

from sealwright.sealing.diagnosis import label_index
from sealwright.sealing.scope import Scope, label_as_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sealwright.finding import ResourceRef

_MAX_COMBINATIONS = 200_000
"""Names times namespaces that are all looked up; beyond it only those near the item, or of an object that exists."""


class Labels:
    """Candidates for one run; computed when the first item does not open."""

    def __init__(self, known: Iterable[ResourceRef]) -> None:
        self._known = sorted({(ref.namespace, ref.name) for ref in known if ref.name})
        spaces = {ref.namespace for ref in known} | {ref.name for ref in known if ref.kind == "Namespace"}
        self._spaces = sorted(spaces | {"", "default"})
        self._names = sorted({name for _, name in self._known})

    def near(self, ref: ResourceRef) -> Mapping[bytes, str]:
        """SHA-256 of each label -> the words for it."""
        if self._all_fit:
            return self._common
        moved = [(space, ref.name) for space in self._spaces]
        renamed = [(ref.namespace, name) for name in self._names]
        return ChainMap(label_index(_strict(moved + renamed)), dict(self._common))

    @property
    def _all_fit(self) -> bool:
        return len(self._spaces) * len(self._names) <= _MAX_COMBINATIONS

    @cached_property
    def _common(self) -> dict[bytes, str]:
        labels = [("cluster-wide", b"")]
        wide = ((space, label_as_read(Scope.NAMESPACE_WIDE, space, "")) for space in self._spaces if space)
        labels += [(f"{space} (namespace-wide)", label) for space, label in wide]
        labels += _strict(self._known)
        if self._all_fit:
            labels += _strict([(space, name) for space in self._spaces for name in self._names])
        return label_index(labels)


def _strict(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, bytes]]:
    return [(strict_words(space, name), label_as_read(Scope.STRICT, space, name)) for space, name in pairs]


def strict_words(namespace: str, name: str) -> str:
    """`prod/db (strict)`, or the words for what is missing."""
    return f"{namespace}/{name} (strict)" if namespace else f"{name} in no namespace (strict)"
