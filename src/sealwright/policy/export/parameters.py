"""Parameters of rules as a ConfigMap, which holds texts only, and the variables that read them from it.

Lists are texts with one item in each line, so that people who run the cluster can change them by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.policy.export.refusal import NotExportable

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINES = r"params.data.{name}.split('\n').map(item, item.trim()).filter(item, item != '')"
_READ: dict[type, str] = {str: "{text}", int: "int({text})", float: "double({text})", bool: "{text} == 'true'"}
_READ_ITEM: dict[type, str] = {int: "int(item)", float: "double(item)"}


def parameter_texts(params: Mapping[str, Any]) -> dict[str, str]:
    """The `data` of the ConfigMap. Raises NotExportable for what cannot be said there."""
    return {name: _text(name, value) for name, value in sorted(params.items())}


def parameter_variables(params: Mapping[str, Any]) -> dict[str, str]:
    """An expression for each parameter that gives the value which the text stands for."""
    return {name: _expression(name, value) for name, value in sorted(params.items())}


def _text(name: str, value: Any) -> str:
    if isinstance(value, list):
        items = [_scalar(name, item) for item in value]
        if any(not item or item != item.strip() or len(item.splitlines()) > 1 for item in items):
            raise NotExportable(f"an item of the parameter {name} is not one line of text")
        return "".join(f"{item}\n" for item in items)
    return _scalar(name, value)


def _scalar(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise NotExportable(f"the parameter {name} is neither a text, a number nor a list of such")


def _expression(name: str, value: Any) -> str:
    if not isinstance(value, list):
        return _READ[type(value)].format(text=f"params.data.{name}")
    lines = _LINES.format(name=name)
    kind = type(value[0]) if value else str
    if kind is bool or any(type(item) is not kind for item in value):
        raise NotExportable(f"the items of the parameter {name} are not all texts, or all numbers")
    return f"{lines}.map(item, {_READ_ITEM[kind]})" if kind in _READ_ITEM else lines
