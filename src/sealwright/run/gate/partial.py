"""Patches of kustomizations: parts of objects. A rule can say what is wrong in one, not what is missing from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.manifest.kustomization import PATCHES, RESOURCES, is_inline
from sealwright.manifest.source import decode
from sealwright.policy.judging import judge
from sealwright.policy.objects import objects_in
from sealwright.policy.paths import lookup
from sealwright.run.gate.policy import findings_of, numbered

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sealwright.finding import Finding
    from sealwright.manifest.discover import Target
    from sealwright.manifest.source import Source
    from sealwright.manifest.trees import Tree
    from sealwright.policy.judging import Violation
    from sealwright.policy.packs.model import Rules
    from sealwright.policy.subject import Subject

_WORD = b"patch"


class Patches:
    """Asked for files in which something was found, since it reads the kustomizations in their folders and above."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._patches: dict[str, frozenset[str]] = {}
        self._resources: dict[str, frozenset[str]] = {}

    def holds(self, target: Target) -> bool:
        """Whether a kustomization patches objects with the file, and none takes it for objects."""
        place, folders = self._tree.place(target), list(self._above(target))
        if not any(place in self._patched_in(folder) for folder in folders):
            return False
        return not any(place in self._made_of(folder) for folder in folders)

    def _above(self, target: Target) -> Iterator[str]:
        folder = self._tree.folder(target)
        while folder is not None:
            yield folder
            folder = self._tree.above(folder)

    def _patched_in(self, folder: str) -> frozenset[str]:
        if folder not in self._patches:
            self._patches[folder] = frozenset(self._places(folder, PATCHES, _WORD))
        return self._patches[folder]

    def _made_of(self, folder: str) -> frozenset[str]:
        if folder not in self._resources:
            self._resources[folder] = frozenset(self._places(folder, RESOURCES))
        return self._resources[folder]

    def _places(self, folder: str, fields: Collection[str], word: bytes = b"") -> Iterator[str]:
        for name, data in self._tree.kustomizations(folder):
            if word in data:
                for subject in objects_in(decode(name, data), bool).subjects:
                    for path in _named(subject, fields):
                        place = self._tree.find(folder, path)
                        if place:
                            yield place


def _named(subject: Subject, fields: Collection[str]) -> Iterator[str]:
    for field in fields:
        entries = subject.value.get(field)
        for entry in entries if isinstance(entries, list) else ():
            path = entry.get("path") if isinstance(entry, dict) else entry
            if isinstance(path, str) and path and "://" not in path and not is_inline(path):
                yield path


def of_what_is_there(subjects: Iterable[Subject], rules: Rules, source: Source) -> list[Finding]:
    """What rules for single objects find in the objects of a patch, without what they find missing.

    What could not be evaluated, but for what is missing, counts as it does everywhere.
    """
    found = (violation for subject in subjects for violation in judge(subject, rules))
    return list(numbered(finding for violation in found for finding in findings_of(_in_patch(violation), source)))


def _in_patch(violation: Violation) -> Violation:
    blame = violation.blame
    there = (path for path in blame.paths if path and lookup(blame.subject.value, path) is not None)
    whole = ((),) if blame.error and () in blame.paths else ()
    return violation._replace(blame=blame._replace(paths=(*whole, *there)))
