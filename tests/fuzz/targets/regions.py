"""Manifests in documentation and scripts: regions in order, each as long as what it stands for."""

from __future__ import annotations

from fuzz.held import within
from fuzz.manifests import SEEDS, WORDS

from sealwright.manifest.families import Family, family_of
from sealwright.manifest.heredocs import heredocs, without_expansions
from sealwright.manifest.regions import fences, regions
from sealwright.manifest.source import decode

__all__ = ["SEEDS", "WORDS", "run"]


def run(data: bytes) -> None:
    source = decode("a.md", data)
    text = source.text
    assert isinstance(family_of("a", text), Family)
    assert len(without_expansions(text)) == len(text)
    for start, end, _ in fences(text):
        within(source, start, end)
    for heredoc in heredocs(text):
        within(source, heredoc.start, heredoc.end)
    for family in Family:
        last = 0
        for region in regions(family, text):
            assert last <= region.start
            within(source, region.start, region.start + len(region.text))
            last = region.start + len(region.text)
