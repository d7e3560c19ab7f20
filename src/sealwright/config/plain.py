"""YAML or JSON of others as plain data: mappings, lists, strings, numbers, booleans and None. Nothing is built."""

from __future__ import annotations

from typing import Any

from sealwright.config.nodes import compose
from sealwright.errors import ConfigurationError

_TAG = "tag:yaml.org,2002:"
_TRUE = frozenset({"true", "yes", "on"})


def plain_yaml(data: bytes, path: str) -> Any:
    """The one document of a file; None for an empty file. Raises ConfigurationError with a place.

    Of keys that are there twice the last one counts. Scalars of other types than those above stay the text they are.
    """
    root = compose(data, path)
    return None if root is None else _Plain(path).value(root)


class _Plain:
    """Values by node, so that an alias is the same object again and costs nothing."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._known: dict[int, Any] = {}

    def value(self, node: Any) -> Any:
        """The value of a node and all below it."""
        if id(node) not in self._known:
            self._known[id(node)] = self._refuse_circle
            self._known[id(node)] = self._made(node)
        found = self._known[id(node)]
        if found == self._refuse_circle:
            place = f"{self._path}:{node.start_mark.line + 1}"
            raise ConfigurationError("an alias holds itself", place=place, hint="write it out")
        return found

    def _made(self, node: Any) -> Any:
        if node.id == "mapping":
            return {key.value: self.value(item) for key, item in node.value if key.id == "scalar"}
        if node.id == "sequence":
            return [self.value(item) for item in node.value]
        return _scalar(str(node.tag).removeprefix(_TAG), node.value)

    def _refuse_circle(self) -> None:
        """Stands for a value that is still being made."""


def _scalar(kind: str, text: str) -> Any:
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in _TRUE
    try:
        return int(text) if kind == "int" else text
    except ValueError:
        return text
