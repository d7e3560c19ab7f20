"""ESO023: the values of the External Secrets chart leave on what the tree has no use for.

Source: the chart's values.yaml: `processPushSecret`, `processClusterStore`, `processClusterExternalSecret`,
`rbac.serviceAccountTokenCreate` are all true by default.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.policy.relations.index import Index, index_of
from sealwright.policy.relations.releases import Release, releases
from sealwright.policy.relations.stores import CLUSTER, NAMESPACED, is_external
from sealwright.policy.relations.values import at, mapping, strings
from sealwright.policy.subject import Blame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.subject import DocumentPath
    from sealwright.policy.world import World

CHART = "external-secrets"
_RECONCILERS = {
    "processPushSecret": ("PushSecret", "ClusterPushSecret"),
    "processClusterStore": (CLUSTER,),
    "processClusterExternalSecret": ("ClusterExternalSecret",),
}
_TOKENS = ("rbac", "serviceAccountTokenCreate")


def check(world: World) -> Iterator[Blame]:
    """Every release whose values leave on something unused; nothing where the tree has no ExternalSecret to go by."""
    index = index_of(world)
    if not world.whole or not index.has("ExternalSecret") or not (index.has(NAMESPACED) or index.has(CLUSTER)):
        return
    for release in releases(index):
        if release.chart == CHART and (release.known or release.values):
            yield from _unused(index, release)


def _unused(index: Index, release: Release) -> Iterator[Blame]:
    found: dict[DocumentPath, str] = {}
    for name, kinds in _RECONCILERS.items():
        if _left_on(release, (name,)) and not any(index.has(kind) for kind in kinds):
            found[_place(release, (name,))] = name
    if _left_on(release, _TOKENS) and not _needs_tokens(index):
        found[_place(release, _TOKENS)] = ".".join(_TOKENS)
    for path in dict.fromkeys(found):
        names = [name for place, name in found.items() if place == path]
        yield Blame(release.subject, (path,), ", ".join(names))


def _left_on(release: Release, way: tuple[str, ...]) -> bool:
    said = at(release.values, *way)
    return said is True or (said is None and release.known)


def _place(release: Release, way: tuple[str, ...]) -> DocumentPath:
    """The value itself, or where it would have to be added."""
    return (*release.values_path, *way)


def _needs_tokens(index: Index) -> bool:
    """Whether a store signs in as a service account, for which the controller must make tokens."""
    for store in filter(is_external, index.of_kind(NAMESPACED, CLUSTER)):
        provider = mapping(store.value, "spec", "provider")
        if "serviceAccountRef" in repr(provider) or any("serviceAccount" in str(path) for path, _ in strings(provider)):
            return True
    return False
