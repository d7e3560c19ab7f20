"""Who uses each secret: workloads by the Secret that they name, pods by the SecretProviderClass that they mount."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import Span
from sealwright.inventory.model import Consumer, Held
from sealwright.manifest.nodes import Mapping, lookup, mapping_at, text_of, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.convert.graph.finder import Graph
    from sealwright.finding import Location
    from sealwright.inventory.model import Secret
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource

_ATTRIBUTES = "volumeAttributes"
_CLASS = "secretProviderClass"
_MOST = 200
"""Consumers of one secret that are named."""


class Users:
    """Of one tree; `graph` knows who names which Secret, `resources` are all objects of it."""

    def __init__(self, graph: Graph, resources: Iterable[Resource]) -> None:
        self._graph = graph
        self._mounts: dict[str, list[tuple[Resource, Node]]] = {}
        for resource in resources:
            if _CLASS in resource.document.source.text:
                for name, node in _mounted(resource):
                    self._mounts.setdefault(name, []).append((resource, node))

    def of(self, secret: Secret) -> tuple[Consumer, ...]:
        """The consumers of a secret, each once for each way in which it uses it."""
        path = secret.location.path
        found: dict[tuple[object, str, str], Consumer] = {}
        for consumer in (*self._by_class(secret), *self._by_name(secret, path)):
            if consumer.ref != secret.ref and consumer.ref.kind:
                found.setdefault((consumer.ref, consumer.how, consumer.location.path), consumer)
        return tuple(found.values())[:_MOST]

    def _by_name(self, secret: Secret, path: str) -> Iterator[Consumer]:
        if secret.name and "{{" not in secret.name:
            for use in self._graph.uses(secret.ref.namespace, secret.name, path):
                yield Consumer(use.consumer.ref, use.how.value, _place(use.consumer, use.node))

    def _by_class(self, secret: Secret) -> Iterator[Consumer]:
        if secret.held is not Held.CSI:
            return
        wanted = self._graph.namespaces(secret.ref.namespace, secret.location.path)
        for resource, node in self._mounts.get(secret.ref.name, ()):
            there = self._graph.namespaces(resource.ref.namespace, resource.document.source.path)
            if "" in wanted or "" in there or not wanted.isdisjoint(there):
                yield Consumer(resource.ref, "csi", _place(resource, node))


def _mounted(resource: Resource) -> Iterator[tuple[str, Node]]:
    """The name of each SecretProviderClass that the object's pods mount."""
    for node in walk(resource.node):
        attributes = mapping_at(node, _ATTRIBUTES) if isinstance(node, Mapping) else None
        value = lookup(attributes, _CLASS) if attributes is not None else None
        if value is not None and text_of(value):
            yield text_of(value), value


def _place(resource: Resource, node: Node) -> Location:
    return resource.document.source.first_line(Span(node.start, node.end))
