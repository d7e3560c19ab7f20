"""Values of the charts that install secrets tooling, wherever they stand, as subjects of family `helm-values`.

`ref.kind` is the chart's name and `ref.api_version` is `helm-values`, so that a rule's kind may be
`helm-values/external-secrets`; the value is the values themselves. They are found in HelmReleases (Flux), Applications
(Argo CD), `helmCharts` of a kustomization, and in files of values, also those of a chart that depends on one of these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.finding import Location, ResourceRef
from sealwright.manifest.documents import Form, read_documents
from sealwright.manifest.endings import base_name
from sealwright.manifest.limits import Unparsable
from sealwright.manifest.nodes import Mapping, Scalar, Sequence, lookup, resolve, text_of
from sealwright.manifest.resource import reference
from sealwright.manifest.scalars import TooLarge
from sealwright.manifest.values import effective, value_of
from sealwright.policy.objects import Places
from sealwright.policy.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.nodes import Node
    from sealwright.manifest.source import Source
    from sealwright.policy.subject import DocumentPath

FAMILY = "helm-values"
CHARTS = ("external-secrets", "sealed-secrets", "secrets-store-csi-driver", "secrets-store-csi-driver-provider-aws")
MARKS: dict[str, frozenset[str]] = {
    "external-secrets": frozenset(
        {"processClusterStore", "processClusterExternalSecret", "certController", "scopedRBAC"}
    ),
    "sealed-secrets": frozenset({"keyrenewperiod", "keyttl", "secretName", "updateStatus"}),
    "secrets-store-csi-driver": frozenset({"enableSecretRotation", "syncSecret", "rotationPollInterval"}),
}
"""Keys at the top of a chart's values; a file with two of a chart's is one of its."""
_ENOUGH = 2


def helm_values(source: Source) -> Iterator[Subject]:
    """All values of these charts in a YAML file; nothing for what no parser could read, which others report."""
    for document in read_documents(source):
        root = resolve(document.root) if document.root is not None else None
        if document.flaw or document.form not in {Form.YAML, Form.JSON} or not isinstance(root, Mapping):
            continue
        try:
            yield from _found(source, root)
        except TooLarge:
            continue


def _found(source: Source, root: Mapping) -> Iterator[Subject]:
    ref = reference(root)
    if ref.kind == "HelmRelease":
        spec = _below(root, "spec")
        name = _text(spec, "chart", "spec", "chart") or _text(spec, "chartRef", "name")
        yield from _subject(source, _last(name), ref, _below(root, "spec", "values"), root)
    elif ref.kind in {"Application", "ApplicationSet"} and ref.api_version.startswith("argoproj.io/"):
        spec = _below(root, "spec", "template", "spec") if ref.kind == "ApplicationSet" else _below(root, "spec")
        yield from _of_application(source, ref, spec)
    elif lookup(root, "helmCharts") is not None:
        for chart in _items(lookup(root, "helmCharts")):
            shown = ResourceRef(name=_text(chart, "releaseName"), namespace=_text(chart, "namespace"))
            yield from _subject(source, _text(chart, "name"), shown, _below(chart, "valuesInline"), chart)
    elif not ref.kind and "values" in base_name(source.path):
        yield from _of_values(source, root)


def _of_application(source: Source, ref: ResourceRef, spec: Mapping | None) -> Iterator[Subject]:
    single = _below(spec, "source")
    for part in [single] if single else _items(lookup(spec, "sources") if spec else None):
        name = _last(_text(part, "chart"))
        helm = _below(part, "helm")
        text = lookup(helm, "values") if helm else None
        if text is not None and _below(helm, "valuesObject") is None:
            yield from _from_text(source, name, ref, resolve(text))
        else:
            yield from _subject(source, name, ref, _below(helm, "valuesObject"), part)


def _from_text(source: Source, name: str, ref: ResourceRef, text: Node) -> Iterator[Subject]:
    """Values that are YAML in a text: their place is that of the text."""
    if name not in CHARTS or not isinstance(text, Scalar):
        return
    from sealwright.manifest.compose import compose

    try:
        inner = compose(text.value)
    except Unparsable:
        return
    target = resolve(inner) if inner is not None else None
    whole = Mapping(text.start, flow=True)
    whole.end = text.end
    places = Places(source, whole)

    def where(_: DocumentPath) -> Location:
        return places(())

    value = value_of(target) if isinstance(target, Mapping) else {}
    yield Subject(source.path, _named(name, ref), value, where, FAMILY)


def _of_values(source: Source, root: Mapping) -> Iterator[Subject]:
    said = effective(root)
    for chart in CHARTS:
        inner = resolve(said[chart][1]) if chart in said else None
        if isinstance(inner, Mapping):
            yield from _subject(source, chart, ResourceRef(), inner, root)
    for chart, marks in MARKS.items():
        if len(marks & said.keys()) >= _ENOUGH:
            yield from _subject(source, chart, ResourceRef(), root, root)


def _subject(source: Source, name: str, ref: ResourceRef, values: Mapping | None, near: Mapping) -> Iterator[Subject]:
    """One subject, if the chart is one of those; without values, its place is that of what names it."""
    if name in CHARTS:
        value: dict[str, Any] = value_of(values) if values is not None else {}
        places = Places(source, values if values is not None and values.entries else near)
        yield Subject(source.path, _named(name, ref), value, places, FAMILY)


def _named(name: str, ref: ResourceRef) -> ResourceRef:
    return ResourceRef(FAMILY, name, ref.namespace, ref.name or name)


def _last(name: str) -> str:
    """`external-secrets/external-secrets` and `oci://.../external-secrets` name the same chart."""
    return name.rstrip("/").rsplit("/", 1)[-1]


def _below(node: Mapping | None, *keys: str) -> Mapping | None:
    for key in keys:
        found = lookup(node, key) if node is not None else None
        target = resolve(found) if found is not None else None
        node = target if isinstance(target, Mapping) else None
    return node


def _text(node: Mapping | None, *keys: str) -> str:
    holder = _below(node, *keys[:-1])
    return text_of(lookup(holder, keys[-1])) if holder is not None else ""


def _items(node: Node | None) -> list[Mapping]:
    target = resolve(node) if node is not None else None
    items = target.items if isinstance(target, Sequence) else []
    return [item for item in map(resolve, items) if isinstance(item, Mapping)]
