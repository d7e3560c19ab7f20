"""Annotations that make Stakater's Reloader restart pods when a Secret changes, for an operator changes it in silence.

A rollout happens by itself when a manifest changes; with an ExternalSecret no manifest does. The annotation stands in
the metadata of what owns the pods, not in that of the pods. Source: github.com/stakater/Reloader, README.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.graph.use import How
from sealwright.convert.layout import Unmovable
from sealwright.convert.merge_place import Place
from sealwright.errors import ConvertError
from sealwright.manifest.nodes import Scalar
from sealwright.manifest.resource import annotations_of
from sealwright.rewrite.edit import Edit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from sealwright.convert.graph.use import Use
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.scalars import Plain

AUTO = "reloader.stakater.com/auto"
AUTO_SECRETS = "secret.reloader.stakater.com/auto"
NAMED = "secret.reloader.stakater.com/reload"
_ANNOTATIONS = ("metadata", "annotations")
RESTARTED = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Rollout", "DeploymentConfig"})
"""Kinds that Reloader restarts. Pods of Jobs and CronJobs end by themselves."""


class Restart(NamedTuple):
    """What makes a workload restart: `edits` of its file, and the annotations that it will have then."""

    edits: tuple[Edit, ...]
    annotations: Mapping[str, str]


def restarted_by(uses: Iterable[Use]) -> Iterator[tuple[Resource, tuple[str, ...]]]:
    """The workloads whose pods would have to be restarted, each once, with the Secrets that they use in their order."""
    found: dict[int, tuple[Resource, dict[str, None]]] = {}
    for use in uses:
        if use.pod is not None and use.consumer.ref.kind in RESTARTED and use.how is not How.IMAGE_PULL:
            _, names = found.setdefault(id(use.consumer.node), (use.consumer, {}))
            names[use.name] = None
    for resource, names in found.values():
        yield resource, tuple(names)


def restart_of(workload: Resource, secrets: Collection[str] = ()) -> Restart | None:
    """The edits that annotate a workload: for any of its Secrets, or for those named.

    None where it has what it needs, or where an annotation says that it shall not be restarted. Raises ConvertError,
    with the place, where its text cannot be kept.
    """
    wanted = _wanted(annotations_of(workload.node), secrets)
    if not wanted:
        return None
    if not workload.document.exact:
        message = "it does not parse, or is a template: it cannot be edited"
        raise _problem(workload, message, "add the annotation by hand")
    try:
        return Restart(tuple(_edits(Place(workload), wanted)), wanted)
    except Unmovable as error:
        hint = "write its metadata in plain block style, or add the annotation by hand"
        raise _problem(workload, f"{error} cannot be kept while annotating", hint) from None


def annotated(plain: Plain, annotations: Mapping[str, str]) -> Plain:
    """A workload as plain data with annotations added: what must come out of the edits."""
    whole = dict(plain) if isinstance(plain, dict) else {}
    metadata = whole.get("metadata")
    metadata = dict(metadata) if isinstance(metadata, dict) else {}
    present = metadata.get("annotations")
    metadata["annotations"] = {**(present if isinstance(present, dict) else {}), **annotations}
    whole["metadata"] = metadata
    return whole


def _wanted(present: Mapping[str, str], secrets: Collection[str]) -> dict[str, str]:
    """The annotations that are missing, or say too little."""
    if present.get(AUTO) or present.get(AUTO_SECRETS):
        return {}
    if not secrets:
        return {AUTO: "true"}
    named = [name.strip() for name in present.get(NAMED, "").split(",") if name.strip()]
    missing = [name for name in secrets if name not in named]
    return {NAMED: ",".join((*named, *missing))} if missing else {}


def _edits(place: Place, wanted: Mapping[str, str]) -> Iterator[Edit]:
    new = {}
    for name, text in wanted.items():
        entry = place.entry(*_ANNOTATIONS, name)
        if entry is None:
            new[name] = text
            continue
        node = entry[1]
        if not isinstance(node, Scalar) or node.anchor or node.tag or node.style in {"|", ">"}:
            raise Unmovable(f"an anchor, a tag or a block on the annotation `{name}`")
        yield Edit(node.start, node.end, place.manner.quoted(text))
    if new:
        yield from place.put(_ANNOTATIONS, new)


def _problem(workload: Resource, message: str, hint: str) -> ConvertError:
    source = workload.document.source
    line, column = source.position(workload.node.start)
    return ConvertError(f"{workload.ref}: {message}", hint=hint, place=f"{source.path}:{line}:{column}")
