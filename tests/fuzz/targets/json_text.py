"""JSON: what is accepted is what the standard library accepts, with the same values; all else is Unparsable."""

from __future__ import annotations

import json
from typing import Any

from fuzz.manifests import LISTED, SEEDS, WORDS

from sealwright.manifest.json_text import compose_json
from sealwright.manifest.limits import Unparsable
from sealwright.manifest.nodes import Mapping, Node, Scalar, Sequence, resolve
from sealwright.manifest.source import decode

JSON = (LISTED, '{"a": [1, -2.5e3, true, false, null, "\\ud83d\\ude00\\n"], "": {}}', "[]\n[1]\n{}", '{"a": 1, "a": 2}')
SEEDS = (*(text.encode() for text in JSON), *SEEDS[3:4])

__all__ = ["SEEDS", "WORDS", "run"]


def run(data: bytes) -> None:
    text = decode("a.json", data).text
    try:
        roots = compose_json(text)
    except Unparsable as error:
        assert 0 <= error.offset <= len(text)
        return
    if len(roots) == 1:
        told = json.loads(text, object_pairs_hook=_pairs, parse_constant=_refuse, parse_int=str, parse_float=str)
        assert _whole(told) == _value(roots[0])


def _pairs(pairs: list[tuple[str, Any]]) -> dict[int, tuple[str, Any]]:
    """All members of an object, in order, whatever their keys."""
    return dict(enumerate(pairs))


def _whole(told: Any) -> Any:
    """Half a pair is no character, as Go reads it."""
    if isinstance(told, str):
        return told.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(told, dict):
        return [(_whole(key), _whole(value)) for key, value in told.values()]
    return [_whole(item) for item in told] if isinstance(told, list) else told


def _refuse(word: str) -> None:
    raise AssertionError(f"{word} is no JSON")


def _value(node: Node) -> Any:
    node = resolve(node)
    if isinstance(node, Mapping):
        return [(_value(key), _value(value)) for key, value in node.entries]
    if isinstance(node, Sequence):
        return [_value(item) for item in node.items]
    assert isinstance(node, Scalar)
    if not node.style and node.value in _WORDS:
        return _WORDS[node.value]
    return node.value


_WORDS = {"true": True, "false": False, "null": None}
