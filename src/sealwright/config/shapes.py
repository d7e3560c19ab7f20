"""From YAML nodes to checked values by shapes, or an error with its place. What sections there are is for others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.config import Named
from sealwright.errors import ConfigurationError
from sealwright.finding import Position
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_MAX_VALUES = 100_000
"""Values that aliases and merge keys may multiply the file to."""

_TAG = "tag:yaml.org,2002:"
_NUMBER = Pattern(r"[1-9][0-9]{0,11}\Z")
_NAME = Pattern(r"[A-Za-z][A-Za-z0-9_./-]{0,39}\Z")
_DATE = Pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_CREDENTIAL = Pattern(r"(?i)token|password|passwd|secret|credential|access[-_]?key|private[-_]?key|api[-_]?key")


class ShapeReader:
    """From nodes to checked values. A leaf of a shape is the name of the method that reads it."""

    def __init__(self, path: str, sections: Collection[str] = ()) -> None:
        self._path = path
        self._sections = sections
        self._count = 0

    def read(self, node: Any, shape: Any, where: str) -> Any:
        """The value of a node: a dict for a dict shape ("*" stands for any key), a list for a list shape."""
        self._counted(node)
        if where in self._sections and self._kind(node) == "null":
            return None  # a section whose lines are all commented out
        if isinstance(shape, dict):
            return {
                key: self.read(value, shape["*"] if "*" in shape else shape[key], joined(where, key))
                for key, value in self._mapping(node, shape, where).items()
            }
        if isinstance(shape, list):
            return [self.read(item, shape[0], f"{where}[{i}]") for i, item in enumerate(self._items(node, where))]
        return getattr(self, shape)(node, where)

    def string(self, node: Any, where: str) -> str:
        """Text that is not empty."""
        if self._kind(node) != "str" or not node.value:
            raise self._error(node, f"{where} must be a string that is not empty", "quote it")
        return str(node.value)

    def strings(self, node: Any, where: str) -> tuple[str, ...]:
        """A list of texts."""
        items = self._items(node, where)
        return tuple(self.string(self._counted(item), f"{where}[{index}]") for index, item in enumerate(items))

    def number(self, node: Any, where: str) -> int:
        """A positive whole number."""
        if self._kind(node) != "int" or not _NUMBER.match(node.value):
            raise self._error(node, f"{where} must be a whole number above 0", "write digits only")
        return int(node.value)

    def boolean(self, node: Any, where: str) -> bool:
        """true or false, and none of YAML 1.1's other words for them."""
        if self._kind(node) != "bool" or node.value not in _BOOLEANS:
            raise self._error(node, f"{where} is neither true nor false", "write true or false")
        return _BOOLEANS[node.value]

    def words(self, node: Any, where: str) -> str:
        """Text for people: more than blanks."""
        text = self.string(node, where).strip()
        if not text:
            raise self._error(node, f"{where} is blank", "say it in a few words")
        return text

    def date(self, node: Any, where: str) -> str:
        """A day, which YAML may take for a string or for a timestamp."""
        from datetime import date

        try:
            if self._kind(node) in {"str", "timestamp"} and _DATE.match(node.value):
                return date.fromisoformat(node.value).isoformat()
        except ValueError:
            pass
        raise self._error(node, f"{where} is not a date", "write the last day as YYYY-MM-DD")

    def named(self, node: Any, where: str) -> Named:
        """A name with its place."""
        return Named(self.string(node, where), *_ends(node))

    def _one_of(self, node: Any, where: str, choices: tuple[str, ...]) -> str:
        text = self.string(node, where)
        if text not in choices:
            raise self._error(node, f"{where} is none of those that there are", f"one of {', '.join(choices)}")
        return text

    def _mapping(self, node: Any, shape: dict[str, Any], where: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value, merged in self._entries(node, where):
            name = key.value
            if self._kind(key) != "str":
                raise self._error(key, f"{where or 'the file'}: every key must be a string", "quote it")
            if not name or ("*" not in shape and name not in shape):
                raise self._unknown(key, where, list(shape))
            if name in found and not merged:
                raise self._error(key, f"the key `{joined(where, name)}` is there twice", "keep one of them")
            found.setdefault(name, value)
        return found

    def _entries(self, node: Any, where: str) -> Iterator[tuple[Any, Any, bool]]:
        """(key, value, merged in) of a mapping; what `<<` brings in comes after the mapping's own."""
        waiting, merged = [node], False
        while waiting:
            current = self._counted(waiting.pop())
            if self._kind(current) != "map":
                raise self._error(current, f"{where or 'the file'} must be a mapping", "write `key: value` lines")
            for key, value in current.value:
                self._counted(key)
                if self._kind(key) == "merge":
                    waiting.extend(reversed(value.value) if self._kind(value) == "seq" else [value])
                else:
                    yield key, value, merged
            merged = True

    def _items(self, node: Any, where: str) -> list[Any]:
        if self._kind(node) != "seq":
            raise self._error(node, f"{where} must be a list", "write `- ` before each")
        return list(node.value)

    def _kind(self, node: Any) -> str:
        """The node's type; '' where its tag says another than it has."""
        kind = str(node.tag).removeprefix(_TAG)
        return kind if node.id == {"map": "mapping", "seq": "sequence"}.get(kind, "scalar") else ""

    def _counted(self, node: Any) -> Any:
        self._count += 1
        if self._count > _MAX_VALUES:
            raise self._error(node, "its aliases or lists come to more than 100,000 values", "write less")
        return node

    def _unknown(self, key: Any, where: str, known: list[str]) -> ConfigurationError:
        from difflib import get_close_matches

        close = get_close_matches(key.value[:80], known, n=1)
        hint = f"did you mean `{close[0]}`?" if close else f"known here: {', '.join(known)}"
        if not key.value:
            return self._error(key, f"{where or 'the file'}: a key is empty", "give it a name")
        if _CREDENTIAL.search(key.value) and not close:
            hint = "no credentials here: they come from the environment, and this file is in Git"
        return self._error(key, f"unknown key `{joined(where, key.value)}`", hint)

    def _error(self, node: Any, message: str, hint: str) -> ConfigurationError:
        mark = node.start_mark
        return ConfigurationError(message, place=f"{self._path}:{mark.line + 1}:{mark.column + 1}", hint=hint)


def _ends(node: Any) -> tuple[Position, Position]:
    """Where a node begins and ends, as people count."""
    start, end = node.start_mark, node.end_mark
    return Position(start.line + 1, start.column + 1), Position(end.line + 1, end.column + 1)


def joined(where: str, key: str) -> str:
    """`clusters.prod`; a key that is no name is not repeated, since anything may have slipped in there."""
    shown = key if _NAME.match(key) else "..."
    return f"{where}.{shown}" if where else shown
