"""Charts that a tree installs, and the values it gives them: Flux, Argo CD, kustomize, and charts that wrap others."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.policy.paths import lookup
from sealwright.policy.relations.reading import yaml_subjects
from sealwright.policy.relations.values import at, items, mapping, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.relations.index import Index
    from sealwright.policy.subject import DocumentPath, Subject

_VALUES = "helm-values"


class Release(NamedTuple):
    """`values` stand at `values_path`; `known` is whether they are all that the chart gets.

    `version` is as written, at `version_path`; '' where it is not said. Paths are those of `subject`.
    """

    subject: Subject
    chart: str
    version: str
    version_path: DocumentPath
    values: dict[str, Any]
    values_path: DocumentPath
    known: bool


_CHARTS = ("external-secrets", "secrets-store-csi-driver")
"""Names of the charts that rules ask for."""


class _Patched(NamedTuple):
    """Releases that kustomizations lay something over, by name and by folder: their values are not all to be seen."""

    names: set[str]
    folders: set[str]


def releases(index: Index) -> Iterator[Release]:
    """Every release of a chart, and values that are a chart's by what they say."""
    seen: set[tuple[str, str]] = set()
    for release in _installed(index):
        if release.values:
            seen.add((release.subject.path, release.chart))
        yield release
    for subject in index.world.subjects:
        if subject.family == _VALUES and (subject.path, subject.ref.kind) not in seen:
            yield Release(subject, subject.ref.kind, "", (), subject.value, (), known=False)


def _installed(index: Index) -> Iterator[Release]:
    patched = _patched(index)
    for subject in index.of_kind("HelmRelease"):
        yield from _flux(index, subject, known=not _is_patched(subject, patched))
    for subject in index.of_kind("Application", "ApplicationSet"):
        yield from _argo(subject)
    for subject in index.of_kind("Kustomization"):
        for number, chart in enumerate(items(subject.value, "helmCharts")):
            path = ("helmCharts", number)
            known = not text(chart, "valuesFile") and not items(chart, "additionalValuesFiles")
            yield _release(subject, chart, path, (*path, "valuesInline"), known=known)
    yield from _wrapped(index)


def _flux(index: Index, subject: Subject, *, known: bool) -> Iterator[Release]:
    spec = mapping(subject.value, "spec")
    known = known and not items(spec, "valuesFrom")
    path: DocumentPath = ("spec", "chart", "spec")
    if mapping(spec, "chart", "spec"):
        yield _release(subject, at(spec, "chart", "spec"), path, ("spec", "values"), known=known)
        return
    source = text(spec, "chartRef", "name")  # an OCIRepository, which is named after its chart
    for repository in index.named("OCIRepository", source) if source else ():
        if repository.path.rpartition("/")[0] == subject.path.rpartition("/")[0]:
            chart = text(repository.value, "spec", "url").rpartition("/")[2]
            version = text(repository.value, "spec", "ref", "tag")
            values = mapping(spec, "values")
            way: DocumentPath = ("spec", "chartRef", "name")
            yield Release(subject, chart, version, way, values, ("spec", "values"), known)
            return


def _argo(subject: Subject) -> Iterator[Release]:
    way: DocumentPath = ("spec",) if subject.ref.kind == "Application" else ("spec", "template", "spec")
    spec = mapping(subject.value, *(str(part) for part in way))
    sources: list[tuple[DocumentPath, Any]] = [((*way, "source"), spec.get("source"))]
    sources += [((*way, "sources", number), each) for number, each in enumerate(items(spec, "sources"))]
    for path, source in sources:
        if text(source, "chart"):
            helm = mapping(source, "helm")
            known = not any(helm.get(field) for field in ("values", "valueFiles", "parameters", "fileParameters"))
            values = (*path, "helm", "valuesObject")
            yield _release(subject, source, path, values, known=known)


def _wrapped(index: Index) -> Iterator[Release]:
    """Charts whose dependencies are charts, with the values below the dependency's name in values.yaml."""
    files = set(index.world.files)
    for path in index.world.files:
        if posixpath.basename(path) != "Chart.yaml" or "/charts/" in path:
            continue
        folder = posixpath.dirname(path)
        values_file = posixpath.join(folder, "values.yaml")
        content = index.world.read(path)
        if "dependencies" not in content or values_file not in files or not any(word in content for word in _CHARTS):
            continue
        charts = list(yaml_subjects(path, content, "Chart"))
        values = list(yaml_subjects(values_file, index.world.read(values_file), "Values"))
        for chart in charts if len(values) == 1 else ():
            for entry in items(chart.value, "dependencies"):
                name = text(entry, "alias") or text(entry, "name")
                given = mapping(values[0].value, name)
                # Other files of values may be laid over it by whoever installs the chart.
                yield Release(values[0], text(entry, "name"), text(entry, "version"), (name,), given, (name,), False)


def _release(subject: Subject, chart: Any, path: DocumentPath, values: DocumentPath, *, known: bool) -> Release:
    """`path` leads to the mapping with the chart's name and version, `values` to its values."""
    field = "targetRevision" if text(chart, "targetRevision") else "version"
    name = text(chart, "chart") or text(chart, "name")
    given = lookup(subject.value, values)
    found = given if isinstance(given, dict) else {}
    return Release(subject, name.rpartition("/")[2], text(chart, field), (*path, field), found, values, known)


def _is_patched(subject: Subject, patched: _Patched) -> bool:
    return bool({subject.ref.name, ""} & patched.names) or posixpath.dirname(subject.path) in patched.folders


def _patched(index: Index) -> _Patched:
    folders = {
        posixpath.dirname(each.path)
        for each in index.of_kind("Kustomization")
        for entry in items(each.value, "patches")
        if text(entry, "target", "kind") in {"HelmRelease", ""} or "HelmRelease" in text(entry, "patch")
    }
    return _Patched({patch.ref.name for patch in index.patches("HelmRelease")}, folders)
