"""What plain data must look like, as data, and the one function that compares the two.

As an API server does it: null counts as absent, unknown fields are refused (as with `fieldValidation: Strict`), and a
pattern has to match the whole text (`$` in Python would let a line break pass at the end).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sealwright.patterns import Pattern

_SHOWN = 60


class Flaw(NamedTuple):
    """`path` leads to the field (`spec.data[0].remoteRef.key`), '' for the whole object; `reason` holds no value."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path} {self.reason}" if self.path else self.reason


class Text(NamedTuple):
    """A string: one of `choices` where there are any, of a length in characters, matching `pattern`; `says` which."""

    choices: tuple[str, ...] = ()
    shortest: int = 0
    longest: int = 0
    pattern: Pattern | None = None
    says: str = ""


class Whole(NamedTuple):
    """A whole number; `or_text`: or a string."""

    or_text: bool = False


class Truth(NamedTuple):
    """true or false."""


class Several(NamedTuple):
    """A list."""

    item: Shape
    least: int = 0


class Texts(NamedTuple):
    """A mapping from any keys to strings."""


class Fields(NamedTuple):
    """A mapping with these fields; `exactly`: with how many of them, 0 for any number."""

    fields: Mapping[str, Shape]
    required: tuple[str, ...] = ()
    exactly: int = 0


class Anything(NamedTuple):
    """A mapping that is not looked into."""


Shape: TypeAlias = "Text | Whole | Truth | Several | Texts | Fields | Anything"

_NAMES = {Text: "a string", Several: "a list", Truth: "true or false", Whole: "a whole number"}


def compare(value: object, shape: Shape, path: str) -> Iterator[Flaw]:
    """What is wrong with a value, outside before inside."""
    if not _is_kind(value, shape):
        yield Flaw(path, f"is not {_NAMES.get(type(shape), 'a mapping')}")
    elif isinstance(shape, Text):
        yield from _text(str(value), shape, path)
    elif isinstance(shape, Several) and isinstance(value, list):
        if len(value) < shape.least:
            yield Flaw(path, "is empty")
        for number, item in enumerate(value):
            yield from compare(item, shape.item, f"{path}[{number}]")
    elif isinstance(value, dict):
        given = {key: item for key, item in value.items() if item is not None}
        if isinstance(shape, Texts):
            for key, item in given.items():
                yield from compare(item, Text(), below(path, key))
        elif isinstance(shape, Fields):
            yield from _fields(given, shape, path)


def below(path: str, key: object) -> str:
    """The path of a field; a key that does not look like one is not repeated."""
    shown = str(key)
    plain = len(shown) <= _SHOWN and shown.replace("-", "").replace("_", "").replace(".", "").replace("/", "").isalnum()
    quoted = f"[{shown}]" if "." in shown or "/" in shown else shown
    joined = quoted if plain else "(a key)"
    return f"{path}{joined}" if joined.startswith("[") or not path else f"{path}.{joined}"


def _is_kind(value: object, shape: Shape) -> bool:
    if isinstance(shape, Text):
        return isinstance(value, str)
    if isinstance(shape, Truth):
        return isinstance(value, bool)
    if isinstance(shape, Whole):
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole or (shape.or_text and isinstance(value, str))
    return isinstance(value, list if isinstance(shape, Several) else dict)


def _text(value: str, shape: Text, path: str) -> Iterator[Flaw]:
    if shape.choices and value not in shape.choices:
        yield Flaw(path, f"is none of {', '.join(shape.choices)}")
    elif len(value) < shape.shortest:
        yield Flaw(path, "is empty")
    elif shape.longest and len(value) > shape.longest:
        yield Flaw(path, f"is longer than {shape.longest} characters")
    elif shape.pattern is not None and not shape.pattern.match(value):
        yield Flaw(path, f"is not {shape.says}")


def _fields(given: Mapping[str, object], shape: Fields, path: str) -> Iterator[Flaw]:
    for name in shape.required:
        if name not in given:
            yield Flaw(below(path, name), "is missing")
    if shape.exactly and len(given) != shape.exactly:
        yield Flaw(path, "is empty" if not given else f"has {len(given)} entries, of which one is allowed")
    for name, item in given.items():
        if name in shape.fields:
            yield from compare(item, shape.fields[name], below(path, name))
        else:
            yield Flaw(below(path, name), "is unknown")
