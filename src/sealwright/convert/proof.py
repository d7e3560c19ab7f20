"""The last look at an edited text: every object must say what was planned for it, and every other what it said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import SealingError
from sealwright.manifest.documents import read_documents
from sealwright.manifest.scalars import TooLarge, to_plain
from sealwright.manifest.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sealwright.manifest.documents import Document
    from sealwright.manifest.scalars import Plain


def prove(source: Source, documents: Iterable[Document], replaced: Mapping[int, Plain], text: str) -> None:
    """Read `text`, the edited `source`, and compare it with its documents, in which `replaced` changes nodes by id().

    Raises SealingError where they differ; nothing was written then.
    """
    try:
        before = list(_contents(documents, replaced))
        again = Source(source.path, text, encoding=source.encoding, mark=source.mark)
        after = list(_contents(read_documents(again), {}))
    except TooLarge:
        raise SealingError("its aliases stand for too much", hint="write the values out", place=source.path) from None
    if before != after:
        hint = "nothing was written. Write it in plain block style; please report the layout"
        raise SealingError("the layout of this file cannot be kept while sealing", hint=hint, place=source.path)


def _contents(documents: Iterable[Document], replaced: Mapping[int, Plain]) -> Iterator[object]:
    """What each document says, and whether a parser read it as it stands."""
    for document in documents:
        if document.root is not None:
            yield document.exact, document.flaw, to_plain(document.root, replaced)
