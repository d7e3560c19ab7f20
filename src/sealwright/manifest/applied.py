"""Files that kustomize reads as objects or as patches because a kustomization names them, whatever their own names say.

The question goes to the kustomizations in a file's folder and above, as in `purposes`. Most do not have its name in
their bytes, and are not parsed.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.manifest.endings import MANIFESTS, base_name
from sealwright.manifest.neighbours import KUSTOMIZATIONS, may_hide_words, names_others
from sealwright.manifest.trees import Climb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.discover import Target
    from sealwright.manifest.trees import Tree


class _Kustomization(NamedTuple):
    folder: str
    name: str
    data: bytes


class Applied:
    """Answers for one run; each kustomization is read once. The tree may be asked through `kustomizations` as well."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._folders: dict[str, list[_Kustomization]] = {}
        self._climb = Climb(tree, self._folder)
        self._places: dict[_Kustomization, frozenset[str]] = {}

    def kustomizations(self, folder: str) -> list[tuple[str, bytes]]:
        """(name, content) of each kustomization in a folder of the tree."""
        return [(each.name, each.data) for each in self._folder(folder)]

    def holds(self, target: Target) -> bool:
        """Whether a kustomization in the target's folder or above names it."""
        name = os.fsencode(target.path.rsplit("/", 1)[-1])
        asked = [each for each in self._climb.to(target) if name in each.data or may_hide_words(each.data)]
        return bool(asked) and any(self._place(target) in self._named(each) for each in asked)

    def _place(self, target: Target) -> str:
        return self._tree.find(self._tree.folder(target) or "", target.path.rsplit("/", 1)[-1])

    def named_by(self, target: Target) -> Iterator[Target]:
        """What a target that is a kustomization names by a name that is no manifest's, to be filled."""
        folder = self._tree.folder(target) if target.path.endswith(KUSTOMIZATIONS) else None
        name = target.path.rsplit("/", 1)[-1]
        for each in self._folder(folder) if folder is not None else ():
            told = each.name == name and (names_others(each.data) or may_hide_words(each.data))
            for path in _paths(each) if told else ():
                if not is_named_manifest(path) and self._tree.find(each.folder, path):
                    yield self._tree.beside(target, path)

    def _folder(self, folder: str) -> list[_Kustomization]:
        if folder not in self._folders:
            found = self._tree.kustomizations(folder)
            self._folders[folder] = [_Kustomization(folder, name, data) for name, data in found]
        return self._folders[folder]

    def _named(self, kustomization: _Kustomization) -> frozenset[str]:
        if kustomization not in self._places:
            found = (self._tree.find(kustomization.folder, path) for path in _paths(kustomization))
            self._places[kustomization] = frozenset(place for place in found if place)
        return self._places[kustomization]


def is_named_manifest(path: str) -> bool:
    """Whether a file is taken for a manifest by its name alone."""
    return base_name(path).endswith(MANIFESTS)


def _paths(kustomization: _Kustomization) -> Iterator[str]:
    from sealwright.manifest.documents import read_documents
    from sealwright.manifest.kustomization import applied_files
    from sealwright.manifest.resource import resources
    from sealwright.manifest.source import decode

    for document in read_documents(decode(kustomization.name, kustomization.data)):
        for resource in resources(document):
            yield from applied_files(resource)
