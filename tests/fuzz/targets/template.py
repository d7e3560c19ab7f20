"""Templates: a mask has the length of what it masks, line by line, and actions stand one after the other."""

from __future__ import annotations

from fuzz.manifests import SEEDS, WORDS

from sealwright.convert.advice.go_template import Broken
from sealwright.convert.advice.go_template import actions as parsed
from sealwright.manifest.source import decode
from sealwright.manifest.template import actions, is_template, mask

__all__ = ["SEEDS", "WORDS", "run"]


def run(data: bytes) -> None:
    text = decode("a.yaml", data).text
    is_template(text)
    masked = mask(text)
    assert len(masked) == len(text)
    assert masked.count("\n") == text.count("\n")
    last = 0
    for start, end in actions(text):
        assert last <= start < end <= len(text)
        last = end
    try:
        list(parsed(text))
    except Broken as error:
        assert str(error)
