"""Pods inside objects, and every place where a pod names a Secret.

Source: Kubernetes API reference, core/v1 PodSpec, EnvVarSource, Volume.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.policy.relations.values import at, items, mapping, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.subject import DocumentPath, Subject

_TEMPLATE: DocumentPath = ("spec", "template")
_TEMPLATES: dict[str, DocumentPath] = {
    "Pod": (),
    "Deployment": _TEMPLATE,
    "StatefulSet": _TEMPLATE,
    "DaemonSet": _TEMPLATE,
    "ReplicaSet": _TEMPLATE,
    "ReplicationController": _TEMPLATE,
    "Job": _TEMPLATE,
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Rollout": _TEMPLATE,
}
_GROUPS = frozenset({"v1", "apps", "batch", "extensions", "argoproj.io"})
CONTAINERS = ("initContainers", "containers", "ephemeralContainers")
SECRETS_STORE = "secrets-store.csi.k8s.io"


class Pod(NamedTuple):
    """The pod that a workload runs: `path` leads to its spec; `labels` and `annotations` are those of the pod."""

    subject: Subject
    path: DocumentPath
    spec: dict[str, Any]
    labels: dict[str, Any]
    annotations: dict[str, Any]

    def containers(self) -> Iterator[tuple[DocumentPath, dict[str, Any]]]:
        """Every container with its path."""
        for field in CONTAINERS:
            for number, container in enumerate(items(self.spec, field)):
                if isinstance(container, dict):
                    yield (*self.path, field, number), container


class SecretUse(NamedTuple):
    """`path` leads to the name; `at_start`: the program reads it once, so that a new value needs a restart."""

    path: DocumentPath
    name: str
    optional: bool
    at_start: bool
    pull: bool = False


def pod_of(subject: Subject) -> Pod | None:
    """The pod of a workload of Kubernetes (or of Argo Rollouts); None for any other object."""
    kind, group = subject.ref.kind, subject.ref.api_version.partition("/")[0]
    if kind not in _TEMPLATES or group not in _GROUPS or subject.family != "kubernetes":
        return None
    way = _TEMPLATES[kind]
    holder = mapping(subject.value, *(str(part) for part in way))
    spec = mapping(holder, "spec")
    if not spec:
        return None
    labels, annotations = mapping(holder, "metadata", "labels"), mapping(holder, "metadata", "annotations")
    return Pod(subject, (*way, "spec"), spec, labels, annotations)


def secret_uses(pod: Pod) -> Iterator[SecretUse]:
    """Every place where the pod names a Secret, in source order of the fields' kinds."""
    mounted_once = {
        text(mount, "name")
        for _, container in pod.containers()
        for mount in items(container, "volumeMounts")
        if at(mount, "subPath") or at(mount, "subPathExpr")
    }
    for path, container in pod.containers():
        for number, entry in enumerate(items(container, "env")):
            yield from _use(entry, (*path, "env", number), ("valueFrom", "secretKeyRef"), "name", at_start=True)
        for number, entry in enumerate(items(container, "envFrom")):
            yield from _use(entry, (*path, "envFrom", number), ("secretRef",), "name", at_start=True)
    for number, volume in enumerate(items(pod.spec, "volumes")):
        path, once = (*pod.path, "volumes", number), text(volume, "name") in mounted_once
        yield from _use(volume, path, ("secret",), "secretName", at_start=once)
        for index, source in enumerate(items(volume, "projected", "sources")):
            inner = (*path, "projected", "sources", index)
            yield from _use(source, inner, ("secret",), "name", at_start=once)
    for number, pull in enumerate(items(pod.spec, "imagePullSecrets")):
        if name := text(pull, "name"):
            yield SecretUse((*pod.path, "imagePullSecrets", number, "name"), name, False, False, pull=True)


def provider_classes(pod: Pod) -> Iterator[tuple[DocumentPath, str]]:
    """Every SecretProviderClass that a volume of the pod names, with the path to the name."""
    for number, volume in enumerate(items(pod.spec, "volumes")):
        if text(volume, "csi", "driver") == SECRETS_STORE:
            name = text(volume, "csi", "volumeAttributes", "secretProviderClass")
            if name:
                yield (*pod.path, "volumes", number, "csi", "volumeAttributes", "secretProviderClass"), name


def _use(holder: Any, path: DocumentPath, way: tuple[str, ...], field: str, *, at_start: bool) -> Iterator[SecretUse]:
    source = mapping(holder, *way)
    if name := text(source, field):
        yield SecretUse((*path, *way, field), name, source.get("optional") is True, at_start)
