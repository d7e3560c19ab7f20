"""The manifests of a repository that have to do with Secrets: what is to be converted, and who uses it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.prefilter import is_wide
from sealwright.errors import SealwrightError
from sealwright.finding import Problem
from sealwright.manifest.discover import Selection, discover, read_target, too_large
from sealwright.manifest.documents import read_documents
from sealwright.manifest.kustomization import is_kustomization_name
from sealwright.manifest.resource import resources
from sealwright.manifest.source import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.discover import Target
    from sealwright.manifest.documents import Document
    from sealwright.manifest.git import Repository
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.source import Source

_ENDINGS = (".yaml", ".yml", ".json")
_WORDS = (b"ecret", b"\\", b"HelmRe", b"OCIRepository", b"argoproj.io/", b"assword", b"oken")
"""What names a Secret in any way, a credential for a chart, its release or its repository; a backslash may begin an
escape within the word."""


class File(NamedTuple):
    """One manifest, read. `data` is None for one that is still to be made."""

    target: Target
    data: bytes | None
    source: Source
    documents: tuple[Document, ...]

    def __repr__(self) -> str:
        return f"File({self.target.path!r})"  # the bytes may hold secrets

    @property
    def path(self) -> str:
        """The path that people see."""
        return self.target.path

    def resources(self) -> Iterator[Resource]:
        """Every object of its documents."""
        for document in self.documents:
            yield from resources(document)


class Workspace(NamedTuple):
    """`files` by their paths: all of the repository that may name a Secret. `selected` are those to be converted.

    `problems` are about the selected files only: whatever they hold was not looked at.
    """

    files: dict[str, File]
    selected: tuple[str, ...]
    problems: tuple[Problem, ...]

    def resources(self) -> Iterator[Resource]:
        """Every object of every file."""
        for file in self.files.values():
            yield from file.resources()


def read_workspace(selection: Selection, repository: Repository | None) -> Workspace:
    """Read what is selected, and the rest of the repository around it. Raises UsageError for paths that are not there.

    A path is what the user named or a manifest by its name; links are read once.
    """
    named = {os.path.normpath(path) for path in selection.paths}
    files: dict[str, File] = {}
    problems: list[Problem] = []
    chosen: list[str] = []
    seen: set[str] = set()
    for target in _targets(selection, repository, problems):
        real = os.path.realpath(target.location)
        if real in seen or not (_is_manifest(target.path) or os.path.normpath(target.location) in named):
            continue
        seen.add(real)
        file = _read(target, selection.max_bytes)
        if isinstance(file, Problem):
            problems.append(file)
        elif file is not None:
            files[file.path] = file
            chosen.append(file.path)
            problems.extend(_broken(file))
    everything = Selection(skip_files=selection.skip_files, max_bytes=selection.max_bytes)
    for target in _targets(everything, repository, []):
        real = os.path.realpath(target.location)
        if real not in seen and _is_manifest(target.path):
            seen.add(real)
            file = _read(target, selection.max_bytes)
            if isinstance(file, File):
                files[file.path] = file
    return Workspace(files, tuple(chosen), tuple(problems))


def _targets(selection: Selection, repository: Repository | None, problems: list[Problem]) -> Iterator[Target]:
    for target in discover(selection, repository):
        if isinstance(target, Problem):
            problems.append(target)
        else:
            yield target


def _is_manifest(path: str) -> bool:
    return path.lower().endswith(_ENDINGS) or is_kustomization_name(path)


def _read(target: Target, max_bytes: int) -> File | Problem | None:
    """The file; None where nothing in it has to do with a Secret."""
    try:
        data = read_target(target, max_bytes)
    except SealwrightError as error:
        return Problem(target.path, error.message, hint=error.hint)
    relevant = any(word in data for word in _WORDS) or is_wide(data) or is_kustomization_name(target.path)
    if not relevant:
        return None
    if len(data) > max_bytes:
        return too_large(target.path, max_bytes)
    source = decode(target.path, data)
    if source.flaw:
        return Problem(target.path, source.flaw, hint="convert it to UTF-8") if "Secret" in source.text else None
    return File(target, data, source, tuple(read_documents(source)))


def _broken(file: File) -> Iterator[Problem]:
    for document in file.documents:
        if document.flaw and "Secret" in file.source.text[document.start : document.end]:
            line, column = file.source.position(document.flaw_at)
            message = f"this document does not parse: {document.flaw}"
            yield Problem(file.path, message, line, column, "mend it; nothing in it was looked at")
