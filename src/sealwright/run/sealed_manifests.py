"""Files that hold SealedSecrets, read for being changed: bytes, text and documents together, or what is wrong."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.prefilter import is_wide
from sealwright.errors import SealwrightError
from sealwright.finding import Problem
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, discover, read_target, too_large
from sealwright.manifest.documents import read_documents
from sealwright.manifest.source import decode
from sealwright.verify.sealed_items import KIND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.discover import Selection, Target
    from sealwright.manifest.documents import Document
    from sealwright.manifest.git import Repository
    from sealwright.manifest.source import Source

_WORD = KIND.encode()
_ENDINGS = (".yaml", ".yml", ".json")


class Manifest(NamedTuple):
    """One file. `problems` are its documents that do not parse; nothing in them is changed."""

    target: Target
    data: bytes
    source: Source
    documents: tuple[Document, ...]
    problems: tuple[Problem, ...] = ()

    def __repr__(self) -> str:
        return f"Manifest({self.target.path!r})"


def manifest_targets(selection: Selection, repository: Repository | None) -> Iterator[Target | Problem]:
    """The manifests of a selection by their names, and what is named; each file once, however many links lead there."""
    named = {os.path.normpath(path) for path in selection.paths}
    seen: set[str] = set()
    for target in discover(selection, repository):
        if isinstance(target, Problem):
            yield target
            continue
        real = os.path.realpath(target.location)
        wanted = target.path.lower().endswith(_ENDINGS) or os.path.normpath(target.location) in named
        if wanted and real not in seen:
            seen.add(real)
            yield target


def read_manifest(target: Target, max_bytes: int = DEFAULT_MAX_BYTES) -> Manifest | Problem | None:
    """The file, if it may hold SealedSecrets; None if not."""
    try:
        data = read_target(target, max_bytes)
    except SealwrightError as error:
        return Problem(target.path, error.message, hint=error.hint)
    may_hold = _WORD in data or b"\\" in data or is_wide(data)  # a backslash may begin an escape within the word
    if not may_hold:
        return None
    if len(data) > max_bytes:
        return too_large(target.path, max_bytes)
    source = decode(target.path, data)
    if source.flaw:
        return Problem(target.path, source.flaw, hint="convert it to UTF-8") if KIND in source.text else None
    documents = tuple(read_documents(source))
    return Manifest(target, data, source, documents, tuple(_broken(documents, source)))


def _broken(documents: tuple[Document, ...], source: Source) -> Iterator[Problem]:
    for document in documents:
        if document.flaw and KIND in source.text[document.start : document.end]:
            line, column = source.position(document.flaw_at)
            message = f"this document does not parse: {document.flaw}"
            yield Problem(source.path, message, line, column, "mend it; nothing in it was looked at")
