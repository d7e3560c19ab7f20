"""Bytes to text and back: never an exception, the same bytes again, and places that lead back to their offsets."""

from __future__ import annotations

from fuzz.manifests import SEEDS as MANIFESTS
from fuzz.manifests import WORDS

from sealwright.finding import Span
from sealwright.manifest.source import decode

SEEDS = (*MANIFESTS, *(text.decode().encode(name) for text in MANIFESTS[:2] for name in ("utf-16-be", "utf-32-le")))

__all__ = ["SEEDS", "WORDS", "run"]


def run(data: bytes) -> None:
    source = decode("a.yaml", data)
    if not source.flaw and source.text:
        assert source.encode(source.text) == data
    step = max(1, len(source.text) // 50)
    for offset in (*range(0, len(source.text), step), len(source.text)):
        position = source.position(offset)
        assert position.line >= 1
        assert position.column >= 1
        assert source.offset(position) == offset
        assert source.line_start(offset) <= offset
        location = source.first_line(Span(offset, min(offset + 9, len(source.text))))
        assert location.start <= location.end
        assert location.start.line == location.end.line
