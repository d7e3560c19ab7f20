"""Patches of kustomizations: parts of objects. A rule can say what is wrong in one, not what is missing from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.manifest.kustomization import PATCHES, is_inline
from sealwright.manifest.source import decode
from sealwright.policy.judging import judge
from sealwright.policy.objects import objects_in
from sealwright.policy.paths import lookup
from sealwright.run.gate.policy import findings_of, numbered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.finding import Finding
    from sealwright.manifest.discover import Target
    from sealwright.manifest.source import Source
    from sealwright.manifest.trees import Tree
    from sealwright.policy.packs.model import Rules
    from sealwright.policy.subject import Subject

_WORD = b"patch"


class Patches:
    """Asked for files in which something was found, since it reads the kustomizations in their folders and above."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._folders: dict[str, frozenset[str]] = {}

    def holds(self, target: Target) -> bool:
        """Whether a kustomization patches objects with the file."""
        folder, place = self._tree.folder(target), self._tree.place(target)
        while folder is not None:
            if folder not in self._folders:
                self._folders[folder] = frozenset(self._places(folder))
            if place in self._folders[folder]:
                return True
            folder = self._tree.above(folder)
        return False

    def _places(self, folder: str) -> Iterator[str]:
        for name, data in self._tree.kustomizations(folder):
            if _WORD in data:
                for subject in objects_in(decode(name, data), bool).subjects:
                    for path in _named(subject):
                        place = self._tree.find(folder, path)
                        if place:
                            yield place


def _named(subject: Subject) -> Iterator[str]:
    for field in PATCHES:
        entries = subject.value.get(field)
        for entry in entries if isinstance(entries, list) else ():
            path = entry.get("path") if isinstance(entry, dict) else entry
            if isinstance(path, str) and path and "://" not in path and not is_inline(path):
                yield path


def of_what_is_there(subjects: Iterable[Subject], rules: Rules, source: Source) -> list[Finding]:
    """What rules for single objects find in the objects of a patch, without what they find missing."""
    return list(
        numbered(
            finding
            for subject in subjects
            for violation in judge(subject, rules)
            for finding in findings_of(
                violation._replace(blame=violation.blame._replace(paths=_there(subject, violation.blame.paths))), source
            )
        )
    )


def _there(subject: Subject, paths: Iterable[tuple[str | int, ...]]) -> tuple[tuple[str | int, ...], ...]:
    return tuple(path for path in paths if path and lookup(subject.value, path) is not None)
