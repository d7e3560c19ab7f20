"""Who uses which Secret, and who makes it: of one object, and of all objects of a repository.

A Secret and a use belong together when their names are the same and their namespaces may be. Manifests often leave the
namespace out: a kustomization sets it for all that it includes, Flux by `targetNamespace`, Argo CD by its destination,
or it is the one that kubectl is used with. What kustomizations and Flux say is taken into account; a namespace that
nobody says matches every other: a use too many is a question, a use too few is an outage.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from sealwright.convert.graph.context import is_anywhere
from sealwright.convert.graph.makers import Maker, makers_in
from sealwright.convert.graph.patches import Patch, patches_in
from sealwright.convert.graph.pod_patches import PodPatch, meets, pod_patches_in
from sealwright.convert.graph.roots import Roots
from sealwright.convert.graph.search import search
from sealwright.convert.graph.use import How
from sealwright.convert.graph.whose import Claim, Whose, judged
from sealwright.manifest.kustomization import is_kustomization

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sealwright.convert.graph.use import Use
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource

_BY_PODS = frozenset({How.ENV, How.ENV_FROM, How.VOLUME, How.PROJECTED})


def uses_in(resource: Resource, namespace: str = "") -> Iterator[Use]:
    """Every place where the object names a Secret, in source order; `namespace` is for an object that names none.

    A use's namespace is '' where nobody can say which it is. What a general rule takes for a name may be anything, even
    a value: show no use that is not the use of a Secret that is there, as those of `Graph.uses` are.
    """
    yield from search(resource, namespace)


class Graph:
    """The uses and the makers of Secrets, by name. Paths are those of the objects' sources."""

    def __init__(self) -> None:
        self.roots = Roots()
        self._uses: dict[str, list[Use]] = {}
        self._makers: dict[str, list[Maker]] = {}
        self._patches: list[Patch] = []
        self._pod_patches: list[PodPatch] = []
        self._in_patches: dict[str, list[Node]] = {}

    @classmethod
    def of(cls, resources: Iterable[Resource]) -> Graph:
        """The graph of these objects: of all that are in the repository, so that no use is lost."""
        graph = cls()
        found: list[Resource] = []
        for resource in resources:
            graph.roots.add(resource)
            for use in uses_in(resource):
                graph._uses.setdefault(use.name, []).append(use)
            for maker in makers_in(resource):
                graph._makers.setdefault(maker.name, []).append(maker)
            graph._patches.extend(patches_in(resource))
            graph._pod_patches.extend(pod_patches_in(resource))
            found.append(resource)
        for resource in found if graph._pod_patches else ():
            path = resource.document.source.path
            if graph.roots.is_patch(path):
                graph._in_patches.setdefault(path, []).append(resource.node)
        return graph

    def uses(self, namespace: str, name: str, path: str = "") -> tuple[Use, ...]:
        """Every use of the Secret, in the order of the objects.

        `namespace` is the Secret's own, '' where it names none; `path` is its file's, so that kustomizations count.
        A pod that means another Secret of that name for sure is none; see `Use` for what else is known.
        """
        wanted = self.namespaces(namespace, path)
        found = tuple(use for use in self._uses.get(name, ()) if _meet(wanted, self._of_use(use)))
        if not path or not any(use.how in _BY_PODS for use in found):
            return found
        own, rivals = self._claims(name, path, namespace, wanted)
        return tuple(judged for use in found if (judged := self._judged(use, own, rivals)) is not None)

    def _claims(self, name: str, path: str, namespace: str, wanted: frozenset[str]) -> tuple[Claim, list[Claim]]:
        """The Secret itself, and all others of its name. What a generator makes is where the generator is."""
        claims: dict[tuple[str, str], Claim] = {}
        generators: dict[str, Claim] = {}
        for maker in self._makers.get(name, ()):
            there = maker.resource.document.source.path
            if self.roots.is_patch(there):
                continue
            claim = Claim(there, self.namespaces(maker.namespace, there), maker.resource)
            if is_kustomization(maker.resource):
                generators[posixpath.dirname(there)] = claim
            else:
                claims[there, maker.namespace] = claim
        own = claims.pop((path, namespace), Claim(path, wanted))
        known = {folder: claim for folder, claim in generators.items() if not self.roots.above(path)}
        own = known.pop(posixpath.dirname(path), own)
        rivals = [claim for claim in claims.values() if not self._is_made(claim.path, generators)]
        return own, [*rivals, *(claim for claim in generators.values() if claim is not own)]

    def _is_made(self, path: str, generators: Mapping[str, Claim]) -> bool:
        """Whether a manifest is what a generator beside it makes."""
        return posixpath.dirname(path) in generators and not self.roots.above(path)

    def _judged(self, use: Use, own: Claim, rivals: Iterable[Claim]) -> Use | None:
        """The use with what is known about it; None if it is one of another Secret."""
        if use.how not in _BY_PODS:
            return use
        where, path = self._of_use(use), use.consumer.document.source.path
        verdict = judged(self.roots, path, where, own, [one for one in rivals if _meet(one.namespaces, where)])
        if verdict.whose is Whose.ANOTHERS:
            return None
        patch = next((patch.place for patch in self._pod_patches if self._meets(patch, use, path)), "")
        against = f"{patch} patches this part of its pods" if patch else verdict.against
        return use._replace(others=verdict.others, against=against)

    def _meets(self, patch: PodPatch, use: Use, path: str) -> bool:
        if not self.roots.leads(patch.resource, self.roots.above(path)):
            return False
        bodies = patch.bodies
        if patch.path:
            folder = posixpath.dirname(patch.resource.document.source.path)
            bodies = tuple(self._in_patches.get(posixpath.normpath(posixpath.join(folder, patch.path)), ()))
        return meets(patch, bodies, use)

    def makers(self, namespace: str, name: str, path: str = "") -> tuple[Maker, ...]:
        """Every object that makes the Secret, itself included; parameters as for `uses`."""
        wanted = self.namespaces(namespace, path)
        return tuple(
            maker
            for maker in self._makers.get(name, ())
            if _meet(wanted, self.namespaces(maker.namespace, maker.resource.document.source.path))
        )

    def patches(self, name: str, path: str) -> tuple[Patch, ...]:
        """Every patch of a kustomization above the file that changes a Secret of that name, but for those in files.

        Those in files are makers in files of which `roots.is_patch` is true.
        """
        above = self.roots.above(path)
        fitting = (patch for patch in self._patches if patch.fits(name))
        return tuple(patch for patch in fitting if self.roots.leads(patch.resource, above))

    def namespaces(self, namespace: str, path: str) -> frozenset[str]:
        """The namespaces in which an object of the file may be: '' among them where nobody can say."""
        outside = self.roots.namespaces(path) if path else frozenset({""})
        return frozenset(found or namespace for found in outside) | ({namespace} if namespace else frozenset())

    def _of_use(self, use: Use) -> frozenset[str]:
        own, kind = use.consumer.ref.namespace, use.consumer.ref.kind
        if use.namespace != own or is_anywhere(kind):
            return frozenset({use.namespace})  # the reference says it, or the chart's destination, or nobody does
        return self.namespaces(use.namespace, use.consumer.document.source.path)


def _meet(one: frozenset[str], other: frozenset[str]) -> bool:
    return "" in one or "" in other or not one.isdisjoint(other)
