"""Stores of External Secrets, and which ExternalSecret names which.

Source: external-secrets.io/v1 `SecretStoreRef`, `ClusterSecretStoreCondition`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.policy.relations.values import items, mapping, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.subject import DocumentPath, Subject

GROUP = "external-secrets.io/"
NAMESPACED, CLUSTER = "SecretStore", "ClusterSecretStore"


class StoreRef(NamedTuple):
    """A place where a store is named; `path` leads to the name."""

    path: DocumentPath
    kind: str
    name: str


def is_external(subject: Subject) -> bool:
    """Whether the object is one of External Secrets itself, not of a project with the same kinds."""
    return subject.ref.api_version.startswith(GROUP)


def spec_of(subject: Subject) -> tuple[DocumentPath, dict[str, Any]]:
    """The part that an ExternalSecret and a ClusterExternalSecret have in common, with its path."""
    way = ("spec", "externalSecretSpec") if subject.ref.kind == "ClusterExternalSecret" else ("spec",)
    return way, mapping(subject.value, *way)


def store_refs(subject: Subject) -> Iterator[StoreRef]:
    """Every store that the object names."""
    way, spec = spec_of(subject)
    yield from _ref(spec.get("secretStoreRef"), (*way, "secretStoreRef"))
    for field in ("data", "dataFrom"):
        for number, entry in enumerate(items(spec, field)):
            place = (*way, field, number, "sourceRef", "storeRef")
            yield from _ref(mapping(entry, "sourceRef", "storeRef"), place)


def remote_keys(subject: Subject) -> Iterator[tuple[DocumentPath, str]]:
    """Every key of the store that the object reads, with its path."""
    way, spec = spec_of(subject)
    for number, entry in enumerate(items(spec, "data")):
        if key := text(entry, "remoteRef", "key"):
            yield (*way, "data", number, "remoteRef", "key"), key
    for number, entry in enumerate(items(spec, "dataFrom")):
        if key := text(entry, "extract", "key"):
            yield (*way, "dataFrom", number, "extract", "key"), key


def _ref(value: Any, path: DocumentPath) -> Iterator[StoreRef]:
    if name := text(value, "name"):
        yield StoreRef((*path, "name"), text(value, "kind") or NAMESPACED, name)
