"""XRF005: a workload reads a Secret that changes by itself, once, and nothing starts it again.

Source: Stakater Reloader, Wave, and the annotations of operators that restart what uses their Secrets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.policy.relations.index import Index, index_of, meet
from sealwright.policy.relations.makers import Maker, makers
from sealwright.policy.relations.pods import secret_uses
from sealwright.policy.relations.values import mapping, strings, text
from sealwright.policy.subject import Blame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.relations.pods import Pod
    from sealwright.policy.subject import Subject
    from sealwright.policy.world import World

_WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Rollout"})
_MAKERS = frozenset({"ExternalSecret", "ClusterExternalSecret", "SecretProviderClass", "SealedSecret"})
_ALWAYS = (
    "reloader.stakater.com/auto",
    "secret.reloader.stakater.com/auto",
    "reloader.stakater.com/search",
    "wave.pusher.com/update-on-config-change",
    "secrets.infisical.com/auto-reload",
    "operator.1password.io/auto-restart",
)
_NAMED = "secret.reloader.stakater.com/reload"
_NEVER = frozenset({"0", "0s", "0m", "0h"})


def check(world: World) -> Iterator[Blame]:
    """Every workload that would go on with an old value, at the first place for each Secret."""
    index = index_of(world)
    if not index.complete or _everything_reloads(index):
        return
    made = makers(index)
    for pod in index.pods:
        if pod.subject.ref.kind in _WORKLOADS and not _reloads(pod):
            yield from _stale(index, pod, made)


def _stale(index: Index, pod: Pod, made: dict[str, list[Maker]]) -> Iterator[Blame]:
    where, listed = index.namespaces(pod.subject), _listed(pod)
    seen: set[str] = set()
    for use in secret_uses(pod):
        if not use.at_start or use.pull or use.name in seen or use.name in listed:
            continue
        seen.add(use.name)
        sources = [maker for maker in made.get(use.name, ()) if meet(where, maker.namespaces)]
        changing = next((maker.subject for maker in sources if _changes(maker.subject)), None)
        if changing is not None and all(maker.subject.ref.kind in _MAKERS for maker in sources):
            detail = f"Secret {use.name} is made by {changing.ref.kind} {changing.ref.name}"
            yield Blame(pod.subject, (use.path,), detail)


def _changes(maker: Subject) -> bool:
    if maker.ref.kind not in _MAKERS:
        return False
    spec = mapping(maker.value, "spec")
    if maker.ref.kind == "ClusterExternalSecret":
        spec = mapping(spec, "externalSecretSpec")
    return text(spec, "refreshInterval") not in _NEVER and text(spec, "refreshPolicy") != "CreatedOnce"


def _annotations(pod: Pod) -> dict[str, Any]:
    return {**mapping(pod.subject.value, "metadata", "annotations"), **pod.annotations}


def _reloads(pod: Pod) -> bool:
    annotations = _annotations(pod)
    if any(str(annotations.get(name, "false")).lower() != "false" for name in _ALWAYS):
        return True
    return any(name.startswith(("checksum/", "checksum-", "kustomize.toolkit.fluxcd.io/hash")) for name in annotations)


def _listed(pod: Pod) -> set[str]:
    return {name.strip() for name in text(_annotations(pod), _NAMED).split(",")}


def _everything_reloads(index: Index) -> bool:
    """Whether Reloader is told to look after all workloads, by its flag or its chart's value."""
    for pod in index.pods:
        for _, word in strings(pod.spec):
            if word in {"--auto-reload-all=true", "--auto-reload-all"}:
                return True
    charts = index.of_kind("HelmRelease", "HelmChart", "Application")
    return any("reloader" in str(each.ref.name) and _says_all(each.value) for each in charts)


def _says_all(value: Any) -> bool:
    if isinstance(value, dict):
        if value.get("autoReloadAll") is True:
            return True
        return any(_says_all(inner) for inner in value.values())
    if isinstance(value, list):
        return any(_says_all(inner) for inner in value)
    return isinstance(value, str) and "autoReloadAll: true" in value
