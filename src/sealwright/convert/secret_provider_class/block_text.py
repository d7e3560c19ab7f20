"""Plain data of ours as YAML in block style, the way people write Kubernetes manifests: `- name: value`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.yaml_words import word
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.scalars import Plain

_STEP = "  "
_PATH = Pattern(r"/[-A-Za-z0-9_./]*[A-Za-z0-9]\Z")


def block_text(plain: dict[str, Plain]) -> str:
    """The entries of a mapping as lines. Texts that end with a line end stand in a block of their own."""
    return "".join(f"{line}\n" for line in _mapping(plain))


def items_text(items: list[Plain]) -> str:
    """The items of a list as lines."""
    return "".join(f"{line}\n" for item in items for line in _item(item))


def text_word(text: str) -> str:
    """A string as a scalar; paths need no quotes."""
    return text if _PATH.match(text) else word(text)


def _mapping(plain: dict[str, Plain]) -> Iterator[str]:
    for key, value in plain.items():
        head = f"{word(key)}:"
        if isinstance(value, dict) and value:
            yield head
            yield from (f"{_STEP}{line}" for line in _mapping(value))
        elif isinstance(value, list) and value:
            yield head
            yield from (line for item in value for line in _item(item))
        elif isinstance(value, str) and value.endswith("\n") and not value.startswith((" ", "\n", "\t")):
            yield f"{head} |"
            yield from (f"{_STEP}{line}" if line else "" for line in value.removesuffix("\n").split("\n"))
        else:
            yield f"{head} {_scalar(value)}"


def _item(value: Plain) -> Iterator[str]:
    lines = _mapping(value) if isinstance(value, dict) and value else iter([_scalar(value)])
    yield f"- {next(lines)}"
    yield from (f"{_STEP}{line}" for line in lines)


def _scalar(value: Plain) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return "{}" if isinstance(value, dict) else "[]"
    text = str(value)
    return text[1:] if text.startswith("\0") else text_word(text)
