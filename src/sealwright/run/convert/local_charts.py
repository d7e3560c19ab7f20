"""Charts that are in the repository: found by what releases say of them, read once each."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.helm.local import local_chart
from sealwright.convert.kustomize.paths import joined
from sealwright.manifest.discover import Target, read_target
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Mapping, Sequence, lookup, resolve, text_of
from sealwright.manifest.source import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.convert.helm.local import LocalChart
    from sealwright.convert.helm.sites import Site

CHART, VALUES, TEMPLATES = "Chart.yaml", "values.yaml", "templates"
_MOST = 4_000_000
"""Characters of templates that are looked into."""


class Dependency(NamedTuple):
    """A chart that another one brings along: `alias` is the field of the values that are for it."""

    name: str
    source: str
    alias: str


class LocalCharts:
    """`read` gives a file's bytes by its path from the root, `location` where it is."""

    def __init__(self, read: Callable[[str], bytes | None], location: Callable[[str], str]) -> None:
        self._read = read
        self._location = location
        self._known: dict[str, LocalChart | None] = {}

    def of(self, site: Site) -> LocalChart | None:
        """The chart of a site, where the repository has it; None for any other."""
        folder = joined(".", site.folder) if site.folder else ""
        return self.at(folder) if folder else None

    def at(self, folder: str) -> LocalChart | None:
        """The chart in a folder."""
        if folder not in self._known:
            chart, values = self._mapping(folder, CHART), self._mapping(folder, VALUES)
            found = chart is not None and values is not None
            templates = "\n".join(self._templates(folder)) if found else ""
            name = text_of(lookup(chart, "name")) if chart is not None else ""
            self._known[folder] = local_chart(name, values, templates) if values is not None and found else None
        return self._known[folder]

    def name(self, folder: str) -> str:
        """What the chart in a folder is called; '' where there is none."""
        chart = self._mapping(folder, CHART)
        return text_of(lookup(chart, "name")) if chart is not None else ""

    def dependencies(self, folder: str) -> Iterator[Dependency]:
        """What the chart in a folder brings along."""
        chart = self._mapping(folder, CHART)
        listed = lookup(chart, "dependencies") if chart is not None else None
        target = resolve(listed) if listed is not None else None
        for item in target.items if isinstance(target, Sequence) else ():
            entry = resolve(item)
            if isinstance(entry, Mapping):
                name, source, alias = (text_of(lookup(entry, field)) for field in ("name", "repository", "alias"))
                yield Dependency(name, source, alias or name)

    def _mapping(self, folder: str, name: str) -> Mapping | None:
        data = self._read(posixpath.normpath(posixpath.join(folder, name)))
        documents = list(read_documents(decode(name, data))) if data is not None else []
        roots = [document.root for document in documents if document.root is not None and document.exact]
        root = resolve(roots[0]) if len(roots) == 1 else None
        return root if isinstance(root, Mapping) else None

    def _templates(self, folder: str) -> Iterator[str]:
        """The texts of its templates. Raises UnreadableError: what is not known to read a value may read it."""
        left = _MOST
        top = self._location(posixpath.join(folder, TEMPLATES))
        for current, _, names in os.walk(top):
            for name in sorted(names):
                path = os.path.join(current, name)
                if os.path.islink(path) or left <= 0:
                    continue
                shown = posixpath.join(folder, TEMPLATES, os.path.relpath(path, top).replace(os.sep, "/"))
                text = read_target(Target(shown, path), left).decode("utf-8", "replace")[:left]
                left -= len(text)
                yield text
