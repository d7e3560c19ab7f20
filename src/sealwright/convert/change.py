"""What becomes of one file, and the proof that nothing else becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import ConvertError, RewriteError
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Mapping, walk
from sealwright.manifest.scalars import TooLarge, to_plain
from sealwright.manifest.source import Source
from sealwright.rewrite.edit import apply_edits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.manifest.documents import Document
    from sealwright.manifest.scalars import Plain
    from sealwright.rewrite.edit import Edit


class Change(NamedTuple):
    """Edits of one file. `replaced` says what the mappings with these spans are afterwards; `added`, which documents
    follow the one that begins with the mapping at this offset."""

    edits: tuple[Edit, ...] = ()
    replaced: tuple[tuple[tuple[int, int], Plain], ...] = ()
    added: tuple[tuple[int, tuple[Plain, ...]], ...] = ()


def rewritten(source: Source, changes: Iterable[Change], documents: Iterable[Document] = ()) -> str:
    """The text of a file after all changes, read again and compared with what was planned.

    `documents` are those of the source, where somebody has read them already.

    Raises ConvertError where anything else differs, or where a change is of something that is not there.
    """
    found = list(changes)
    text = _applied(source, found)
    replaced = {span: plain for change in found for span, plain in change.replaced}
    added = {offset: plains for change in found for offset, plains in change.added}
    try:
        before = list(_planned(documents or read_documents(source), replaced, added))
        again = Source(source.path, text, encoding=source.encoding, mark=source.mark)
        after = [_content(document, {}) for document in read_documents(again) if document.root is not None]
    except TooLarge:
        raise ConvertError("its aliases stand for too much", hint="write the values out", place=source.path) from None
    if before != after or replaced or added:
        hint = "nothing was written. Write it in plain block style; please report the layout"
        raise ConvertError("the layout of this file cannot be kept", hint=hint, place=source.path)
    return text


def _applied(source: Source, changes: Iterable[Change]) -> str:
    edits = {edit for change in changes for edit in change.edits}
    try:
        return apply_edits(source.text, edits)
    except RewriteError as error:
        raise ConvertError(error.message, hint=error.hint, place=source.path) from None


def _planned(
    documents: Iterable[Document],
    replaced: dict[tuple[int, int], Plain],
    added: dict[int, tuple[Plain, ...]],
) -> Iterator[object]:
    """What the documents must say afterwards. Takes out of `replaced` and `added` what it has met."""
    for document in documents:
        if document.root is None:
            continue
        by_id = {}
        for node in walk(document.root) if replaced else ():
            if isinstance(node, Mapping) and (node.start, node.end) in replaced:
                by_id[id(node)] = replaced.pop((node.start, node.end))
        yield _content(document, by_id)
        yield from ((True, "", plain) for plain in added.pop(document.root.start, ()))


def _content(document: Document, replaced: dict[int, Plain]) -> tuple[bool, str, Plain]:
    if document.root is None:
        return document.exact, document.flaw, None
    return document.exact, document.flaw, to_plain(document.root, replaced)
