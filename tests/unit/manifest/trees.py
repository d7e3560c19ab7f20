"""What the tests of the readers share: a tree as plain data, and the work that something takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from sealwright.manifest.nodes import Alias, Mapping, Node, Scalar

both_loaders = pytest.mark.parametrize("libyaml", [True, False], ids=["libyaml", "pure"])


def written(node: Node | None, text: str) -> Any:
    """Every node as it stands in the text: scalars and aliases as strings, mappings as lists of pairs."""
    if node is None:
        return None
    if isinstance(node, (Scalar, Alias)):
        return text[node.start : node.end]
    if isinstance(node, Mapping):
        return [(written(key, text), written(value, text)) for key, value in node.entries]
    return [written(item, text) for item in node.items]


def plain(node: Node | None) -> Any:
    """Values: scalars as strings, mappings as lists of pairs, aliases as `*`."""
    if node is None:
        return None
    if isinstance(node, Alias):
        return "*"
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Mapping):
        return [(plain(key), plain(value)) for key, value in node.entries]
    return [plain(item) for item in node.items]


def stays_linear(run: Callable[[str], object], make: Callable[[int], str], size: int) -> None:
    """Four times the text must not take much more than four times as long; quadratic work takes sixteen times."""
    small, large = make(size), make(4 * size)
    ratios = []
    for _ in range(8):
        ratios.append(_seconds(run, large) / max(_seconds(run, small), 0.002))
        if ratios[-1] < 9:
            return
    raise AssertionError(f"time grows faster than the text: {ratios}")


def _seconds(run: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    run(text)
    return time.process_time() - start
