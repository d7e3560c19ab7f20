"""The way to a value, as people read it, at no cost for long keys."""

from __future__ import annotations

from sealwright.detect.trail import walk_trails
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Mapping, lookup, text_of
from sealwright.manifest.source import Source


def kinds(text: str) -> list[tuple[str, str]]:
    """(kind, way) of every object inside of the document's own."""
    (document,) = read_documents(Source("x", text))
    assert document.root is not None
    return [
        (text_of(lookup(node, "kind")), str(trail))
        for trail, node in walk_trails(document.root)
        if trail is not None and isinstance(node, Mapping) and lookup(node, "kind") is not None
    ]


def test_objects_inside_of_objects_have_ways() -> None:
    text = "kind: A\nspec:\n  kind: B\n  list:\n  - kind: C\n    in: {kind: D}\n  - - kind: E\n"
    assert kinds(text) == [
        ("B", "spec"),
        ("C", "spec.list[0]"),
        ("D", "spec.list[0].in"),
        ("E", "spec.list[1][0]"),
    ]


def test_a_long_key_does_not_multiply() -> None:
    text = f"kind: X\n{'k' * 100_000}:\n" + "".join(f"- kind: Y{n}\n" for n in range(2000))
    assert max(len(way) for _, way in kinds(text)) < 300
