"""Laws of decoding and of positions, for any text and any bytes."""

from __future__ import annotations

import re

from hypothesis import assume, given
from hypothesis import strategies as st

from sealwright.manifest.documents import split_documents
from sealwright.manifest.nodes import FILL
from sealwright.manifest.source import Source, decode
from sealwright.manifest.template import mask

texts = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\r\n\u2028\ufeff")), max_size=60)
template_texts = st.text(st.sampled_from("{{{}}}%#\"'`\\/*-|a: \n\r>"), max_size=60)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_and_what_has_no_flaw_is_written_back(data: bytes) -> None:
    source = decode("x", data)
    if not source.flaw and not data.startswith(b"\0GITCRYPT"):
        assert source.encode(source.text) == data


@given(texts, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_any_text_is_read_and_written_back(text: str, encoding: str) -> None:
    assume(not text.startswith("\0"))  # behind the mark of UTF-16 it would make the mark of UTF-32
    data = text.encode(encoding)
    source = decode("x", data)
    assert source.encode(source.text) == data


@given(texts)
def test_positions_are_those_of_counting(text: str) -> None:
    source = Source("x", text)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] == "\r\n":
            continue  # between the two characters of one line end nothing stands
        lines = re.split("\r\n|\r|\n", text[:offset])
        assert source.position(offset) == (len(lines), len(lines[-1]) + 1)


@given(st.text(st.sampled_from("-. \n\r#%a:\ufeff"), max_size=60))
def test_documents_cover_all_that_is_not_a_comment(text: str) -> None:
    spans = list(split_documents(text))
    assert spans == sorted(spans)
    borders = [border for span in spans for border in span]
    assert borders == sorted(borders)
    outside = list(text)
    for start, end in spans:
        outside[start:end] = " " * (end - start)
    lines = re.split("[\r\n]", "".join(outside))
    assert all(not line.strip(" \ufeff") or line.lstrip(" \ufeff").startswith(("#", "...")) for line in lines)


@given(template_texts)
def test_a_masked_text_has_the_same_length_and_line_breaks(text: str) -> None:
    masked = mask(text)
    assert len(masked) == len(text)
    for before, after in zip(text, masked, strict=True):
        assert (before in "\r\n") == (after in "\r\n")
        assert after in {before, FILL, " "}
