"""Positions inside nested text: exact in literal blocks, the whole scalar anywhere else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.detect.scans import PARSERS, b64

from sealwright.detect.budget import Budget
from sealwright.detect.nested import InnerText
from sealwright.finding import Span
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Mapping, Scalar
from sealwright.manifest.source import Source


def inner_of(text: str, *, libyaml: bool) -> tuple[Source, Scalar, InnerText]:
    source = Source("a.yaml", text)
    (document,) = read_documents(source, libyaml=libyaml)
    assert isinstance(document.root, Mapping)
    scalar = document.root.entries[0][1]
    assert isinstance(scalar, Scalar)
    return source, scalar, InnerText(scalar, source, Budget(len(text)))


@pytest.mark.parametrize("libyaml", PARSERS)
@pytest.mark.parametrize(
    "text",
    [
        "a: |\n  one\n  WORD\n",
        "a: |-\n  WORD",
        "a: |+\n  WORD\n\n\n",
        "a: |2\n    indented\n  WORD\n",
        "a: |\n\n\n  x\n\n  WORD\n",
        "a: | # comment\n  x\n  WORD\nb: c\n",
        "a: |\r\n  x\r\n  WORD\r\n",
        "a: |\r  x\r  WORD\r",
        "a: |\n  x   \n  WORD   \n",
        "a: |\n  x \n   WORD: y  \n\n   \n",
        "a: &x !!str |\n  WORD\n",
        "a: |\n  x\x85  y\n  WORD\n",
        "a: |\n  x\u2028  y\n  WORD\n",
    ],
)
def test_a_literal_block_keeps_its_places(text: str, libyaml: bool) -> None:
    source, _, inner = inner_of(text, libyaml=libyaml)
    at = inner.text.index("WORD")
    span = inner.outer_span(Span(at, at + 4))
    assert source.text[span.start : span.end] == "WORD"


@pytest.mark.parametrize("libyaml", PARSERS)
@pytest.mark.parametrize(
    "text",
    ["a: >\n  one\n  WORD\n", "a: 'one WORD'\n", 'a: "one\\nWORD"\n', "a: one\n  WORD\n", f"a: {b64('kind: WORD')}\n"],
)
def test_anything_else_is_shown_as_a_whole(text: str, libyaml: bool) -> None:
    _, scalar, inner = inner_of(text, libyaml=libyaml)
    at = inner.text.index("WORD")
    assert inner.outer_span(Span(at, at + 4)) == Span(scalar.start, scalar.end)


lines = st.lists(st.text("ab: \u00e9\U0001f600", max_size=8), min_size=1, max_size=8)


@settings(deadline=None)
@given(lines, st.integers(1, 5), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["|", "|-", "|+"]), st.data())
def test_every_place_in_a_literal_block(
    body: list[str], indent: int, end: str, header: str, data: st.DataObject
) -> None:
    text = f"a: {header[0]}{indent}{header[1:]}{end}" + "".join(
        f"{' ' * indent}{line}{end}" for line in [*body, "last"]
    )
    source, _, inner = inner_of(text, libyaml=data.draw(st.sampled_from(PARSERS)))
    assert inner.text.split("\n")[: len(body)] == body
    start = data.draw(st.integers(0, inner.text.index("last")))
    stop = start + len(inner.text[start:].split("\n")[0])
    span = inner.outer_span(Span(start, stop))
    assert source.text[span.start : span.end] == inner.text[start:stop]
