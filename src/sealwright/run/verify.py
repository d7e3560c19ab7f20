"""The verification: every item of every SealedSecret that the selection names, to a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import SealwrightError
from sealwright.finding import Problem
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, STDIN_NAME, Target, discover, read_target, too_large
from sealwright.manifest.documents import read_documents
from sealwright.manifest.resource import resources
from sealwright.manifest.source import decode
from sealwright.run.results import FileDone
from sealwright.verify.opening import Opener
from sealwright.verify.sealed_items import sealed_items

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.finding import ResourceRef, Verdict
    from sealwright.manifest.discover import Selection
    from sealwright.manifest.documents import Document
    from sealwright.manifest.git import Repository
    from sealwright.sealing.keys import PrivateKey
    from sealwright.verify.sealed_items import Malformed, SealedItem

_WORDS = (b"SealedSecret", b"\\")


def verify(
    selection: Selection, repository: Repository | None, keys: Sequence[PrivateKey], *, stdin: bytes | None = None
) -> Iterator[Verdict | Problem | FileDone]:
    """A verdict for each item. Items are collected first: a name that was changed is looked for among all of them."""
    items: list[SealedItem | Malformed] = []
    known: set[ResourceRef] = set()
    for target in _targets(selection, repository, stdin):
        if isinstance(target, Problem):
            yield target
            continue
        documents, problems = _documents(target, selection.max_bytes or DEFAULT_MAX_BYTES)
        yield from problems
        for document in documents:
            items.extend(sealed_items(document))
            known.update(resource.ref for resource in resources(document) if resource.ref.name)
        yield FileDone(target.path, len(documents))
    opener = Opener(keys, known)
    for item in items:
        yield opener.verdict(item)


def _targets(selection: Selection, repository: Repository | None, stdin: bytes | None) -> Iterator[Target | Problem]:
    if stdin is not None:
        yield Target(STDIN_NAME, content=stdin)
        if not selection.paths:
            return
    yield from discover(selection, repository)


def _documents(target: Target, max_bytes: int) -> tuple[list[Document], list[Problem]]:
    """The documents of a file that may hold SealedSecrets, and what is wrong with it where it does hold some."""
    try:
        data = read_target(target, max_bytes)
    except SealwrightError as error:
        return [], [Problem(target.path, error.message, hint=error.hint)]
    wide = b"\0" in data[:4] or data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    if not wide and not any(word in data for word in _WORDS):
        return [], []
    if len(data) > max_bytes:
        return [], [too_large(target.path, max_bytes)]
    source = decode(target.path, data)
    if not target.path.lower().endswith((".yaml", ".yml", ".json")) and target.path != STDIN_NAME:
        return [], []
    problems = [Problem(target.path, source.flaw, hint="convert it to UTF-8")] if source.flaw else []
    documents = list(read_documents(source))
    for document in documents:
        if document.flaw and "SealedSecret" in source.text[document.start : document.end]:
            line, column = source.position(document.flaw_at)
            problems.append(Problem(target.path, f"this document does not parse: {document.flaw}", line, column))
    return documents, problems
