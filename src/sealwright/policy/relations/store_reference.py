"""XRF003: an ExternalSecret names a store that is not there, or that does not let its namespace in.

Source: external-secrets.io/v1 `ClusterSecretStoreCondition`: one condition that fits is enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.policy.relations.index import Index, index_of, meet
from sealwright.policy.relations.network_isolation import selects
from sealwright.policy.relations.stores import CLUSTER, NAMESPACED, StoreRef, is_external, store_refs
from sealwright.policy.relations.values import is_name, items, mapping
from sealwright.policy.subject import Blame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.subject import Subject
    from sealwright.policy.world import World

_NAMESPACE_LABEL = "kubernetes.io/metadata.name"


def check(world: World) -> Iterator[Blame]:
    """Every reference to a store that cannot work."""
    index = index_of(world)
    if not index.complete:
        return
    stores: dict[tuple[str, str], list[Subject]] = {}
    kinds: set[str] = set()
    for store in filter(is_external, index.of_kind(NAMESPACED, CLUSTER)):
        stores.setdefault((store.ref.kind, store.ref.name), []).append(store)
        kinds.add(store.ref.kind)
    for subject in filter(is_external, index.of_kind("ExternalSecret")):
        if not index.is_applied(subject):
            continue
        for ref in store_refs(subject):
            if ref.kind in kinds and is_name(ref.name):
                yield from _judged(index, subject, ref, stores.get((ref.kind, ref.name), []))


def _judged(index: Index, subject: Subject, ref: StoreRef, stores: list[Subject]) -> Iterator[Blame]:
    """Where stores of the kind are kept in the tree at all, this one is missing if it is not among them."""
    where = index.namespaces(subject)
    if not stores:
        if not index.has_unseen(subject) and not _affixed(index):
            yield Blame(subject, (ref.path,), f"no {ref.kind} {ref.name} in this tree")
    elif ref.kind == NAMESPACED:
        if not any(meet(where, index.namespaces(store)) for store in stores):
            yield Blame(subject, (ref.path,), f"{ref.kind} {ref.name} is in another namespace")
    elif "" not in where and not any(_admits(index, store, name) for store in stores for name in where):
        names = ", ".join(sorted(where))
        yield Blame(subject, (ref.path,), f"{ref.kind} {ref.name} does not admit namespace {names}")


def _affixed(index: Index) -> bool:
    """Whether a kustomization puts something before or behind names, so that this may be another's name."""
    layout = index.layout
    return bool(layout.prefixes or layout.suffixes)


def _admits(index: Index, store: Subject, namespace: str) -> bool:
    conditions = items(store.value, "spec", "conditions")
    return not conditions or any(_fits(index, condition, namespace) for condition in conditions)


def _fits(index: Index, condition: object, namespace: str) -> bool:
    if namespace in items(condition, "namespaces") or any(
        not is_name(str(name)) for name in items(condition, "namespaces")
    ):
        return True
    if _by_expression(condition, namespace):
        return True
    selector = mapping(condition, "namespaceSelector")
    if not selector:
        return isinstance(condition, dict) and condition.get("namespaceSelector") is not None
    known = index.named("Namespace", namespace)
    if not known:  # its labels are not in the tree, unless the selector asks for the one that every namespace has
        names = mapping(selector, "matchLabels")
        return set(names) != {_NAMESPACE_LABEL} or names[_NAMESPACE_LABEL] == namespace
    labels = [{**mapping(each.value, "metadata", "labels"), _NAMESPACE_LABEL: namespace} for each in known]
    return any(selects(selector, own) for own in labels)


def _by_expression(condition: object, namespace: str) -> bool:
    """Believed where it cannot be evaluated."""
    from sealwright.policy.cel.errors import EvaluationError
    from sealwright.policy.cel.regex import compiled

    try:
        return any(compiled(str(each)).test(namespace) for each in items(condition, "namespaceRegexes"))
    except EvaluationError:
        return True
