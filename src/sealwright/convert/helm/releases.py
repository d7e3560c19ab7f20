"""Which release a chart's own values are for, where the chart is in the repository and one release alone uses it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sealwright.convert.helm.charts import chart_of, is_set
from sealwright.convert.helm.sites import release_of
from sealwright.manifest.nodes import mapping_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sealwright.convert.helm.local import LocalChart
    from sealwright.convert.helm.sites import Site, Sources
    from sealwright.manifest.resource import Resource


class Release(NamedTuple):
    """A release of a chart in `folder` (from the root), under its name; `own`: it brings values along."""

    resource: Resource
    folder: str
    name: str
    namespace: str
    own: bool


class Brought(Protocol):
    """A chart that another one brings along."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def source(self) -> str:
        """The URL of its repository."""

    @property
    def alias(self) -> str:
        """The field of the values that are for it."""


class Folders(Protocol):
    """The charts that are in the repository."""

    def at(self, folder: str) -> LocalChart | None:
        """The chart in a folder."""

    def name(self, folder: str) -> str:
        """What it is called."""

    def dependencies(self, folder: str) -> Iterable[Brought]:
        """What it brings along."""


def releases(resources: Iterable[Resource], sources: Sources) -> list[Release]:
    """Every release of a chart that comes from a folder."""
    found = []
    for resource in resources:
        for site in release_of(resource, sources):
            spec = mapping_at(resource.node, "spec")
            folder = posixpath.normpath(site.folder) if site.folder else ""
            if folder and spec is not None:
                helm = mapping_at(spec, "source", "helm")
                fields = ("values", "valuesObject", "valueFiles", "parameters", "fileParameters")
                own = (
                    is_set(spec, "values") or is_set(spec, "valuesFrom") or is_set(spec, "chart", "spec", "valuesFiles")
                )
                own = own or (helm is not None and any(is_set(helm, field) for field in fields))
                found.append(Release(resource, folder, site.release, site.namespace, own))
    return found


def sites_of_values(site: Site, used: Sequence[Release], charts: Folders) -> Iterator[Site]:
    """The site itself; for the `values.yaml` of a chart that one release uses as it is, what is in it for which chart.

    The chart's own values count for every release: with several of them, or with other values beside, nobody can say
    what a name in there would change.
    """
    path = site.resource.document.source.path
    folder, name = posixpath.split(path)
    folder = folder or "."
    chart = charts.name(folder) if name == "values.yaml" and not site.resource.ref.kind else ""
    if not chart:
        yield site
        return
    here = [release for release in used if release.folder == folder]
    if len(here) != 1 or here[0].own:
        reason = "values of its own" if here and here[0].own else "several releases" if here else "no release here"
        yield site._replace(unsure=f"they are the chart's own values, and it has {reason}", folder=folder)
        return
    release, brought = here[0], {one.alias: one for one in charts.dependencies(folder)}
    base = site._replace(namespace=release.namespace, unsure="", beside=release.resource)
    for alias, one in brought.items():
        values = mapping_at(site.values, alias)
        if values is not None:
            named = base._replace(values=values, way=(alias,), chart=one.name, source=one.source)
            known = chart_of(one.name, one.source) is not None
            reason = "" if known else "it is not known how its chart takes a Secret, or where the chart is from"
            yield named._replace(release=f"{release.name}-{alias}", unsure=reason)
    yield base._replace(release=release.name, folder=folder, chart=chart, without=frozenset(brought))
