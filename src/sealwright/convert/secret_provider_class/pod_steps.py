"""What changes in a pod, as data: each step names its place from the pod's spec down, and can be taken on plain data.

Source: core/v1 PodSpec; the driver wants `readOnly` on the volume (pkg/secrets-store/nodeserver.go).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.secret_provider_class.model import DRIVER

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

    from sealwright.manifest.scalars import Plain

Path: TypeAlias = "tuple[str | int, ...]"


class VolumeSource(NamedTuple):
    """The volume at `path` shows the class instead of the Secret."""

    path: Path
    class_name: str


class ReadOnly(NamedTuple):
    """The mount at `path` says that it is read-only."""

    path: Path


class Renamed(NamedTuple):
    """The reference at `path` names another Secret; `required`: it says `optional: false` from now on.

    A container that may start without the Secret would do so whenever the driver comes later than it.
    """

    path: Path
    name: str
    required: bool


class Added(NamedTuple):
    """One more item in the list `field` of the mapping at `path`, which may have no such list yet."""

    path: Path
    field: str
    item: dict[str, Plain]


Step: TypeAlias = "VolumeSource | ReadOnly | Renamed | Added"


def csi_source(class_name: str) -> dict[str, Plain]:
    """The `csi` of a volume."""
    return {"driver": DRIVER, "readOnly": True, "volumeAttributes": {"secretProviderClass": class_name}}


def taken(pod: Plain, steps: Iterable[Step]) -> Plain:
    """The pod's spec after all steps; `pod` itself is changed."""
    for step in steps:
        place = _at(pod, step.path)
        if isinstance(step, VolumeSource):
            place["csi"] = csi_source(step.class_name)
            del place["secret"]
        elif isinstance(step, ReadOnly):
            place["readOnly"] = True
        elif isinstance(step, Renamed):
            place["name"] = step.name
            if step.required:
                place["optional"] = False
        else:
            items = place.setdefault(step.field, [])
            if not isinstance(items, list):
                raise TypeError(step.field)
            items.append(step.item)
    return pod


def _at(plain: Plain, path: Path) -> dict[str, Plain]:
    for part in path:
        plain = plain[part]  # type: ignore[index]  # the path was made from these very nodes
    if not isinstance(plain, dict):
        raise TypeError(path)
    return plain
