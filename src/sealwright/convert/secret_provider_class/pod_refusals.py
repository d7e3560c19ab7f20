"""Why one use of a Secret cannot go on with the driver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.graph.use import How
from sealwright.convert.secret_provider_class.capabilities import has_folders, provider_of
from sealwright.convert.secret_provider_class.model import Reason
from sealwright.convert.secret_provider_class.places import containers, mounts, path_of, place_of, volumes
from sealwright.convert.secret_provider_class.volume_files import Unclear, files_of, is_true, mappings
from sealwright.manifest.nodes import Scalar, lookup, mapping_at, resolve, text_of, walk
from sealwright.manifest.scalars import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright import config
    from sealwright.convert.graph.use import Use
    from sealwright.convert.secret_facts import SecretFacts
    from sealwright.convert.secret_provider_class.model import File
    from sealwright.manifest.nodes import Mapping

KINDS = frozenset(
    {
        "Pod",
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "ReplicaSet",
        "ReplicationController",
        "Job",
        "CronJob",
        "PodTemplate",
        "Rollout",
    }
)
"""Kinds whose pods are made just as they are written."""
_INSTEAD = "convert it to an ExternalSecret, which makes a real Secret"
_OTHERS = {
    How.PROJECTED: "a projected volume cannot have a volume of the driver in it",
    How.IMAGE_PULL: "images are pulled before anything is mounted",
    How.TLS: "it is no pod that would mount anything",
    How.BOOTSTRAP: "it must be there before anything can be fetched",
    How.OTHER: "it reads a Secret by itself, and mounts nothing",
}
_OTHERS_CAN_READ = 0o004


def pod_reasons(facts: SecretFacts, use: Use, settings: config.Store) -> Iterator[Reason]:
    """Every reason against this use of the Secret."""
    where, who = place_of(use), use.consumer.ref
    if use.how in _OTHERS:
        yield Reason(f"{who} uses it ({use.how.value}): {_OTHERS[use.how]}", _INSTEAD, where)
        return
    broken = _unreadable(use)
    if broken:
        yield Reason(f"{who}: {broken}", _INSTEAD, where)
        return
    if use.against:
        yield Reason(f"{who}: {use.against}", _INSTEAD, where)
    if use.namespace and facts.namespace and use.namespace != facts.namespace:
        yield Reason(f"{who} is in another namespace, where the class could not be used", _INSTEAD, where)
    keys = [value.key for value in facts.values]
    missing = [key for key in use.keys if key not in keys]
    if missing and not use.optional:
        hint = "add the key, or remove the reference"
        yield Reason(f"{who} asks for {missing[0]}, which the Secret does not have", hint, where)
    elif use.how is How.VOLUME:
        for message, hint in _of_volume(use, keys, settings):
            yield Reason(f"{who}: {message}", hint, where)


def _unreadable(use: Use) -> str:
    """Why the pod cannot be edited as a whole, '' if it can."""
    pod, document = use.pod, use.consumer.document
    if not document.exact:
        return "it is a template, in which pods cannot be edited"
    if pod is None or use.consumer.ref.kind not in KINDS:
        return "what its pods look like is made by somebody else"
    if not any(node is pod for node in walk(use.consumer.node)):
        return "its pods are written in a text inside of another object"
    listed = [container for _, container in containers(pod)]
    if not listed or any(lookup(container, "image") is None for container in listed):
        return "it is a patch, which does not show the whole pod"
    if any(use.container is one for one in mappings(lookup(pod, "ephemeralContainers"))):
        return "an ephemeral container uses it"
    return "" if path_of(use, pod) else "the reference comes from somewhere else through an alias or a merge key"


def _of_volume(use: Use, keys: list[str], settings: config.Store) -> Iterator[tuple[str, str]]:
    try:
        files = files_of(use.node, keys)
    except Unclear as flaw:
        yield str(flaw), "mend the volume"
        return
    keys_shown = [file.key for file in files]
    if settings.backend == "aws-parameter-store" and len(set(keys_shown)) < len(keys_shown):
        yield "two of its items have one key, and the provider mounts each parameter once", _INSTEAD
    for file in files:
        if "/" in file.name and not has_folders(settings):
            yield f"the path {file.name} has a folder, and the provider makes none", _INSTEAD
        if ".." in file.name and provider_of(settings) == "azure":
            yield f"the path {file.name} has two dots in a row, which the provider refuses", _INSTEAD
    if use.pod is not None:
        yield from _of_mounts(use, use.pod, files)


def _of_mounts(use: Use, pod: Mapping, files: tuple[File, ...]) -> Iterator[tuple[str, str]]:
    path = path_of(use, pod)
    name = next(text_of(lookup(volume, "name")) for found, volume in volumes(pod) if found == path)
    names = {file.name for file in files}
    for _, mount, container in mounts(pod, name):
        sub = text_of(lookup(mount, "subPath")).strip("/")
        if text_of(lookup(mount, "subPathExpr")):
            yield "a mount has a subPathExpr, of which nobody can say which file it is", _INSTEAD
        if sub and sub not in names and not any(one.startswith(f"{sub}/") for one in names):
            yield f"a mount has the subPath {sub}, which is none of the volume's files", "mend the mount"
        closed = [file for file in files if not file.mode & _OTHERS_CAN_READ]
        if closed and not _is_root(pod, container):
            message = f"{closed[0].name} is not for all users to read, and belongs to root: fsGroup does not reach it"
            yield message, "make its mode 0444, or convert the Secret to an ExternalSecret"


def _is_root(pod: Mapping, container: Mapping) -> bool:
    """Whether nothing says that the container runs as somebody else than root."""
    of_pod, own = mapping_at(pod, "securityContext"), mapping_at(container, "securityContext")
    if of_pod is not None and lookup(of_pod, "fsGroup") is not None:
        return False
    for field in ("runAsNonRoot", "runAsUser"):
        for context in (own, of_pod):
            written = lookup(context, field) if context is not None else None
            if written is None:
                continue
            target = resolve(written)
            if is_true(written):
                return False
            if isinstance(target, Scalar) and kind_of(target) == "number" and target.value != "0":
                return False
            break
    return True
