"""A world sorted for looking things up: by kind, by name, the pods, and the namespaces that objects end up in."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from sealwright.policy.relations.layout import Layout
from sealwright.policy.relations.pods import pod_of
from sealwright.policy.relations.values import is_name

if TYPE_CHECKING:
    from sealwright.policy.relations.pods import Pod
    from sealwright.policy.subject import Subject
    from sealwright.policy.world import World

_CLUSTER_WIDE = frozenset(
    {"Namespace", "PersistentVolume", "StorageClass", "GlobalNetworkPolicy", "CustomResourceDefinition"}
)
_EVERYWHERE = frozenset({""})
_SAMPLES = frozenset(
    {"docs", "doc", "documentation", "examples", "example", "samples", "sample", "snippets", "hack", "e2e"}
    | {"tests", "test", "testdata", "fixtures", "__snapshot__", "__snapshots__", "generated"}
)
"""Folders in which manifests are shown or tried out, not applied together: what is missing there says nothing."""


class Index:
    """Of one world; `complete`: what is not found in it is not there."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.complete = world.whole or world.rendered
        self.layout = Layout()
        self._kinds: dict[str, list[Subject]] = {}
        self._whole: dict[str, list[Subject]] = {}
        self._names: dict[str, dict[str, list[Subject]]] = {}
        for subject in world.subjects:
            self._kinds.setdefault(subject.ref.kind, []).append(subject)
            self.layout.add(subject)

    def of_kind(self, *kinds: str) -> list[Subject]:
        """The objects of these kinds, patches of kustomizations left out."""
        return [subject for kind in kinds for subject in self._applied(kind)]

    def _applied(self, kind: str) -> list[Subject]:
        if kind not in self._whole:
            rendered, is_patch, found = self.world.rendered, self.layout.is_patch, self._kinds.get(kind, [])
            self._whole[kind] = [each for each in found if rendered or not is_patch(each.path)]
        return self._whole[kind]

    def named(self, kind: str, name: str) -> list[Subject]:
        """The objects of a kind that have the name, patches left out."""
        if kind not in self._names:
            names = self._names[kind] = {}
            for subject in self._applied(kind):
                names.setdefault(subject.ref.name, []).append(subject)
        return self._names[kind].get(name, [])

    def patches(self, kind: str) -> list[Subject]:
        """What kustomizations lay over objects of the kind."""
        found = self._kinds.get(kind, ())
        return [] if self.world.rendered else [each for each in found if self.layout.is_patch(each.path)]

    def has(self, kind: str, group: str = "") -> bool:
        """Whether there is any object of the kind."""
        return any(group in subject.ref.api_version for subject in self._kinds.get(kind, ()))

    @cached_property
    def pods(self) -> list[Pod]:
        """The pods of all workloads, patches left out."""
        rendered, is_patch = self.world.rendered, self.layout.is_patch
        found = (pod_of(subject) for subject in self.world.subjects if rendered or not is_patch(subject.path))
        return [pod for pod in found if pod is not None]

    def is_applied(self, subject: Subject) -> bool:
        """Whether the object is one that is meant to run with the rest of the tree, as far as its folder says."""
        return self.world.rendered or _SAMPLES.isdisjoint(subject.path.lower().split("/")[:-1])

    def has_unseen(self, subject: Subject) -> bool:
        """Whether something is applied with the object that is not in the tree."""
        return not self.world.rendered and self.layout.has_unseen(subject.path, self.namespaces(subject))

    def together(self, one: Subject, other: Subject) -> bool:
        """Whether two objects are in one namespace; where that is not known, whether they are applied together."""
        here, there = self.namespaces(one), self.namespaces(other)
        if "" not in here and "" not in there:
            return not here.isdisjoint(there)
        if self.world.rendered or one.path.rpartition("/")[0] == other.path.rpartition("/")[0]:
            return True
        return not self.layout.tops(one.path).isdisjoint(self.layout.tops(other.path))

    def namespaces(self, subject: Subject) -> frozenset[str]:
        """The namespaces that the object may end up in; '' among them where nobody can say."""
        own = subject.ref.namespace if is_name(subject.ref.namespace) else ""
        if subject.ref.kind.startswith("Cluster") or subject.ref.kind in _CLUSTER_WIDE:
            return _EVERYWHERE
        if self.world.rendered:
            return frozenset({own})
        return frozenset(name or own for name in self.layout.namespaces(subject.path))


_last: list[Index] = []


def index_of(world: World) -> Index:
    """The index of a world; that of the last one is kept, since every rule of a run asks for the same."""
    if not _last or _last[0].world is not world:
        _last[:] = [Index(world)]
    return _last[0]


def meet(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two objects may be in one namespace."""
    return "" in one or "" in other or not one.isdisjoint(other)
