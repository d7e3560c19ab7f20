"""Reading by outline, for what no parser accepts: a tree for every text, whose spans are of the text."""

from __future__ import annotations

from fuzz.manifests import SEEDS, WORDS

from sealwright.manifest.nodes import Scalar, walk
from sealwright.manifest.outline import outline
from sealwright.manifest.source import decode

__all__ = ["SEEDS", "WORDS", "run"]


def run(data: bytes) -> None:
    text = decode("a.yaml", data).text.replace("\r\n", "\n").replace("\r", "\n")
    root = outline(text, 7)
    for node in walk(root) if root is not None else ():
        assert 7 <= node.start <= node.end <= len(text) + 7, (node.start, node.end, len(text))
        if isinstance(node, Scalar) and node.start == node.end:
            assert not node.value
