"""What other files say a file is for: a kustomization makes a Secret of it, or a ConfigMap, or patches one with it.

For each target the kustomizations in its folder and above are asked, since kustomize reads nothing outside of a
kustomization's folder unless it is told to. So the answer is the same whether all files are scanned or this one alone.
A kustomization that is scanned itself brings in the files that it names, wherever in the repository they are.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Problem
from sealwright.manifest.applied import Applied, is_named_manifest
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, Target
from sealwright.manifest.globs import compile_globs
from sealwright.manifest.links import behind
from sealwright.manifest.neighbours import KUSTOMIZATIONS, may_generate
from sealwright.manifest.trees import Climb, WorkTree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sealwright.manifest.discover import Selection
    from sealwright.manifest.git import Repository
    from sealwright.manifest.kustomization import NamedFile
    from sealwright.manifest.trees import Tree

SECRET = "secret"  # noqa: S105 - a word
"""The whole content becomes a value of a Secret."""
ENV = "env"
"""Every line becomes a value of a Secret."""
SECRET_PATCH = "secret-patch"  # noqa: S105
"""It patches a Secret."""
CONFIG = "config"
"""It becomes part of a ConfigMap."""
OTHER_PATCH = "other-patch"
"""It patches something that is no Secret."""
APPLIED = "applied"
"""It holds objects or a patch, although it is no manifest by its name."""

WHOLLY_SECRET = frozenset({SECRET, ENV})
"""Such a file matters whatever words are in it."""
_READ_AS_MANIFEST = frozenset({APPLIED, OTHER_PATCH, SECRET_PATCH})
_RANK = {purpose: rank for rank, purpose in enumerate(("", APPLIED, OTHER_PATCH, CONFIG, SECRET_PATCH, ENV, SECRET))}
_BRINGS_IN = frozenset({SECRET, ENV, CONFIG})


def read_as(path: str, purpose: str) -> str:
    """The name by which a file is read: a manifest's where another file says that it is one."""
    return f"{path}.yaml" if purpose in _READ_AS_MANIFEST and not is_named_manifest(path) else path


class Job(NamedTuple):
    """A target and its purpose. `before`: it was scanned already, as if it had this one; only what is new is wanted."""

    target: Target | Problem
    purpose: str = ""
    before: str | None = None


def with_purposes(
    targets: Iterable[Target | Problem],
    selection: Selection,
    repository: Repository | None,
    tree: Tree | None = None,
    links: Iterable[Target] = (),
) -> Iterator[Job]:
    """Every target with its purpose, and behind them the files that kustomizations among them name.

    So do `links`, which are to be told before the first target is: they may give a file a manifest's name.
    The neighbours are looked for in `tree`, which is closed at the end, or else where the selection takes its files.
    """
    limit = selection.max_bytes or DEFAULT_MAX_BYTES
    if tree is None and selection.staged and repository is not None:
        from sealwright.manifest.index import Index

        tree = Index(repository, limit)
    tree = tree or WorkTree(repository, limit)
    try:
        yield from _jobs(targets, selection, tree, links)
    finally:
        tree.close()


def purposes_in(tree: Tree) -> Callable[[Target], str]:
    """Tells the purpose of each target of a tree, '' for none."""
    return _Purposes(tree).of


def _jobs(
    targets: Iterable[Target | Problem], selection: Selection, tree: Tree, links: Iterable[Target]
) -> Iterator[Job]:
    purposes = _Purposes(tree)
    rest = iter(targets)
    first = list(islice(rest, 1))
    # Of a link that leads to nothing, nothing is in git in clear.
    found = behind(links, tree, purposes.applied, is_named_manifest, selection.skip_files)
    linked = {other.path: other for other in found if not isinstance(other, Problem)}
    seen: dict[str, str] = {}
    named = {path: (other, APPLIED) for path, other in linked.items()}
    for target in chain(first, rest):
        if isinstance(target, Problem):
            seen[target.path] = SECRET  # nothing more can be said of it
            yield Job(target)
            continue
        seen[target.path] = purpose = purposes.of(target) or (APPLIED if target.path in linked else "")
        yield Job(target, purpose)
        for other, use in purposes.named_by(target):
            if other.path not in named or _RANK[use] > _RANK[named[other.path][1]]:
                named[other.path] = other, use
    yield from _behind(named, seen, selection, tree)


def _behind(
    named: dict[str, tuple[Target, str]], seen: dict[str, str], selection: Selection, tree: Tree
) -> Iterator[Job]:
    """The named files that were not seen, and those that were taken for less than they are."""
    skip = compile_globs(selection.skip_files)
    wanted = [
        (target, purpose)
        for path, (target, purpose) in named.items()
        if _RANK[seen.get(path, "")] < _RANK[purpose]
        and not (skip is not None and skip.match(path))
        and (path in seen or tree.holds(target))
    ]
    filled = tree.filled([target for target, _ in wanted])
    for target, (known, purpose) in zip(filled, wanted, strict=True):
        yield Job(target, purpose, seen.get(known.path))


class _Named(NamedTuple):
    path: str
    purpose: str


class _Purposes:
    """Answers for one run; each kustomization is read once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.applied = Applied(tree)
        self._folders: dict[str, dict[str, dict[str, _Named]]] = {}
        self._climb = Climb(tree, self._naming)

    def of(self, target: Target) -> str:
        """The purpose that weighs most, '' for none."""
        purpose = ""
        if climbed := self._climb.to(target):
            place = self._tree.place(target)
            found = (named[place].purpose for named in climbed if place in named)
            purpose = max(found, key=_RANK.__getitem__, default="")
        if not purpose and not is_named_manifest(target.path) and self.applied.holds(target):
            return APPLIED
        return purpose

    def named_by(self, target: Target) -> Iterator[tuple[Target, str]]:
        """What a target that is a kustomization names: files to scan and their purposes."""
        if not target.path.endswith(KUSTOMIZATIONS):
            return
        name = target.path.rsplit("/", 1)[-1]
        folder = self._tree.folder(target)
        for named in self._folder(folder).get(name, {}).values() if folder is not None else ():
            if named.purpose in _BRINGS_IN:
                yield self._tree.beside(target, named.path), named.purpose
        yield from ((other, APPLIED) for other in self.applied.named_by(target))

    def _naming(self, folder: str) -> Iterator[dict[str, _Named]]:
        """What the kustomizations in a folder name, those that name nothing left out."""
        return (named for named in self._folder(folder).values() if named)

    def _folder(self, folder: str) -> dict[str, dict[str, _Named]]:
        """For each kustomization in the folder, by its name: what it names, by place."""
        if folder not in self._folders:
            self._folders[folder] = {
                name: self._read(folder, name, data) for name, data in self.applied.kustomizations(folder)
            }
        return self._folders[folder]

    def _read(self, folder: str, name: str, data: bytes) -> dict[str, _Named]:
        places: dict[str, _Named] = {}
        for named in _names(name, data):
            purpose = _purpose(named)
            place = self._tree.find(folder, named.path) if "://" not in named.path else ""
            if place and (place not in places or _RANK[purpose] > _RANK[places[place].purpose]):
                places[place] = _Named(named.path, purpose)
        return places


def _names(name: str, data: bytes) -> Iterator[NamedFile]:
    """What a kustomization names. Most name nothing of interest, which their bytes say."""
    patches = b"patch" in data and (b"Secret" in data or b"ConfigMap" in data)
    if not (may_generate(data) or patches):
        return
    from sealwright.manifest.documents import read_documents
    from sealwright.manifest.kustomization import named_files
    from sealwright.manifest.resource import resources
    from sealwright.manifest.source import decode

    for document in read_documents(decode(name, data)):
        for resource in resources(document):
            yield from named_files(resource)


def _purpose(named: NamedFile) -> str:
    secret = named.kind == "Secret"
    if named.use == "patch":
        return SECRET_PATCH if secret else OTHER_PATCH
    if not secret:
        return CONFIG
    return SECRET if named.use == "files" else ENV
