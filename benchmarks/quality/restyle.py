"""Writing a manifest anew in another form that means the same: order, indentation, quotes, comments, flow, JSON.

The tree is PyYAML's; the writing is our own, so that the marks around secrets stay where the secrets are.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml

from benchmarks.quality.fill import MARKS, without_marks

if TYPE_CHECKING:
    from random import Random

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STRING = "tag:yaml.org,2002:str"
_REMARKS = (
    "managed by the platform team",
    "see the handbook",
    "changed in sprint 12",
    "keep in sync with staging",
    "---",
)
_FEW = 4


def restyled(text: str, rng: Random, *, block_only: bool = False, json_only: bool = False) -> str:
    """All documents of a YAML text in forms drawn by `rng`. Comments of the original are lost."""
    documents = list(yaml.compose_all(text, Loader=_LOADER))
    style = "block" if block_only or len(documents) > 1 else rng.choice(("block", "block", "block", "json", "minified"))
    style = rng.choice(("json", "minified")) if json_only else style
    if style != "block":
        node = documents[0]
        return _Json(rng).text(node, indent=None if style == "minified" else rng.choice((1, 2, 4))) + "\n"
    lines: list[str] = []
    if rng.random() < 0.3:
        lines += [f"# {rng.choice(_REMARKS)}", ""]
    for number, node in enumerate(documents):
        if number or rng.random() < 0.3:
            lines.append(rng.choice(("---", "---", "--- # next")))
        lines += _Block(rng).document(node)
    if rng.random() < 0.1:
        lines.append("...")
    return "\n".join(lines) + "\n"


class _Json:
    """JSON, which is YAML too."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._escape = rng.random() < 0.2
        self._spaced = rng.random() < 0.5

    def text(self, node: yaml.Node, *, indent: int | None) -> str:
        separators = (", ", ": ") if indent is not None or self._spaced else (",", ":")
        text = json.dumps(
            _data(node, self._rng), indent=indent, ensure_ascii=False, separators=separators if indent is None else None
        )
        if self._escape:  # the same word, as a program may write it
            text = re.sub(r'"kind"(?=\s*:)', r'"\\u006bind"', text)
        return text


def _data(node: yaml.Node, rng: Random) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _data(value, rng) for key, value in _shuffled(node.value, rng)}
    if isinstance(node, yaml.SequenceNode):
        return [_data(item, rng) for item in node.value]
    if _is_string(node) or MARKS.search(node.value):
        return node.value
    return yaml.load(node.value, Loader=_LOADER)


class _Block:
    """Block style, with smaller collections in flow style."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._step = rng.choice((2, 2, 2, 4, 3))
        self._dash = rng.choice((0, self._step))
        self._keys = rng.choice(("", "", "", '"', "'"))
        self._quotes = rng.choice(("mixed", "plain", "'", '"'))
        self._busy = rng.choice((0, 0, 0.15, 0.4))
        self._flow = rng.choice((0, 0, 0.2, 0.6))

    def document(self, node: yaml.Node) -> list[str]:
        return self.document_at(node, 0) if node.value else [self._flowing(node)]

    def _mapping(self, node: yaml.MappingNode, column: int) -> list[str]:
        lines: list[str] = []
        for key, value in _shuffled(node.value, self._rng):
            lines += self._remark(column)
            lines += self._entry(f"{' ' * column}{self._key(key)}:", value, column, deeper=self._step)
        return lines

    def _sequence(self, node: yaml.SequenceNode, column: int) -> list[str]:
        lines: list[str] = []
        for item in node.value:
            lines += self._remark(column)
            if isinstance(item, yaml.MappingNode | yaml.SequenceNode) and item.value and not self._wants_flow(item):
                inner = self.document_at(item, column + 2)
                first = next(number for number, line in enumerate(inner) if not line.lstrip().startswith("#"))
                inner[first] = f"{' ' * column}- {inner[first][column + 2 :]}"
                lines += inner
            else:
                lines += self._entry(f"{' ' * column}-", item, column, deeper=2)
        return lines

    def document_at(self, node: yaml.Node, column: int) -> list[str]:
        if isinstance(node, yaml.SequenceNode):
            return self._sequence(node, column)
        return self._mapping(node, column) if isinstance(node, yaml.MappingNode) else []

    def _entry(self, head: str, value: yaml.Node, column: int, *, deeper: int) -> list[str]:
        if isinstance(value, yaml.ScalarNode):
            return self._scalar(head, value, column + deeper)
        if not value.value or self._wants_flow(value):
            return [f"{head} {self._flowing(value)}{self._trailing()}"]
        dash = self._dash if isinstance(value, yaml.SequenceNode) and not head.endswith("-") else deeper
        return [f"{head}{self._trailing()}", *self.document_at(value, column + dash)]

    def _scalar(self, head: str, node: yaml.ScalarNode, column: int) -> list[str]:
        value, pad = node.value, " " * column
        if not _is_string(node) or _is_number(node):
            return [f"{head} {value}{self._trailing()}"]
        shown = without_marks(value)
        multiline = "\n" in value
        if _fits_block(shown) and (self._rng.random() < 0.75 if multiline else self._rng.random() < 0.06):
            body, chomp = (value[:-1], "") if value.endswith("\n") else (value, "-")
            sign = "|" if multiline else self._rng.choice("|>")
            return [f"{head} {sign}{chomp}", *(pad + line if line else "" for line in body.split("\n"))]
        written = self._written(value, flow=False)
        if self._rng.random() < 0.04:
            return [f"{head}{self._trailing()}", f"{pad}{written}"]
        return [f"{head} {written}{self._trailing()}"]

    def _written(self, value: str, *, flow: bool) -> str:
        """A string on one line."""
        style = self._rng.choice(("plain", "plain", "'", '"')) if self._quotes == "mixed" else self._quotes
        shown = without_marks(value)
        if style == "plain" and _is_plain(shown, flow=flow):
            return value
        if "\n" not in value and (style == "'" or '"' in value) and all(char.isprintable() for char in shown):
            return "'" + value.replace("'", "''") + "'"
        return json.dumps(value, ensure_ascii=False)

    def _flowing(self, node: yaml.Node) -> str:
        if isinstance(node, yaml.MappingNode):
            inner = ", ".join(f"{self._key(k)}: {self._flowing(v)}" for k, v in _shuffled(node.value, self._rng))
            return f"{{{inner}}}"
        if isinstance(node, yaml.SequenceNode):
            return f"[{', '.join(map(self._flowing, node.value))}]"
        if not _is_string(node) or _is_number(node):
            return str(node.value)
        return self._written(node.value, flow=True)

    def _wants_flow(self, node: yaml.Node) -> bool:
        small = len(node.value) <= _FEW and all(_is_leaf(item) for item in _items(node))
        return small and self._rng.random() < self._flow

    def _key(self, node: yaml.Node) -> str:
        text = str(node.value)
        if self._keys == "" and _is_plain(text, flow=True):
            return text
        return json.dumps(text) if self._keys != "'" else "'" + text.replace("'", "''") + "'"

    def _remark(self, column: int) -> list[str]:
        return [f"{' ' * column}# {self._rng.choice(_REMARKS)}"] if self._rng.random() < self._busy / 2 else []

    def _trailing(self) -> str:
        return f" # {self._rng.choice(_REMARKS)}" if self._rng.random() < self._busy else ""


def _shuffled(pairs: list[tuple[yaml.Node, yaml.Node]], rng: Random) -> list[tuple[yaml.Node, yaml.Node]]:
    return rng.sample(pairs, len(pairs)) if rng.random() < 0.4 else pairs


def _items(node: yaml.Node) -> list[yaml.Node]:
    return [value for _, value in node.value] if isinstance(node, yaml.MappingNode) else list(node.value)


def _is_leaf(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and "\n" not in node.value


def _is_string(node: yaml.Node) -> bool:
    return bool(node.tag == _STRING)


def _is_number(node: yaml.Node) -> bool:
    """A password of digits alone that the case writes without quotes: quotes would make a string of the number."""
    plain = isinstance(node, yaml.ScalarNode) and node.style is None
    return plain and MARKS.search(node.value) is not None and not _is_text(without_marks(node.value))


def _is_text(text: str) -> bool:
    node = yaml.compose(text, Loader=_LOADER)
    return node is not None and node.tag == _STRING


def _fits_block(text: str) -> bool:
    lines = text.split("\n")
    ends = not text.endswith("\n\n") and text.strip("\n") and not text.startswith((" ", "\n"))
    return bool(ends) and all(line == line.rstrip() and (line.isprintable() or not line) for line in lines)


@cache
def _is_plain(text: str, *, flow: bool) -> bool:
    """Whether the text reads as itself without quotes."""
    if not text.isprintable() or not text.isascii() or text != text.strip() or not text:
        return False
    try:
        node = yaml.compose(f"{{k: {text}}}" if flow else f"k: {text}", Loader=_LOADER)
    except yaml.YAMLError:
        return False
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return len(pairs) == 1 and pairs[0][1].tag == _STRING and pairs[0][1].value == text
