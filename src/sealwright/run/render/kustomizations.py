"""Kustomizations as they hang together: which of them are roots, which files each reads, what must not be rendered.

Source: kustomize, api/types/kustomization.go, for the fields that name files; api/internal/git/repospec.go and
api/pkg/loader/fileloader.go, for what is fetched: everything is refused that could be.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from sealwright.manifest.documents import read_documents
from sealwright.manifest.kustomization import is_inline, named_files, scalars
from sealwright.manifest.neighbours import KUSTOMIZATIONS
from sealwright.manifest.nodes import Mapping, Scalar, Sequence, entries, resolve, text_of
from sealwright.manifest.resource import resources
from sealwright.manifest.scalars import kind_of
from sealwright.manifest.source import decode
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.manifest.nodes import Node
    from sealwright.manifest.source import Source

_FOLDERS = frozenset({"resources", "bases", "components", "generators", "transformers", "validators"})
"""Fields whose entries may be folders with kustomizations of their own."""
_FILES = frozenset({"crds", "configurations", "patchesStrategicMerge"})
_ENTRIES_WITH_PATHS = frozenset({"patches", "patchesJson6902", "patchesJSON6902", "replacements", "openapi"})
_CHARTS = frozenset({"helmCharts", "helmChartInflationGenerator"})
_REMOTE = Pattern(
    r".*://|.*::|[^/\s]*@[^/\s]*:|[A-Za-z0-9_-]{1,20}:|(?:www\.)?(?:github|gitlab|bitbucket)\.(?:com|org)(?:[/:]|\Z)"
    r"|.*\.git(?:[/?]|\Z)|.*[?&](?:ref|version|timeout|submodules)=|.*//",
    re.DOTALL,
)
_LARGEST: Final = 10 * 1024 * 1024


class Unrenderable(Exception):  # noqa: N818 - a signal to the caller
    """A kustomization must not be rendered. `path` is the file that says why, `line` where (0: unknown)."""

    def __init__(self, message: str, hint: str, path: str, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.path = path
        self.line = line


class _Named(NamedTuple):
    """An entry that names a file or folder. `may_be_folder`: kustomize would look for a kustomization in it."""

    text: str
    line: int
    may_be_folder: bool


class Kustomization(NamedTuple):
    """One that was read: its file, what it names, and whether it is a component, which is no root."""

    path: str
    names: tuple[_Named, ...]
    component: bool
    chart_line: int = 0

    @property
    def folder(self) -> str:
        """The real path of its folder."""
        return os.path.dirname(self.path)


class Reach(NamedTuple):
    """Every file that a rendering reads, its kustomization first; `flaw` is the first reason not to render it."""

    files: tuple[str, ...]
    flaw: Unrenderable | None = None


class Kustomizations:
    """Those of one run, each read once. Paths are real ones; nothing outside of `root` ('' for no limit) is read."""

    def __init__(self, root: str) -> None:
        self._root = os.path.realpath(root) if root else ""
        self._read: dict[str, Kustomization | None] = {}

    def at(self, folder: str) -> Kustomization | None:
        """The kustomization in a folder, or None. Raises Unrenderable where there are two, or where it is broken."""
        real = os.path.realpath(folder)
        if real not in self._read:
            found = [path for name in KUSTOMIZATIONS if os.path.isfile(path := os.path.join(real, name))]
            if len(found) > 1:
                raise Unrenderable("there are two kustomizations in the folder", "keep one of them", found[0])
            self._read[real] = _kustomization(found[0]) if found else None
        return self._read[real]

    def roots(self, folders: Iterable[str]) -> list[str]:
        """Those of the folders that no other one uses, and that are no components.

        Of folders that use each other in a circle the first is one: that it cannot be rendered must not go unnoticed.
        """
        uses = {folder: self._used_by(folder) for folder in sorted({os.path.realpath(folder) for folder in folders})}
        used = {other for folder, others in uses.items() for other in others if other != folder}
        roots = [folder for folder in uses if folder not in used]
        covered: set[str] = set()
        for folder in [*roots, *uses]:
            if folder not in covered:
                roots += [folder] if folder in used else []
                _cover(folder, uses, covered)
        return sorted(folder for folder in roots if not self._is_component(folder))

    def _used_by(self, folder: str) -> set[str]:
        try:
            kustomization = self.at(folder)
        except Unrenderable:
            return set()  # it is said when it is rendered
        return (
            {os.path.realpath(_below(folder, named.text)) for named in kustomization.names} if kustomization else set()
        )

    def _is_component(self, folder: str) -> bool:
        kustomization = self._read.get(folder)
        return kustomization is not None and kustomization.component

    def reach(self, folder: str) -> Reach:
        """What rendering the folder reads, as far as it may be read."""
        files: dict[str, None] = {}
        flaws: list[Unrenderable] = []
        waiting, seen = [os.path.realpath(folder)], set[str]()
        while waiting:
            current = waiting.pop()
            if current in seen:
                continue
            seen.add(current)
            try:
                kustomization = self.at(current)
            except Unrenderable as flaw:
                flaws.append(flaw)
                continue
            if kustomization is not None:
                files[kustomization.path] = None
                self._follow(kustomization, files, waiting, flaws)
        return Reach(tuple(files), flaws[0] if flaws else None)

    def _follow(
        self, kustomization: Kustomization, files: dict[str, None], waiting: list[str], flaws: list[Unrenderable]
    ) -> None:
        if kustomization.chart_line:
            hint = "render it yourself (`kustomize build --enable-helm`), and verify the result"
            message = "it inflates a Helm chart, which is not done here"
            flaws.append(Unrenderable(message, hint, kustomization.path, kustomization.chart_line))
        for named in kustomization.names:
            try:
                real = self._checked(kustomization, named)
            except Unrenderable as flaw:
                flaws.append(flaw)
                continue
            if os.path.isdir(real):
                waiting.append(real)
            else:
                files[real] = None

    def _checked(self, kustomization: Kustomization, named: _Named) -> str:
        """The real path of what is named. Raises Unrenderable, which does not repeat it: it may hold a token."""
        if _REMOTE.match(named.text):
            message = "it names something outside of the repository, and nothing is fetched here"
            hint = "keep a copy of it in the repository, or render it yourself and verify the result"
            raise Unrenderable(message, hint, kustomization.path, named.line)
        real = os.path.realpath(_below(kustomization.folder, named.text))
        if self._root and real != self._root and not real.startswith(self._root.rstrip(os.sep) + os.sep):
            message = "it names something outside of the repository, which is not read"
            raise Unrenderable(message, "move it into the repository", kustomization.path, named.line)
        if not os.path.isfile(real) and not (os.path.isdir(real) and named.may_be_folder):  # nor is it a pipe
            message = "it names something that is not there"
            raise Unrenderable(message, "check the path", kustomization.path, named.line)
        return real


def _cover(folder: str, uses: dict[str, set[str]], covered: set[str]) -> None:
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        if current in uses and current not in covered:
            covered.add(current)
            waiting.extend(uses[current])


def _below(folder: str, text: str) -> str:
    return os.path.join(folder, *text.split("/")) if not text.startswith("/") else text


def _kustomization(path: str) -> Kustomization:
    try:
        with open(path, "rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise Unrenderable(f"cannot be read: {error.strerror}", "check its permissions", path) from None
    source = decode(path, data[:_LARGEST])
    names: list[_Named] = []
    component, chart_line = False, 0
    for document in read_documents(source):
        if document.flaw or source.flaw or len(data) > _LARGEST:
            line = source.position(document.flaw_at).line if document.flaw else 0
            raise Unrenderable("the kustomization does not parse", "mend it", path, line)
        for resource in resources(document):
            component = component or resource.ref.kind == "Component"
            names += _names(resource.node, source)
            names += [
                _Named(named.path, 0, may_be_folder=False) for named in named_files(resource) if named.use != "patch"
            ]
            for field, key, _ in entries(resource.node):
                chart_line = source.position(key.start).line if field in _CHARTS else chart_line
    return Kustomization(path, tuple(names), component, chart_line)


def _names(node: Mapping, source: Source) -> Iterator[_Named]:
    for field, _, value in entries(node):
        if field in _FOLDERS | _FILES:
            for scalar in scalars(value):
                if not is_inline(scalar.value) and kind_of(scalar) != "null":
                    yield _Named(scalar.value, source.position(scalar.start).line, field in _FOLDERS)
        elif field in _ENTRIES_WITH_PATHS:
            for scalar in _paths(value):
                yield _Named(scalar.value, source.position(scalar.start).line, may_be_folder=False)


def _paths(value: Node) -> Iterator[Scalar]:
    """What stands under `path` in the entry, or in each of the list."""
    target = resolve(value)
    for item in target.items if isinstance(target, Sequence) else (target,):
        entry = resolve(item)
        for key, node in entry.entries if isinstance(entry, Mapping) else ():
            scalar = resolve(node)
            if text_of(key) == "path" and isinstance(scalar, Scalar) and scalar.value:
                yield scalar
