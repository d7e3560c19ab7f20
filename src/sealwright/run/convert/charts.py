"""Credentials in the values of charts: each group becomes a Secret first, which then is converted like others.

The manifest is only thought of. What it is converted into stands behind the release in the release's own file, so that
it goes wherever the release goes.
"""

from __future__ import annotations

import os
import posixpath
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.change import Change
from sealwright.convert.graph.roots import Roots
from sealwright.convert.helm.leftovers import left_at
from sealwright.convert.helm.releases import releases, sites_of_values
from sealwright.convert.helm.rewire import after, exchanges
from sealwright.convert.helm.sites import Sources, sites
from sealwright.convert.yaml_text import yaml_text
from sealwright.manifest.discover import Target
from sealwright.manifest.documents import Form, read_documents
from sealwright.manifest.scalars import to_plain
from sealwright.manifest.source import Source
from sealwright.rewrite.edit import Edit
from sealwright.run.convert.local_charts import LocalCharts
from sealwright.run.convert.made import manifest_of
from sealwright.run.convert.plan import Consumer
from sealwright.run.convert.workspace import File

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from sealwright.convert.helm.leftovers import LeftInChart
    from sealwright.convert.helm.rewire import Exchange
    from sealwright.convert.helm.sites import Site
    from sealwright.manifest.resource import Resource
    from sealwright.run.convert.kustomizations import Kustomizations
    from sealwright.run.convert.plan import Stay
    from sealwright.run.convert.workspace import Workspace


class Made(NamedTuple):
    """A Secret that takes values of a release: where they stand, and what exchanges them."""

    site: Site
    exchange: Exchange

    @property
    def host(self) -> str:
        """The file that the values stand in."""
        return self.site.resource.document.source.path

    @property
    def line(self) -> int:
        """Where the release stands in it."""
        return self.site.resource.document.source.position(self.site.resource.node.start).line


class Charts:
    """What charts are given in a repository. `read` gives a file's bytes by its path from the root."""

    def __init__(
        self,
        workspace: Workspace,
        kustomizations: Kustomizations,
        read: Callable[[str], bytes | None],
        location: Callable[[str], str],
    ) -> None:
        self.files: dict[str, File] = {}
        self._made: dict[str, Made] = {}
        self._workspace = workspace
        self._kustomizations = kustomizations
        self._location = location
        known = list(workspace.resources())
        self._local = LocalCharts(read, location)
        self._roots = Roots()
        for resource in known:
            self._roots.add(resource)
        sources = Sources(known)
        used = releases(known, sources)
        self._sites = [
            self._placed(one)
            for path in workspace.selected
            for resource in workspace.files[path].resources()
            for site in sites(resource, sources)
            for one in sites_of_values(site, used, self._local)
        ]
        for site in self._sites:
            for done in exchanges(site, self._local.of(site)):
                self._take(site, done)

    def made(self, path: str) -> Made | None:
        """The Secret whose manifest is at a path; None for a manifest that is there."""
        return self._made.get(path)

    def host(self, path: str) -> str:
        """The file in which the values of a manifest stand: itself where it is there."""
        made = self._made.get(path)
        return made.host if made is not None else path

    def release(self, path: str) -> str:
        """What takes the values from the Secret, as people call it; '' for a manifest that is there."""
        made = self._made.get(path)
        return str(made.site.owner.ref) if made is not None else ""

    def written(self, path: str) -> Mapping[str, str]:
        """Under which name in the values that of each key stood, where that is another one."""
        made = self._made.get(path)
        return made.exchange.written if made is not None else {}

    def changes(self, texts: dict[str, str]) -> dict[str, list[Change]]:
        """What the manifests that became `texts` do to other files, by their paths. Raises TooLarge.

        They are taken out of `texts`: they stand behind their releases.
        """
        edited: dict[tuple[str, int], list[Made]] = defaultdict(list)
        added: dict[tuple[str, int], tuple[Resource, list[str]]] = {}
        for path in [path for path in texts if path in self._made]:
            made = self._made[path]
            node, owner = made.site.resource.node, made.site.owner
            edited[made.host, node.start].append(made)
            place = (owner.document.source.path, owner.node.start)
            added.setdefault(place, (owner, []))[1].append(texts.pop(path))
        changes: dict[str, list[Change]] = defaultdict(list)
        for (host, start), group in edited.items():
            resource = group[0].site.resource
            plain = after(resource, [one.exchange for one in group])
            edits = [edit for one in group for edit in one.exchange.edits]
            changes[host].append(Change(tuple(edits), (((start, resource.node.end), plain),)))
        for (host, _), (owner, behind) in added.items():
            changes[host] = _with_documents(changes[host], owner, behind)
        return changes

    def consumers(self, paths: Iterable[str]) -> Iterator[Consumer]:
        """The releases that name a Secret now."""
        for path in paths:
            made = self._made.get(path)
            if made is not None:
                name = made.exchange.facts.name
                yield Consumer(made.site.owner.ref, made.host, f"takes values from Secret {name}")

    def left(self, moved: Collection[str], stays: Mapping[str, Stay]) -> list[LeftInChart]:
        """The credentials that stay where they are. `moved` are the paths of manifests that are converted, `stays`
        say of others why not."""
        gone: dict[str, set[str]] = defaultdict(set)
        because: dict[tuple[str, str], Stay] = {}
        for path, made in self._made.items():
            for field in made.exchange.fields:
                if path in moved:
                    gone[made.host].add(field)
                elif path in stays:
                    because[made.host, field] = stays[path]
        found = []
        for site in self._sites:
            host = site.resource.document.source.path
            for one in left_at(site, self._local.of(site), gone[host]):
                stay = because.get((host, one.field))
                found.append(one._replace(reason=stay.reason, hint=stay.hint or one.hint) if stay else one)
        return sorted(dict.fromkeys(found), key=lambda item: (item.path, item.line))

    def _take(self, site: Site, done: Exchange) -> None:
        name = self._free(posixpath.dirname(site.owner.document.source.path), done.facts.name)
        source = Source(name, yaml_text(manifest_of(done.facts)))
        self.files[name] = File(Target(name, self._location(name)), None, source, tuple(read_documents(source)))
        self._made[name] = Made(site, done)

    def _free(self, folder: str, name: str) -> str:
        for number in range(1, 1000):
            path = posixpath.join(folder, f"{name}.yaml" if number == 1 else f"{name}-{number}.yaml")
            taken = path in self.files or path in self._kustomizations.files
            if not taken and not os.path.lexists(self._location(path)):
                return path
        return posixpath.join(folder, f"{name}-{len(self.files)}-values.yaml")

    def _placed(self, site: Site) -> Site:
        """The site with the namespace that its release ends up in, or with the reason why that is not certain."""
        owner, path = site.owner, site.owner.document.source.path
        if site.unsure or not owner.ref.kind:
            return site
        unsure = self._kustomizations.may_change(path, owner.ref.kind)
        if self._roots.is_patch(path):
            unsure = unsure or "it is a patch of a kustomization"
        if owner.document.root is not owner.node or owner.document.form is not Form.YAML:
            unsure = unsure or "there is no room for a Secret beside it: it is no YAML document of its own"
        outside = {name for name in self._roots.namespaces(path) if name}
        if len(outside) == 1 and owner.ref.kind == "HelmRelease" and site.namespace == owner.ref.namespace:
            site = site._replace(namespace=next(iter(outside)))
        if outside - {site.namespace}:
            unsure = unsure or f"a kustomization puts all of this file into namespace {min(outside)}"
        return site._replace(unsure=unsure)


def _with_documents(changes: list[Change], owner: Resource, behind: list[str]) -> list[Change]:
    """The changes of a file, and documents behind that of an object in it."""
    source, end = owner.document.source, owner.document.end
    newline = "\r\n" if "\r\n" in source.text else "\n"
    text = "".join(f"---\n{one.rstrip()}\n" for one in behind).replace("\n", newline)
    plains = [to_plain(one.root) for text in behind for one in read_documents(Source("", text)) if one.root is not None]
    # A line that was added at the end of the object stands at the same place, and comes first.
    last = [edit for change in changes for edit in change.edits if edit.start == edit.end == end]
    above = "".join(edit.text for edit in last)
    text = above + text if (above or source.text[:end]).endswith(("\n", "\r")) else f"{above}{newline}{text}"
    kept = [change._replace(edits=tuple(edit for edit in change.edits if edit not in last)) for change in changes]
    return [*kept, Change((Edit(end, end, text),), (), ((owner.node.start, tuple(plains)),))]
