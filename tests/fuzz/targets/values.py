"""Nodes as values, as YAML 1.1 and as the API server have them: an end for every alias, and what text stands for."""

from __future__ import annotations

import json

from fuzz.manifests import SEEDS, WORDS

from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Mapping, walk
from sealwright.manifest.scalars import TooLarge, to_plain
from sealwright.manifest.source import decode
from sealwright.manifest.values import effective, node_at, value_of

SEEDS = (
    *SEEDS,
    b"a: &a {k: v, 1: x, ~: y, yes: z}\nb: &b [*a, *a, {<<: *a, k: w}, {<<: [*a, *a]}]\nc: [*b, *b]\n",
    b"- 0x1F\n- 0o17\n- 017\n- 1_000\n- 190:20:30\n- .inf\n- -.INF\n- .nan\n- 1e3\n- 2001-01-01\n- !!binary aGk=\n",
)

__all__ = ["SEEDS", "WORDS", "run"]


def run(data: bytes) -> None:
    for document in read_documents(decode("a.yaml", data)):
        if document.root is None:
            continue
        try:
            value = value_of(document.root)
            json.dumps(value)
        except TooLarge:
            pass
        try:
            to_plain(document.root)
        except TooLarge:
            pass
        for node in walk(document.root):
            if isinstance(node, Mapping):
                for name in list(effective(node))[:3]:
                    node_at(node, (name, 0, "x"))
