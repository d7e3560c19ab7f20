"""The steps that one pod takes for the Secrets it uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.graph.use import How
from sealwright.convert.layout import Unmovable
from sealwright.convert.secret_provider_class.places import (
    containers,
    mount_paths,
    mounts,
    path_of,
    volumes,
)
from sealwright.convert.secret_provider_class.pod_steps import Added, ReadOnly, Renamed, VolumeSource, csi_source
from sealwright.convert.secret_provider_class.volume_files import is_true
from sealwright.manifest.nodes import lookup, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.convert.graph.use import Use
    from sealwright.convert.secret_provider_class.model import Plan
    from sealwright.convert.secret_provider_class.pod_steps import Step
    from sealwright.manifest.nodes import Mapping

_MOUNT_PATH = "/mnt/secrets-store"
_LONGEST_NAME = 63


def steps_of(pod: Mapping, uses: Sequence[tuple[Use, Plan]]) -> list[Step]:
    """What changes in the pod. Raises Unmovable for a use that is not found where it should be."""
    steps: list[Step] = []
    syncing: dict[str, tuple[Plan, list[Mapping]]] = {}
    for use, plan in uses:
        path = path_of(use, pod)
        first = plan.classes[0]
        if not path:
            raise Unmovable("a reference that comes from somewhere else")
        if use.how is How.VOLUME:
            steps += _volume_steps(pod, use, plan)
        elif first.synced:
            required = use.optional and all(key in first.synced for key in use.keys)
            steps.append(Renamed(path, first.synced_name, required))
            _, holders = syncing.setdefault(first.name, (plan, []))
            holders += [use.container] if use.container is not None else []
    used = {text_of(lookup(volume, "name")) for _, volume in volumes(pod)}
    for plan, holders in syncing.values():
        if not _is_mounted(pod, uses, plan):
            steps += _sync_steps(pod, plan, holders, used)
    return list(dict.fromkeys(step for step in steps if not isinstance(step, Added))) + [
        step for step in steps if isinstance(step, Added)
    ]


def _volume_steps(pod: Mapping, use: Use, plan: Plan) -> Iterator[Step]:
    path = path_of(use, pod)
    volume = next(volume for found, volume in volumes(pod) if found == path)
    yield VolumeSource(path, plan.volumes[id(use.node)])
    for mount_path, mount, _ in mounts(pod, text_of(lookup(volume, "name"))):
        if not is_true(lookup(mount, "readOnly")):
            yield ReadOnly(mount_path)


def _is_mounted(pod: Mapping, uses: Sequence[tuple[Use, Plan]], plan: Plan) -> bool:
    """Whether a container has the volume of the class that syncs: without one, the driver never hears of the pod."""
    for use, other in uses:
        if other is plan and use.how is How.VOLUME and plan.volumes[id(use.node)] == plan.classes[0].name:
            path = path_of(use, pod)
            names = [text_of(lookup(volume, "name")) for found, volume in volumes(pod) if found == path]
            if names and any(mounts(pod, names[0])):
                return True
    return False


def _sync_steps(pod: Mapping, plan: Plan, holders: list[Mapping], used: set[str]) -> Iterator[Step]:
    name = _free(_label(f"secrets-store-{plan.classes[0].name}"), used)
    used.add(name)
    class_name = plan.classes[0].name
    yield Added((), "volumes", {"name": name, "csi": csi_source(class_name)})
    path, container = next((path, found) for path, found in containers(pod) if any(found is one for one in holders))
    where = _free(f"{_MOUNT_PATH}/{class_name}", mount_paths(container))
    yield Added(path, "volumeMounts", {"name": name, "mountPath": where, "readOnly": True})


def _label(name: str) -> str:
    return name.replace(".", "-")[:_LONGEST_NAME].rstrip("-")


def _free(name: str, used: set[str]) -> str:
    number = 1
    shown = name
    while shown in used:
        number += 1
        ending = f"-{number}"
        shown = name[: _LONGEST_NAME - len(ending)] + ending if len(name) <= _LONGEST_NAME else f"{name}{ending}"
    return shown
