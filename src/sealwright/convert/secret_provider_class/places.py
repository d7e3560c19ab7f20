"""Where things stand in a pod's spec, and where a use stands in its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.graph.use import How
from sealwright.convert.secret_provider_class.volume_files import mappings
from sealwright.manifest.nodes import Mapping, Sequence, lookup, resolve, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.convert.graph.use import Use
    from sealwright.convert.secret_provider_class.pod_steps import Path

_CONTAINERS = ("containers", "initContainers")


def place_of(use: Use) -> str:
    """path:line:column of a use."""
    source = use.consumer.document.source
    line, column = source.position(use.node.start)
    return f"{source.path}:{line}:{column}"


def containers(pod: Mapping) -> Iterator[tuple[Path, Mapping]]:
    """Every container with its path from the pod's spec, those first that run for good."""
    for field in _CONTAINERS:
        for number, container in _numbered(pod, field):
            yield (field, number), container


def volumes(pod: Mapping) -> Iterator[tuple[Path, Mapping]]:
    """Every volume with its path."""
    for number, volume in _numbered(pod, "volumes"):
        yield ("volumes", number), volume


def mounts(pod: Mapping, volume: str) -> Iterator[tuple[Path, Mapping, Mapping]]:
    """Every mount of the volume of that name: its path, the mount, and its container."""
    for path, container in containers(pod):
        for number, mount in _numbered(container, "volumeMounts"):
            if text_of(lookup(mount, "name")) == volume:
                yield (*path, "volumeMounts", number), mount, container


def path_of(use: Use, pod: Mapping) -> Path:
    """The path of the mapping that names the Secret, () where it is not found in the pod."""
    if use.how is How.VOLUME:
        return next((path for path, volume in volumes(pod) if _is(volume, ("secret",), use.node)), ())
    fields = ("envFrom", "secretRef") if use.how is How.ENV_FROM else ("env", "valueFrom", "secretKeyRef")
    for path, container in containers(pod):
        if container is not use.container:
            continue
        for number, item in _numbered(container, fields[0]):
            if _is(item, fields[1:], use.node):
                return (*path, fields[0], number, *fields[1:])
    return ()


def names(items: Iterator[Mapping], field: str) -> set[str]:
    """The texts of one field of all items."""
    return {text_of(lookup(item, field)) for item in items}


def mount_paths(container: Mapping) -> set[str]:
    """Where a container has volumes already."""
    return names(mappings(lookup(container, "volumeMounts")), "mountPath")


def _numbered(holder: Mapping, field: str) -> Iterator[tuple[int, Mapping]]:
    written = lookup(holder, field)
    target = resolve(written) if written is not None else None
    for number, item in enumerate(target.items if isinstance(target, Sequence) else ()):
        found = resolve(item)
        if isinstance(found, Mapping):
            yield number, found


def _is(holder: Mapping, fields: tuple[str, ...], node: Mapping) -> bool:
    current: object = holder
    for field in fields:
        below = lookup(current, field) if isinstance(current, Mapping) else None
        current = resolve(below) if below is not None else None
    return current is node
