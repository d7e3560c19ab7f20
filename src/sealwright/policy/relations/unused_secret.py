"""XRF002: a Secret that is made and that nothing in the tree names.

Programs also find Secrets by labels, over the API, or by the defaults of charts: only where a Secret carries no label
or annotation that a program may look for, and no chart is installed beside it, is silence an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.policy.relations.index import Index, index_of, meet
from sealwright.policy.relations.makers import Maker, makers
from sealwright.policy.relations.mentions import Mentions
from sealwright.policy.relations.pods import pod_of, secret_uses
from sealwright.policy.relations.values import is_name, items, mapping, strings, text
from sealwright.policy.subject import Blame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.subject import DocumentPath, Subject
    from sealwright.policy.world import World

_PLACES: dict[str, DocumentPath] = {
    "Secret": ("metadata", "name"),
    "SealedSecret": ("metadata", "name"),
    "ExternalSecret": ("metadata", "name"),
}
_TYPES = frozenset({"", "Opaque", "kubernetes.io/basic-auth", "kubernetes.io/ssh-auth"})
_PLAIN = (
    "app.kubernetes.io/name",
    "app.kubernetes.io/instance",
    "app.kubernetes.io/component",
    "app.kubernetes.io/part-of",
    "app.kubernetes.io/managed-by",
    "app.kubernetes.io/version",
    "app",
    "sealedsecrets.bitnami.com/",
    "argocd.argoproj.io/sync-",
    "kustomize.toolkit.fluxcd.io/",
)
_CHARTS = ("HelmRelease", "HelmChart", "Application", "ApplicationSet")


def check(world: World) -> Iterator[Blame]:
    """Every Secret without a use, at the name of what makes it."""
    index = index_of(world)
    if not world.whole or not index.pods or any(index.has(kind) for kind in _CHARTS):
        return
    made, used = makers(index), _used(index)
    suspects = [
        maker
        for name, of_name in made.items()
        for maker in of_name
        if name not in used
        and is_name(name)
        and len(of_name) == 1
        and index.is_applied(maker.subject)
        and _is_plain(maker.subject)
    ]
    beside = frozenset().union(*(index.namespaces(pod.subject) for pod in index.pods))
    suspects = [each for each in suspects if meet(each.namespaces, beside)]
    suspects = [each for each in suspects if not index.has_unseen(each.subject)]
    if suspects:
        yield from _unnamed(index, suspects)


def _unnamed(index: Index, suspects: list[Maker]) -> Iterator[Blame]:
    mentions = Mentions(index)
    written = mentions.written({maker.name for maker in suspects})
    for maker in suspects:
        if maker.name not in written and not mentions.says(maker.name, maker.subject):
            yield Blame(maker.subject, (_PLACES[maker.subject.ref.kind],), f"nothing in this tree names {maker.name}")


def _is_plain(maker: Subject) -> bool:
    """Whether nothing marks it for a program that looks for such marks."""
    if maker.ref.kind not in _PLACES or text(maker.value, "type") not in _TYPES:
        return False
    way: tuple[str, ...] = ("spec", "template") if maker.ref.kind == "SealedSecret" else ()
    way = ("spec", "target", "template") if maker.ref.kind == "ExternalSecret" else way
    if text(maker.value, *way, "type") not in _TYPES:
        return False
    marks = [
        mapping(maker.value, *place, "metadata", field) for place in {(), way} for field in ("labels", "annotations")
    ]
    return all(name.startswith(_PLAIN) for each in marks for name in each)


def _used(index: Index) -> set[str]:
    """Every name that a pod, a service account or an Ingress asks for, wherever it stands."""
    found = {use.name for pod in map(pod_of, index.world.subjects) if pod for use in secret_uses(pod)}
    for account in index.of_kind("ServiceAccount"):
        for field in ("imagePullSecrets", "secrets"):
            found |= {text(entry, "name") for entry in items(account.value, field)}
    for ingress in index.of_kind("Ingress"):
        found |= {word for _, word in strings(ingress.value)}
    return found
