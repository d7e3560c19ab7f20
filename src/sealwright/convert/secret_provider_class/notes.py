"""What a person should know about a conversion that can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.graph.use import How
from sealwright.convert.secret_provider_class.capabilities import provider_of
from sealwright.convert.secret_provider_class.places import mounts, path_of, volumes
from sealwright.manifest.nodes import lookup, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sealwright.convert.graph.use import Use
    from sealwright.convert.secret_provider_class.model import Conversion
    from sealwright.stores.reference import Reference

_NOT_CHANGED = {
    "Pod": "a Pod's volumes cannot be changed: delete it before it is applied again",
    "Job": "a Job's pods cannot be changed: delete it before it is applied again",
}


def notes_on(conversion: Conversion, references: Mapping[str, Reference] | None = None) -> list[str]:
    """Sentences about the pods' identity, and about what is different from a Secret; each once."""
    return list(dict.fromkeys(_notes(conversion, references or {})))


def _notes(conversion: Conversion, references: Mapping[str, Reference]) -> Iterator[str]:
    for use in conversion.uses:
        yield from _of_use(use)
    if conversion.facts.immutable:
        yield "`immutable` is lost: the files and the synced Secret follow the store"
    if any(made.synced for made in conversion.plan.classes):
        yield "environment variables need the driver's syncSecret.enabled=true, and keep a Secret on the cluster"
    bundled = any(reference.property for reference in references.values())
    if provider_of(conversion.settings) == "aws" and bundled:
        yield "the provider also mounts the whole remote object, as a hidden file that only root may read"


def _of_use(use: Use) -> Iterator[str]:
    who = use.consumer.ref
    if use.pod is None:
        return
    account = text_of(lookup(use.pod, "serviceAccountName")) or text_of(lookup(use.pod, "serviceAccount"))
    if account in {"", "default"}:
        yield f"{who} has no ServiceAccount of its own: the one that it runs as must be allowed to read the store"
    else:
        yield f"{who}: ServiceAccount {account} must be allowed to read the store"
    if who.kind in _NOT_CHANGED:
        yield f"{who}: {_NOT_CHANGED[who.kind]}"
    if use.how is How.VOLUME:
        path = path_of(use, use.pod)
        names = [text_of(lookup(volume, "name")) for found, volume in volumes(use.pod) if found == path]
        if names and any(text_of(lookup(mount, "subPath")) for _, mount, _ in mounts(use.pod, names[0])):
            yield f"{who}: what is mounted by subPath is never updated, as before"
        if use.optional:
            yield f"{who}: the volume was optional; from now on the pod waits until the store has the values"
