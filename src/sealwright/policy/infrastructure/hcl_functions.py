"""The functions of Terraform that say something about secrets or policies before anything is applied.

Source: Terraform's function reference. A function that is not here gives UNKNOWN.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sealwright.policy.infrastructure.hcl_values import Text
from sealwright.policy.infrastructure.unknown import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable


def call(name: str, arguments: list[Any]) -> Any:
    """The value of `name(arguments)`. `jsonencode` gives the object itself, not its text: rules look into policies."""
    function = _FUNCTIONS.get(name)
    if function is None or not arguments:
        return UNKNOWN
    return function(arguments)


def _first(arguments: list[Any]) -> Any:
    return arguments[0]


def _merge(arguments: list[Any]) -> Any:
    given = [argument for argument in arguments if argument is not None]
    if not all(isinstance(argument, dict) for argument in given):
        return UNKNOWN
    return {key: value for argument in given for key, value in argument.items()}


def _concat(arguments: list[Any]) -> Any:
    """What is known of a joined list is kept: a rule that a known item breaks is broken."""
    result: list[Any] = []
    for argument in arguments:
        result.extend(argument if isinstance(argument, list) else [UNKNOWN])
    return result


def _compact(arguments: list[Any]) -> Any:
    items = arguments[0]
    if not isinstance(items, list):
        return UNKNOWN
    return [item for item in items if item is UNKNOWN or isinstance(item, Text) or (item is not None and item != "")]


def _flatten(arguments: list[Any]) -> Any:
    items = arguments[0]
    if not isinstance(items, list):
        return UNKNOWN
    return [inner for item in items for inner in (_flatten([item]) if isinstance(item, list) else [item])]


def _chosen(arguments: list[Any]) -> Any:
    """`try` and `coalesce`: the first one, where it is known to be there."""
    for argument in arguments:
        if argument is UNKNOWN:
            return UNKNOWN
        if argument is not None and (isinstance(argument, Text) or argument != ""):
            return argument
    return None


def _lookup(arguments: list[Any]) -> Any:
    if len(arguments) < 2 or not isinstance(arguments[0], dict) or not isinstance(arguments[1], str):
        return UNKNOWN
    return arguments[0].get(arguments[1], arguments[2] if len(arguments) > 2 else UNKNOWN)


def _length(arguments: list[Any]) -> Any:
    items = arguments[0]
    if isinstance(items, (dict, str)) or (isinstance(items, list) and all(item is not UNKNOWN for item in items)):
        return len(items)
    return UNKNOWN


def _decoded(arguments: list[Any]) -> Any:
    if not isinstance(arguments[0], str):
        return arguments[0] if isinstance(arguments[0], (dict, list)) else UNKNOWN
    try:
        return json.loads(arguments[0])
    except (ValueError, RecursionError):
        return UNKNOWN


def _on_text(change: Callable[[str], str]) -> Callable[[list[Any]], Any]:
    def changed(arguments: list[Any]) -> Any:
        value = arguments[0]
        if isinstance(value, Text):
            return value
        return change(value) if isinstance(value, str) else UNKNOWN

    return changed


def _text(arguments: list[Any]) -> Any:
    """`base64encode` and its like: of something known, it is known; the text itself matters to no rule."""
    value = arguments[0]
    return value if isinstance(value, (str, Text, dict, list)) else UNKNOWN


_FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "jsonencode": _first,
    "tostring": _first,
    "tolist": _first,
    "toset": _first,
    "tomap": _first,
    "tonumber": _first,
    "tobool": _first,
    "distinct": _first,
    "sort": _first,
    "sensitive": _first,
    "nonsensitive": _first,
    "base64encode": _text,
    "merge": _merge,
    "concat": _concat,
    "compact": _compact,
    "flatten": _flatten,
    "setunion": _concat,
    "try": _chosen,
    "coalesce": _chosen,
    "lookup": _lookup,
    "length": _length,
    "jsondecode": _decoded,
    "lower": _on_text(str.lower),
    "upper": _on_text(str.upper),
    "trimspace": _on_text(str.strip),
}
