"""What kustomizations and Flux do to the objects of a file: namespaces, prefixes, patches, and what they add unseen.

Source: kustomize, `api/types/kustomization.go`; Flux, kustomize-controller.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from sealwright.manifest.kustomization import PATCHES, is_inline, is_kustomization_name
from sealwright.policy.relations.values import items, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.subject import Subject

_LISTS = ("resources", "bases", "components", *sorted(PATCHES))
_UNSEEN = ("generators", "transformers", "helmCharts", "helmChartInflationGenerator")
_FLUX = "kustomize.toolkit.fluxcd.io/"
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
        self._folders: dict[str, _Kustomization] = {}
        self._above: dict[str, set[str]] = {}
        self._patches: set[str] = set()
        self._flux: dict[str, list[tuple[str, str]]] = {}
        self._known: dict[str, frozenset[str]] = {}
        self._unseen: dict[str, frozenset[str]] = {}
        self.prefixes: set[str] = set()
        self.suffixes: set[str] = set()

    def add(self, subject: Subject) -> None:
        """Take note of a kustomization, or of a Kustomization of Flux; of nothing else."""
        if subject.ref.kind not in {"Kustomization", "Component"}:
            return
        if subject.ref.api_version.startswith(_FLUX):
            spec = subject.value.get("spec")
            way = posixpath.normpath(text(spec, "path") or ".").strip("/")
            if way != "." and "$" not in way:
                self._flux.setdefault(posixpath.basename(way), []).append((way, text(spec, "targetNamespace")))
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
                path = posixpath.normpath(posixpath.join(folder, written))
                path = "" if path == "." else path
                entries.append(path)
                self._above.setdefault(path, set()).add(folder)
                if field in PATCHES:
                    self._patches.add(path)
        self._folders[folder] = _Kustomization(text(value, "namespace"), tuple(entries), unseen)
        self.prefixes |= {text(value, "namePrefix")} - {""}
        self.suffixes |= {text(value, "nameSuffix")} - {""}

    def is_patch(self, path: str) -> bool:
        """Whether a kustomization names the file as a patch: what stands in it is no object by itself."""
        return path in self._patches

    def namespaces(self, path: str) -> frozenset[str]:
        """The namespaces that are set from outside for what is in the file; '' where none is set on some way."""
        return self._set_for(path, 0)

    def tops(self, path: str) -> frozenset[str]:
        """The outermost kustomizations (their folders) that lead to the file."""
        above = self._all_above(path)
        return frozenset(folder for folder in above if not self._above.get(folder))

    def has_unseen(self, path: str, namespaces: frozenset[str]) -> bool:
        """Whether something that is not in this repository is applied with the file, to one of these namespaces.

        What stands in a kustomization above the file is; beside it, what may be in the same namespace.
        """
        if any(self._folders[folder].unseen for folder in self._all_above(path) if folder in self._folders):
            return True
        unseen: set[str] = set()
        for top in self.tops(path):
            unseen |= self._unseen_below(top, 0)
        return bool(unseen) and ("" in namespaces or "" in unseen or not unseen.isdisjoint(namespaces))

    def _all_above(self, path: str) -> set[str]:
        seen: set[str] = set()
        stack = list(self._above.get(path, ()))
        if not stack and posixpath.dirname(path) in self._folders:
            stack.append(posixpath.dirname(path))
        while stack:
            folder = stack.pop()
            if folder not in seen:
                seen.add(folder)
                stack.extend(self._above.get(folder, ()))
        return seen

    def _unseen_below(self, folder: str, depth: int) -> frozenset[str]:
        """The namespaces of what kustomizations from there down bring in from elsewhere."""
        if folder not in self._unseen:
            self._unseen[folder] = frozenset()  # for a cycle
            own = self._folders.get(folder)
            found: set[str] = set()
            if own is not None:
                if own.unseen:
                    found |= {name or own.namespace for name in self._set_for(folder, 0)}
                for entry in own.entries if depth < _DEEPEST else ():
                    found |= self._unseen_below(entry, depth + 1)
            self._unseen[folder] = frozenset(found)
        return self._unseen[folder]

    def _set_for(self, place: str, depth: int) -> frozenset[str]:
        if place not in self._known:
            self._known[place] = frozenset({""})  # for a cycle
            found = set(self._by_flux(place))
            for folder in self._above.get(place, ()) if depth < _DEEPEST else ():
                own = self._folders[folder].namespace if folder in self._folders else ""
                found |= {name or own for name in self._set_for(folder, depth + 1)}
            self._known[place] = frozenset(found or {""})
        return self._known[place]

    def _by_flux(self, place: str) -> Iterator[str]:
        folder = place if place in self._folders else posixpath.dirname(place)
        alone = folder == place or place not in self._above
        while folder and alone and self._flux:
            for way, namespace in self._flux.get(posixpath.basename(folder), ()):
                if f"/{folder}".endswith(f"/{way}"):
                    yield namespace
            if folder == place or folder in self._folders:
                return
            folder = posixpath.dirname(folder)


def _is_remote(entry: str) -> bool:
    first = entry.partition("/")[0]
    return "://" in entry or "?ref=" in entry or entry.startswith("git@") or ("." in first.strip(".") and "/" in entry)
