"""Documents, however they are read: nothing but spans of the text, and the quick reader is never otherwise minded."""

from __future__ import annotations

from typing import Any

from fuzz.held import within
from fuzz.manifests import SEEDS, WORDS

from sealwright.manifest.compose import LIBYAML
from sealwright.manifest.documents import Document, read_documents, split_documents
from sealwright.manifest.nodes import Alias, Node, Scalar, walk
from sealwright.manifest.resource import resources
from sealwright.manifest.source import Source, decode

__all__ = ["SEEDS", "WORDS", "run"]


def run(data: bytes) -> None:
    source = decode("a.yaml", data)
    _splits(source.text)
    found = list(read_documents(source))
    again = list(read_documents(source, libyaml=LIBYAML))
    assert [_said(document) for document in found] == [_said(document) for document in again]
    for document in found:
        within(source, document.start, document.end)
        within(source, document.flaw_at, max(document.flaw_at, document.end))
        _spans(source, document)
        for resource in resources(document):
            within(source, resource.node.start, resource.node.end)


def _splits(text: str) -> None:
    last = 0
    for start, end in split_documents(text):
        assert last <= start <= end <= len(text)
        last = end


def _spans(source: Source, document: Document) -> None:
    for node in walk(document.root) if document.root is not None else ():
        assert 0 <= node.start <= len(source.text)
        assert 0 <= node.end <= len(source.text)


def _said(document: Document) -> list[Any]:
    nodes = [] if document.root is None else [_shape(node) for node in walk(document.root)]
    return [document.start, document.end, document.form, document.flaw, document.flaw_at, *nodes]


def _shape(node: Node) -> tuple[Any, ...]:
    said = (node.value, node.style) if isinstance(node, Scalar) else ()
    return (type(node), node.start, node.end, node.tag, node.anchor, *said, isinstance(node, Alias))
