"""What kustomizations and Flux do to the objects of a file: namespaces, prefixes, patches, and what they add unseen.

Source: kustomize, `api/types/kustomization.go`; Flux, kustomize-controller.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from sealwright.manifest.kustomization import PATCHES, is_inline, is_kustomization_name
from sealwright.manifest.ways import FLUX, Ways
from sealwright.policy.relations.values import items, text

if TYPE_CHECKING:
    from sealwright.policy.subject import Subject

_LISTS = ("resources", "bases", "components", *sorted(PATCHES))
_UNSEEN = ("generators", "transformers", "helmCharts", "helmChartInflationGenerator")
_DEEPEST = 40
"""Kustomizations above one another; a cycle is not followed further."""


class _Kustomization(NamedTuple):
    namespace: str
    entries: tuple[str, ...]
    """Paths from the top of the repository."""
    unseen: bool
    """It brings in what is not in this repository, or what a plug-in makes."""


class Layout:
    """Filled by `add` with every object of a tree, asked afterwards."""

    def __init__(self) -> None:
        self._ways = Ways()
        self._folders: dict[str, _Kustomization] = {}
        self._unseen: dict[str, frozenset[str]] = {}
        self.prefixes: set[str] = set()
        self.suffixes: set[str] = set()

    def add(self, subject: Subject) -> None:
        """Take note of a kustomization, or of a Kustomization of Flux; of nothing else."""
        if subject.ref.kind not in {"Kustomization", "Component"}:
            return
        if subject.ref.api_version.startswith(FLUX):
            spec = subject.value.get("spec")
            way = posixpath.normpath(text(spec, "path") or ".").strip("/")
            if way != "." and "$" not in way:
                self._ways.add_flux(way, text(spec, "targetNamespace"))
        elif is_kustomization_name(subject.path):
            self._add(posixpath.dirname(subject.path), subject)

    def _add(self, folder: str, subject: Subject) -> None:
        value = subject.value
        entries: list[str] = []
        unseen = any(value.get(field) for field in _UNSEEN)
        for field in _LISTS:
            for entry in items(value, field):
                written = entry if isinstance(entry, str) else text(entry, "path")
                if not written or is_inline(written):
                    continue
                if _is_remote(written):
                    unseen = True
                    continue
                entries.append(self._ways.add_entry(folder, written, patch=field in PATCHES))
        self._folders[folder] = _Kustomization(text(value, "namespace"), tuple(entries), unseen)
        self._ways.add_kustomization(folder, text(value, "namespace"))
        self.prefixes |= {text(value, "namePrefix")} - {""}
        self.suffixes |= {text(value, "nameSuffix")} - {""}

    def is_patch(self, path: str) -> bool:
        """Whether kustomizations name the file as a patch only: what stands in it is no object by itself."""
        return self._ways.is_patch(path)

    def namespaces(self, path: str) -> frozenset[str]:
        """The namespaces that are set from outside for what is in the file; '' where none is set on some way."""
        return self._ways.namespaces(path)

    def tops(self, path: str) -> frozenset[str]:
        """The outermost kustomizations (their folders) that lead to the file."""
        return self._ways.outermost(self._above(path))

    def has_unseen(self, path: str, namespaces: frozenset[str]) -> bool:
        """Whether something that is not in this repository is applied with the file, to one of these namespaces.

        What stands in a kustomization above the file is; beside it, what may be in the same namespace.
        """
        if any(self._folders[folder].unseen for folder in self._above(path) if folder in self._folders):
            return True
        unseen: set[str] = set()
        for top in self.tops(path):
            unseen |= self._unseen_below(top, 0)
        return bool(unseen) and ("" in namespaces or "" in unseen or not unseen.isdisjoint(namespaces))

    def _above(self, path: str) -> frozenset[str]:
        """What stands beside a kustomization is taken for a part of it, where none names it."""
        folder = posixpath.dirname(path)
        alone = not self._ways.is_named(path) and folder in self._folders
        return self._ways.above(path, *((folder,) if alone else ()))

    def _unseen_below(self, folder: str, depth: int) -> frozenset[str]:
        """The namespaces of what kustomizations from there down bring in from elsewhere."""
        if folder not in self._unseen:
            self._unseen[folder] = frozenset()  # for a cycle
            own = self._folders.get(folder)
            found: set[str] = set()
            if own is not None:
                if own.unseen:
                    found |= {name or own.namespace for name in self._ways.namespaces(folder)}
                for entry in own.entries if depth < _DEEPEST else ():
                    found |= self._unseen_below(entry, depth + 1)
            self._unseen[folder] = frozenset(found)
        return self._unseen[folder]


def _is_remote(entry: str) -> bool:
    first = entry.partition("/")[0]
    return "://" in entry or "?ref=" in entry or entry.startswith("git@") or ("." in first.strip(".") and "/" in entry)
