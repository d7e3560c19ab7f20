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

    from sealwright.manifest.documents import Document
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource

_LARGEST = 500_000
"""Characters of a text that is looked into."""
_FLUX_SOURCES = frozenset({"HelmRepository", "OCIRepository"})


class Site(NamedTuple):
    """Values of one release. `way` leads to them from the object; `source` is the URL of the chart's repository.

    `namespace` is that of the release, '' where nobody says. `unsure` says why nothing here may be exchanged. Where the
    values are a text inside of the object, `text` is that text, `first_line` the line of the file it begins in,
    `document` what was read in it and `scalar` where it stands. `folder` is where the chart would be, as the object
    names it, for a chart that comes from a repository of manifests. `without` are fields that are no part of it.
    `beside` is the release, where that is another object than the one with the values.
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
    document: Document | None = None
    scalar: Scalar | None = None
    folder: str = ""
    without: frozenset[str] = frozenset()
    beside: Resource | None = None

    @property
    def owner(self) -> Resource:
        """The object that is the release."""
        return self.beside or self.resource


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
    elif ref.kind == "HelmChart" and ref.api_version.startswith("helm.cattle.io/") and spec is not None:
        reason = "values of a HelmChart are reported only"
        site = Site(resource, spec, ("spec", "valuesContent"), text_at(spec, "chart"), unsure=reason)
        yield from _in_text(site, lookup(spec, "valuesContent"))
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


def release_of(resource: Resource, sources: Sources) -> Iterator[Site]:
    """The releases that an object makes, whatever values they have: those of each site are not looked at."""
    spec = mapping_at(resource.node, "spec")
    if spec is None:
        return
    if resource.ref.kind == "HelmRelease":
        yield _flux_site(resource, spec, sources)
    elif resource.ref.kind == "Application" and resource.ref.api_version.startswith("argoproj.io/"):
        first = mapping_at(spec, "source")
        for source in [*([first] if first is not None else []), *_mappings(lookup(spec, "sources"))]:
            yield _argo_site(resource, source, ())


def _of_flux(resource: Resource, spec: Mapping, sources: Sources) -> Iterator[Site]:
    values = mapping_at(spec, "values")
    if values is not None:
        yield _flux_site(resource, spec, sources)._replace(values=values)


def _flux_site(resource: Resource, spec: Mapping, sources: Sources) -> Site:
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
    unsure = unsure or ("`postRenderers` change what the chart makes" if is_set(spec, "postRenderers") else "")
    namespace = text_at(spec, "targetNamespace") or own
    folder = name if kind == "GitRepository" else ""
    return Site(resource, spec, ("spec", "values"), name, url, namespace, release, unsure, folder=folder)


def _of_argo(resource: Resource, spec: Mapping) -> Iterator[Site]:
    """Values as an object or as a text, of one source or of several."""
    source = mapping_at(spec, "source")
    if source is not None:
        yield from _of_source(resource, source, ("spec", "source"))
    for number, one in enumerate(_mappings(lookup(spec, "sources"))):
        reason = "values of an Application with several sources are reported only"
        yield from _of_source(resource, one, ("spec", f"sources[{number}]"), reason)


def _of_source(resource: Resource, source: Mapping, way: tuple[str, ...], reason: str = "") -> Iterator[Site]:
    helm = mapping_at(source, "helm")
    if helm is None:
        return
    fields = ("values", "valuesObject", "valueFiles", "parameters", "fileParameters")
    given = [field for field in fields if is_set(helm, field)]
    base = _argo_site(resource, source, way)
    values = mapping_at(helm, "valuesObject")
    for field in ("valuesObject", "values"):
        others = [other for other in given if other != field]
        unsure = reason or (f"`{others[0]}` adds values that are not here" if others else "")
        site = base._replace(way=(*way, "helm", field), unsure=unsure)
        if field == "values":
            yield from _in_text(site, lookup(helm, "values"))
        elif values is not None:
            yield site._replace(values=values)


def _argo_site(resource: Resource, source: Mapping, way: tuple[str, ...]) -> Site:
    return Site(
        resource,
        source,
        way,
        chart=text_at(source, "chart"),
        source=text_at(source, "repoURL"),
        namespace=text_at(resource.node, "spec", "destination", "namespace"),
        release=text_at(source, "helm", "releaseName") or resource.ref.name,
        folder="" if text_at(source, "chart") else text_at(source, "path"),
    )


def _in_text(site: Site, node: Node | None) -> Iterator[Site]:
    """The site with the values that a text has."""
    scalar = resolve(node) if node is not None else None
    if not isinstance(scalar, Scalar) or len(scalar.value) > _LARGEST:
        return
    source = site.resource.document.source
    line = source.position(scalar.start).line
    text = Source(source.path, scalar.value)
    documents = [document for document in read_documents(text) if isinstance(document.root, Mapping)]
    unsure = site.unsure or ("values in several documents are reported only" if len(documents) > 1 else "")
    first = line + 1 if scalar.style in {"|", ">"} else line
    for document in documents:
        if isinstance(document.root, Mapping):
            values = document.root
            found = site._replace(values=values, unsure=unsure, text=text, first_line=first)
            yield found._replace(document=document, scalar=scalar)


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
