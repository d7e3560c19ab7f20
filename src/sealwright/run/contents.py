"""What a file holds, by its names: for not losing any of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.comments import comments_within
from sealwright.manifest.documents import Form, read_documents
from sealwright.manifest.resource import resources
from sealwright.verify.sealed_items import is_sealed_secret, item_nodes

if TYPE_CHECKING:
    from sealwright.manifest.source import Source


def items_in(source: Source) -> frozenset[str]:
    """Each item of each SealedSecret as people name it."""
    return frozenset(
        f"`{name}` of {resource.ref}"
        for document in read_documents(source)
        for resource in resources(document)
        if is_sealed_secret(resource.ref)
        for name, _ in item_nodes(resource.node)
    )


def comments_in(source: Source) -> frozenset[str]:
    """The text of every comment."""
    return frozenset(
        comment.rstrip()
        for document in read_documents(source)
        if document.root is not None and document.form is not Form.JSON and not document.flaw
        for comment in comments_within(source.text, document.root, document.start, document.end)
    )


def objects_in(source: Source) -> frozenset[str]:
    """Each object as people name it; what is broken or no object goes by its place."""
    found: set[str] = set()
    for document in read_documents(source):
        line = source.position(document.start).line
        if document.flaw:
            found.add(f"a broken document at line {line}")
        for resource in resources(document):
            found.add(str(resource.ref) if resource.ref.kind else f"something without a kind at line {line}")
    return frozenset(found)
