"""What Flux and Argo CD do to a folder before the cluster gets it: another namespace, other names, patches.

They do it where they run, so that no rendering here has it. An item whose label they would change is not judged.
Source: fluxcd/kustomize-controller, api/v1 `KustomizationSpec`; argoproj/argo-cd, `ApplicationSourceKustomize`. Argo's
own destination is left out: it fills in a namespace that is missing, and such an item is not judged anyway.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import SealwrightError
from sealwright.finding import Problem
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, discover, read_target
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Mapping, Sequence, entries, lookup, mapping_at, resolve, text_of
from sealwright.manifest.resource import resources
from sealwright.manifest.source import decode
from sealwright.sealing.scope import ANNOTATION_CLUSTER_WIDE, ANNOTATION_NAMESPACE_WIDE, Scope
from sealwright.verify.sealed_items import KIND, SealedItem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.discover import Selection
    from sealwright.manifest.git import Repository
    from sealwright.manifest.nodes import Node
    from sealwright.verify.sealed_items import Malformed

_FLUX, _ARGO = "kustomize.toolkit.fluxcd.io/", "argoproj.io/"
_GROUPS = (_FLUX.encode(), _ARGO.encode())
_ENDINGS = (".yaml", ".yml", ".json")
_SCOPES = frozenset({ANNOTATION_CLUSTER_WIDE, ANNOTATION_NAMESPACE_WIDE})


class Deployer(NamedTuple):
    """One that applies a folder. `place` is where it stands, `folder` a real path.

    `namespace` is the one that everything is put into, '' for none; `change` the first field that changes names, or
    may change anything, '' for none.
    """

    place: str
    folder: str
    namespace: str
    change: str

    def doubt(self, item: SealedItem) -> str:
        """Why an item of the folder cannot be judged by what is here; '' if it can."""
        if self.change:
            return f"`{self.change}` in {self.place} may change what it is bound to: verify what comes out of it"
        if not self.namespace or item.scope is Scope.CLUSTER_WIDE or item.resource.namespace == self.namespace:
            return ""
        return f"{self.place} puts it into another namespace when it is applied: verify what comes out of it"


def deployers(selection: Selection, repository: Repository | None) -> list[Deployer]:
    """Those of the repository, or of the selection where there is none, that change what they apply."""
    root = repository.root if repository is not None else os.curdir
    found: list[Deployer] = []
    whole = selection._replace(paths=(), depth=0) if repository is not None else selection._replace(depth=0)
    for target in discover(whole, repository):
        if isinstance(target, Problem) or not target.path.lower().endswith(_ENDINGS):
            continue
        try:
            data = read_target(target, DEFAULT_MAX_BYTES)
        except SealwrightError:
            continue  # it is a problem of its own, where it matters
        if any(group in data for group in _GROUPS):
            found += _in_file(target.path, data, root)
    return found


def doubted(item: SealedItem | Malformed, known: list[Deployer], path: str) -> SealedItem | Malformed:
    """The item with what those who apply its file, by its real path, leave in doubt."""
    if not isinstance(item, SealedItem) or item.doubt:
        return item
    doubts = (each.doubt(item) for each in known if path.startswith(each.folder.rstrip(os.sep) + os.sep))
    return item._replace(doubt=next(filter(None, doubts), ""))


def _in_file(path: str, data: bytes, root: str) -> Iterator[Deployer]:
    for document in read_documents(decode(path, data)):
        for resource in resources(document):
            group, kind = resource.ref.api_version, resource.ref.kind
            line = document.source.position(resource.node.start).line
            spec = mapping_at(resource.node, "spec")
            if spec is None:
                continue
            if group.startswith(_FLUX) and kind == "Kustomization":
                made = _deployer(f"{path}:{line}", spec, spec, "targetNamespace", root)
                yield from [made] if made is not None else []
            elif group.startswith(_ARGO) and kind == "Application":
                for source in _mappings(lookup(spec, "source"), lookup(spec, "sources")):
                    changed = mapping_at(source, "kustomize")
                    made = _deployer(f"{path}:{line}", source, changed, "namespace", root) if changed else None
                    yield from [made] if made is not None else []


def _deployer(place: str, where: Mapping, changed: Mapping, namespace: str, root: str) -> Deployer | None:
    """None for one that changes nothing of what an item is bound to."""
    target, change = text_of(lookup(changed, namespace)), _change(changed)
    if not target and not change:
        return None
    folder = os.path.realpath(os.path.join(root, *text_of(lookup(where, "path")).split("/")))
    return Deployer(place, folder, target, change)


def _change(changed: Mapping) -> str:
    for field in ("namePrefix", "nameSuffix"):
        if text_of(lookup(changed, field)):
            return field
    for field in ("patches", "patchesStrategicMerge", "patchesJson6902"):
        if any(_may_concern(patch) for patch in _mappings(lookup(changed, field))):
            return field
    if _items(lookup(changed, "components")):
        return "components"
    for path in (("commonMetadata", "annotations"), ("commonAnnotations",)):
        added = mapping_at(changed, *path)
        if added is not None and _SCOPES & {name for name, _, _ in entries(added)}:
            return path[0]
    return ""


def _may_concern(patch: Mapping) -> bool:
    """Whether a patch may be one of SealedSecrets: of all kinds, of a pattern of kinds, or of theirs."""
    kind = text_of(lookup(mapping_at(patch, "target") or patch, "kind"))
    if kind:
        return not kind.isalpha() or kind == KIND
    text = text_of(lookup(patch, "patch"))
    return KIND in text or "kind:" not in text


def _mappings(*nodes: Node | None) -> list[Mapping]:
    """The mappings among the values and in the lists among them."""
    return [each for node in nodes for each in _items(node) if isinstance(each, Mapping)]


def _items(node: Node | None) -> list[Node]:
    target = resolve(node) if node is not None else None
    if isinstance(target, Sequence):
        return [resolve(item) for item in target.items]
    return [target] if target is not None else []
