"""Objects of ours as YAML in block style, as `kubectl` would write them, with the fields in a sensible order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sealwright.convert.yaml_words import in_quotes
from sealwright.manifest.nodes import Scalar
from sealwright.manifest.scalars import kind_of
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sealwright.manifest.scalars import Plain

_PLAIN = Pattern(r"(?:[./]?[A-Za-z](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?|[0-9]+h[0-9]+m[0-9]+s)\Z")
"""Nothing else that begins with a digit: some readers take it for a date or a time."""


def document(value: Mapping[str, Plain]) -> str:
    """One document, without a marker."""
    return "".join(f"{line}\n" for line in lines(value))


def documents(values: Iterable[Mapping[str, Plain]]) -> str:
    """Several documents, a marker between any two."""
    return "---\n".join(document(value) for value in values)


def lines(value: Mapping[str, Plain], step: int = 2) -> Iterator[str]:
    """A mapping as lines without line ends; `step` is the indentation. Lists are not indented."""
    for key, item in value.items():
        if isinstance(item, dict) and item:
            yield f"{scalar(key)}:"
            yield from (f"{' ' * step}{line}" for line in lines(item, step))
        elif isinstance(item, list) and item:
            yield f"{scalar(key)}:"
            for one in item:
                yield from _item(one, step)
        else:
            yield f"{scalar(key)}: {scalar(item)}"


def _item(one: Plain, step: int) -> Iterator[str]:
    if isinstance(one, dict) and one:
        for number, line in enumerate(lines(one, step)):
            yield f"{'  ' if number else '- '}{line}"
    else:
        yield f"- {scalar(one)}"


def scalar(value: Plain) -> str:
    """A value that stands in one line: text is plain where every reader takes it for text, else in double quotes."""
    if not isinstance(value, str):
        return json.dumps(value)
    plain = _PLAIN.match(value) is not None and kind_of(Scalar(0, len(value), value)) == "string"
    return value if plain else in_quotes(value)
