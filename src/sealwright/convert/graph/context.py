"""Whose field it is: the innermost object around a node, and the namespace in which its names are looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.manifest.nodes import FILL, Mapping, lookup, mapping_at, text_of
from sealwright.manifest.resource import reference

if TYPE_CHECKING:
    from sealwright.convert.graph.step import Step
    from sealwright.manifest.resource import Resource

_CLUSTER_WIDE = frozenset(
    {
        "PersistentVolume",
        "StorageClass",
        "VolumeSnapshotClass",
        "VolumeSnapshotContent",
        "IngressClass",
        "GatewayClass",
        "MutatingWebhookConfiguration",
        "ValidatingWebhookConfiguration",
        "APIService",
        "CSIDriver",
    }
)
_CHART_VALUES = {
    "HelmRelease": (("values",), ("spec", "targetNamespace")),
    "HelmChart": (("valuesContent",), ("spec", "targetNamespace")),
    "Application": (("helm", "kustomize"), ("spec", "destination", "namespace")),
    "ApplicationSet": (("helm", "kustomize"), ("spec", "template", "spec", "destination", "namespace")),
}
"""Objects that hand something to a chart: the fields that hold it, and the field that says where the chart goes."""


class Context(NamedTuple):
    """`namespace` is '' where nobody can say which it is: of objects without one, of objects of the whole cluster."""

    kind: str
    group: str
    namespace: str
    node: Mapping


def outermost(resource: Resource, namespace: str) -> Context:
    """The context of an object's own fields; `namespace` is what one without a namespace of its own is applied to."""
    return _context(resource.node, resource.ref.kind, resource.ref.api_version, namespace)


def context_of(step: Step, outer: Context) -> Context:
    """The context of a step: that of the innermost object, its namespace as charts that it installs would have it."""
    above: Step | None = step
    fields: list[str] = []
    while above is not None and above.parent is not None:
        node = above.node
        if isinstance(node, Mapping) and is_object(node):
            ref = reference(node)
            return _below(_context(node, ref.kind, ref.api_version, outer.namespace), fields)
        fields.append(above.key)
        above = above.parent
    return _below(outer, fields)


def is_object(node: Mapping) -> bool:
    """Whether a mapping is an object of its own."""
    return all(lookup(node, field) is not None for field in ("apiVersion", "kind", "metadata"))


def is_cluster_wide(kind: str) -> bool:
    """Whether objects of that kind are in no namespace."""
    return kind.startswith("Cluster") or kind in _CLUSTER_WIDE


def is_anywhere(kind: str) -> bool:
    """Whether what an object's own namespace is says nothing of where the names in it are looked up."""
    return not kind or is_cluster_wide(kind) or kind in {"Application", "ApplicationSet"}


def _context(node: Mapping, kind: str, api_version: str, namespace: str) -> Context:
    own = mapping_at(node, "metadata")
    named = text_of(lookup(own, "namespace")) if own else ""
    where = "" if is_cluster_wide(kind) else named or namespace
    return Context(kind, api_version.rpartition("/")[0], "" if FILL in where else where, node)


def _below(context: Context, fields: list[str]) -> Context:
    names, (*way, last) = _CHART_VALUES.get(context.kind, ((), ("",)))
    if not any(name in fields for name in names):
        return context
    holder = mapping_at(context.node, *way)
    target = text_of(lookup(holder, last)) if holder else ""
    where = target or (context.namespace if context.kind == "HelmRelease" else "")
    return context._replace(namespace="" if FILL in where else where)
