"""What kustomizations make of the names of objects: prefixes and suffixes, from the innermost kustomization outwards.

Source: kustomize, `api/internal/target/kusttarget.go`, `api/internal/konfig/builtinpluginconsts/nameprefix.go`.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.manifest.kustomization import RESOURCES, is_kustomization_name
from sealwright.manifest.ways import FLUX
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.subject import Subject

HASH = Pattern(r"-[2456789bcdfghkmt]{10}\Z")
"""What kustomize puts behind the names of what it generates; of a Secret it is a hash of the values."""
_NEEDS_HASH = "kustomize.config.k8s.io/needs-hash"
_NEVER_RENAMED = frozenset(
    {("apiextensions.k8s.io", "CustomResourceDefinition"), ("apiregistration.k8s.io", "APIService"), ("", "Namespace")}
)
_DEEPEST = 40
"""Kustomizations above one another; a cycle is not followed further."""
_MOST_WAYS = 1_000
"""In which a file may be renamed; nobody can tell its objects from one another by then."""


class _Affixes(NamedTuple):
    prefix: str
    suffix: str


class Renaming:
    """Filled by `add` with every object of one rendering, asked afterwards."""

    def __init__(self) -> None:
        self._affixes: dict[str, _Affixes] = {}
        self._above: dict[str, set[str]] = {}
        self._ways: dict[str, frozenset[_Affixes]] = {}
        self._unclear = False

    def add(self, subject: Subject) -> None:
        """Take note of a kustomization; of nothing else."""
        ref, value = subject.ref, subject.value
        if ref.kind not in {"Kustomization", "Component"} or not is_kustomization_name(subject.path):
            return
        if ref.api_version.startswith(FLUX):
            return
        folder = posixpath.dirname(subject.path)
        affixes = _Affixes(_text(value.get("namePrefix")), _text(value.get("nameSuffix")))
        self._affixes[folder] = affixes
        # A component renames what the kustomization has that includes it, in an order of its own.
        self._unclear = self._unclear or (ref.kind == "Component" and any(affixes))
        for entry in _entries(value):
            path = posixpath.normpath(posixpath.join(folder, entry))
            self._above.setdefault("" if path == "." else path, set()).add(folder)

    def can_make(self, name: str, origin: Subject) -> bool:
        """Whether an object of this name may be what was made of that one. Where it cannot be told, it is not."""
        if not self._above.get(origin.path):
            return False  # it is read, but not for its objects
        if (origin.ref.api_version.rpartition("/")[0], origin.ref.kind) in _NEVER_RENAMED:
            return name == origin.ref.name
        if self._unclear:
            return False
        metadata = origin.value.get("metadata")
        annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
        hashed = isinstance(annotations, dict) and str(annotations.get(_NEEDS_HASH, "")).lower() == "true"
        bare = HASH.sub("", name) if hashed else name
        return any(bare == f"{way.prefix}{origin.ref.name}{way.suffix}" for way in self._around(origin.path, 0))

    def _around(self, place: str, depth: int) -> frozenset[_Affixes]:
        """What the kustomizations that lead to a file or folder put around names, for each way to it."""
        if place not in self._ways:
            self._ways[place] = frozenset()  # for a cycle
            above = self._above.get(place, ()) if depth < _DEEPEST else ()
            found = {
                _Affixes(outer.prefix + own.prefix, own.suffix + outer.suffix)
                for folder, own in ((folder, self._affixes[folder]) for folder in above)
                for outer in self._around(folder, depth + 1)
            }
            whole = found if len(found) <= _MOST_WAYS else set()
            self._ways[place] = frozenset(whole) if above else frozenset({_Affixes("", "")})
        return self._ways[place]


def _entries(value: dict[str, Any]) -> Iterator[str]:
    for field in (*RESOURCES, "components"):
        entries = value.get(field)
        yield from (entry for entry in entries if isinstance(entry, str)) if isinstance(entries, list) else ()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
