"""What stands in a KV v2 secret: a map, which need not be one of texts when somebody else has put it there.

The External Secrets Operator turns what is no text into one, and what is read here must be what it would see: sources
are `GetByteValue` in its runtime/esutils/utils.go, and Go's encoding/json, which Vault keeps the map in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.stores.placement import bundle

if TYPE_CHECKING:
    from sealwright.plaintext import Plaintext

_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


class Number(str):
    """A number as it is spelled in JSON: read as another type, it might be spelled otherwise."""

    __slots__ = ()


def parsed(content: bytes) -> dict[str, Any] | None:
    """An answer of Vault, its numbers as Number; None where it is no JSON object."""
    import json

    try:
        found = json.loads(content, parse_int=Number, parse_float=Number, parse_constant=Number)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def shown(content: dict[str, Any]) -> Plaintext:
    """The map as the JSON of a bundle, each value the text that the operator takes it for."""
    return bundle([(key, _text(value)) for key, value in content.items()])


def map_of(body: Plaintext) -> dict[str, str] | None:
    """The map that a bundle's JSON stands for; None if it is not a flat one of texts, each key once."""
    import json

    keys: list[str] = []

    def counted(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys.extend(key for key, _ in pairs)
        return dict(pairs)

    try:
        found = json.loads(body.reveal(), object_pairs_hook=counted)
    except (ValueError, RecursionError):
        return None
    flat = isinstance(found, dict) and len(keys) == len(found) and all(isinstance(v, str) for v in found.values())
    return found if flat else None


def size_of(content: dict[str, str]) -> int:
    """Bytes that Vault needs for the map. Raises UnicodeEncodeError for what is no text."""
    return len(_go_json(content).encode())


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str) else _go_json(value)


def _go_json(value: Any) -> str:
    """As Go's json.Marshal: keys in order, nothing between, and what HTML could take for its own escaped."""
    import json

    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_go_json(key)}:{_go_json(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_go_json(item) for item in value) + "]"
    text = json.dumps(value, ensure_ascii=False)
    for letter, escape in _ESCAPED.items():
        text = text.replace(letter, escape)
    return text
