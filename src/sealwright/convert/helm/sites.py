"""Where values for a chart stand: HelmReleases of Flux, Applications of Argo CD, `helmCharts` of kustomize, files.

Source: helm.toolkit.fluxcd.io/v2, argoproj.io/v1alpha1, kustomize `api/types/helmchartargs.go`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.helm.charts import is_set, text_at
from sealwright.manifest.documents import read_documents
from sealwright.manifest.kustomization import is_kustomization
from sealwright.manifest.nodes import Mapping, Scalar, Sequence, lookup, mapping_at, resolve, text_of
from sealwright.manifest.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource

_LARGEST = 500_000
"""Characters of a text that is looked into."""
_FLUX_SOURCES = frozenset({"HelmRepository", "OCIRepository"})


class Site(NamedTuple):
    """Values of one release. `way` leads to them from the object; `source` is the URL of the chart's repository.

    `namespace` is that of the release, '' where nobody says. `unsure` says why nothing here may be exchanged. Where the
    values are a text inside of the object, `text` is that text, and `first_line` the line of the file it begins in.
    """

    resource: Resource
    values: Mapping
    way: tuple[str, ...]
    chart: str = ""
    source: str = ""
    namespace: str = ""
    release: str = ""
    unsure: str = ""
    text: Source | None = None
    first_line: int = 0


class Sources:
    """The repositories of charts that Flux knows of, by kind, namespace and name."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._urls: dict[tuple[str, str], set[tuple[str, str]]] = {}
        for resource in resources:
            ref, spec = resource.ref, mapping_at(resource.node, "spec")
            if ref.kind in _FLUX_SOURCES and spec is not None:
                found = (ref.namespace, text_of(lookup(spec, "url")))
                self._urls.setdefault((ref.kind, ref.name), set()).add(found)

    def url(self, kind: str, namespace: str, name: str) -> str:
        """The URL of a repository; '' where none is known, or several that differ."""
        known = self._urls.get((kind, name), set())
        urls = {url for where, url in known if not where or not namespace or where == namespace}
        return urls.pop() if len(urls) == 1 else ""


def sites(resource: Resource, sources: Sources) -> Iterator[Site]:
    """Every place in an object where values for a chart stand as mappings, and a file of values as a whole."""
    ref = resource.ref
    spec = mapping_at(resource.node, "spec")
    if ref.kind == "HelmRelease" and spec is not None:
        yield from _of_flux(resource, spec, sources)
    elif ref.kind == "Application" and ref.api_version.startswith("argoproj.io/") and spec is not None:
        yield from _of_argo(resource, spec)
        yield from _of_argo_texts(resource, spec)
    elif ref.kind == "HelmChart" and ref.api_version.startswith("helm.cattle.io/") and spec is not None:
        name = text_at(spec, "chart")
        yield from _in_text(resource, lookup(spec, "valuesContent"), ("spec", "valuesContent"), name)
    elif is_kustomization(resource):
        yield from _of_kustomize(resource)
    elif not ref.kind and not ref.api_version and is_values_file(resource.document.source.path):
        reason = "nothing says which release the file is for"
        yield Site(resource, resource.node, (), unsure=reason)


def is_values_file(path: str) -> bool:
    """Whether a file holds values for a chart, by its name."""
    name = path.rpartition("/")[2].lower()
    stem, _, ending = name.rpartition(".")
    return ending in {"yaml", "yml"} and (stem.startswith("values") or stem.endswith(("values", ".values")))


def _of_flux(resource: Resource, spec: Mapping, sources: Sources) -> Iterator[Site]:
    values = mapping_at(spec, "values")
    if values is None:
        return
    own = resource.ref.namespace
    chart, ref = mapping_at(spec, "chart", "spec"), mapping_at(spec, "chart", "spec", "sourceRef")
    name = text_of(lookup(chart, "chart")) if chart is not None else ""
    if ref is None:
        ref = mapping_at(spec, "chartRef")
    kind, repository, where = (text_of(lookup(ref, field)) if ref else "" for field in ("kind", "name", "namespace"))
    url = sources.url(kind, where or own, repository)
    if not name and kind == "OCIRepository":
        name = url.rstrip("/").rpartition("/")[2]
    release = text_at(spec, "releaseName") or resource.ref.name
    unsure = "`valuesFrom` adds values that are not here" if is_set(spec, "valuesFrom") else ""
    yield Site(
        resource,
        values,
        ("spec", "values"),
        name,
        url,
        text_at(spec, "targetNamespace") or own,
        release,
        unsure or ("`postRenderers` change what the chart makes" if is_set(spec, "postRenderers") else ""),
    )


def _of_argo(resource: Resource, spec: Mapping) -> Iterator[Site]:
    source = mapping_at(spec, "source")
    if source is None:
        return
    values = mapping_at(source, "helm", "valuesObject")
    if values is None:
        return
    fields = ("values", "valueFiles", "parameters", "fileParameters")
    others = [field for field in fields if is_set(source, "helm", field)]
    unsure = f"`{others[0]}` adds values that are not here" if others else ""
    namespace = text_at(spec, "destination", "namespace")
    release = text_at(source, "helm", "releaseName") or resource.ref.name
    url = text_at(source, "repoURL")
    way = ("spec", "source", "helm", "valuesObject")
    yield Site(resource, values, way, text_at(source, "chart"), url, namespace, release, unsure)


def _of_argo_texts(resource: Resource, spec: Mapping) -> Iterator[Site]:
    """Values in a text, of one source or of several, and values as objects of several sources."""
    source = mapping_at(spec, "source")
    if source is not None:
        written = lookup(mapping_at(source, "helm") or source, "values")
        yield from _in_text(resource, written, ("spec", "source", "helm", "values"), text_at(source, "chart"))
    for number, one in enumerate(_mappings(lookup(spec, "sources"))):
        helm, way = mapping_at(one, "helm"), ("spec", f"sources[{number}]", "helm")
        name, values = text_at(one, "chart"), mapping_at(one, "helm", "valuesObject")
        if values is not None:
            reason = "values of an Application with several sources are reported only"
            yield Site(resource, values, (*way, "valuesObject"), name, unsure=reason)
        if helm is not None:
            yield from _in_text(resource, lookup(helm, "values"), (*way, "values"), name)


def _in_text(resource: Resource, node: Node | None, way: tuple[str, ...], chart: str) -> Iterator[Site]:
    scalar = resolve(node) if node is not None else None
    if not isinstance(scalar, Scalar) or len(scalar.value) > _LARGEST:
        return
    line = resource.document.source.position(scalar.start).line
    text = Source(resource.document.source.path, scalar.value)
    for document in read_documents(text):
        if isinstance(document.root, Mapping):
            first = line + 1 if scalar.style in {"|", ">"} else line
            reason = "values in a text are reported only"
            yield Site(resource, document.root, way, chart, unsure=reason, text=text, first_line=first)


def _of_kustomize(resource: Resource) -> Iterator[Site]:
    for item in _mappings(lookup(resource.node, "helmCharts")):
        values = mapping_at(item, "valuesInline")
        if values is not None:
            reason = "values in a kustomization are reported only"
            yield Site(resource, values, ("helmCharts", "valuesInline"), text_at(item, "name"), unsure=reason)


def _mappings(node: Node | None) -> Iterator[Mapping]:
    target = resolve(node) if node is not None else None
    for item in target.items if isinstance(target, Sequence) else ():
        inner = resolve(item)
        if isinstance(inner, Mapping):
            yield inner
