"""Plain data of ours as YAML in block style, for people to read: text of several lines stands as it is.

Whoever writes values with it reads the result back, and writes without blocks what does not come back the same.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sealwright.manifest.nodes import Scalar
from sealwright.manifest.scalars import kind_of
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.scalars import Plain

_PLAIN = Pattern(r"[A-Za-z](?:[-A-Za-z0-9_./+=]*[A-Za-z0-9_=])?\Z")
_SPECIAL = Pattern("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Line ends and invisible characters to YAML: always escaped."""
_UNFIT = Pattern("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_STEP = 2


def yaml_text(value: dict[str, Plain], *, blocks: bool = True) -> str:
    """A mapping as lines. `blocks` False writes text of several lines in quotes, too."""
    return "".join(f"{line}\n" for line in _mapping(value, 0, blocks=blocks))


def json_value(value: Plain) -> Plain:
    """The same data with numbers as numbers, which plain data keeps as marked text."""
    if isinstance(value, dict):
        return {key: json_value(item) for key, item in value.items()}
    if isinstance(value, list):
        return [json_value(item) for item in value]
    if isinstance(value, str) and value.startswith("\0"):
        try:
            number: Plain = json.loads(value[1:])
        except ValueError:
            return value[1:]
        return number
    return value


def _mapping(value: dict[str, Plain], column: int, *, blocks: bool) -> Iterator[str]:
    for key, item in value.items():
        yield from _entry(f"{' ' * column}{_scalar(key)}:", item, column, blocks=blocks)


def _entry(head: str, item: Plain, column: int, *, blocks: bool) -> Iterator[str]:
    if isinstance(item, dict) and item:
        yield head
        yield from _mapping(item, column + _STEP, blocks=blocks)
    elif isinstance(item, list) and item:
        yield head
        for one in item:
            yield from _entry(f"{' ' * column}-", one, column, blocks=blocks)
    elif isinstance(item, str) and blocks and _is_block(item):
        yield from _block(head, item, column + _STEP)
    else:
        yield f"{head} {_scalar(item)}"


def _is_block(text: str) -> bool:
    return "\n" in text and text.strip("\n") != "" and not text.startswith("\0") and not _UNFIT.search(text)


def _block(head: str, text: str, column: int) -> Iterator[str]:
    """A literal block. What begins with a space or an empty line needs to be told its indentation."""
    body = text.rstrip("\n")
    tail = len(text) - len(body)
    indicator = str(_STEP) if text[0] in " \n\t" else ""
    chomping = "-" if tail == 0 else "" if tail == 1 else "+"
    yield f"{head} |{indicator}{chomping}"
    for line in body.split("\n"):
        yield f"{' ' * column}{line}" if line else ""
    yield from [""] * (tail - 1)


def _scalar(value: Plain) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return "{}" if isinstance(value, dict) else "[]"
    if isinstance(value, int | float):
        return json.dumps(value)
    text = str(value)
    if text.startswith("\0"):
        return text[1:]
    if _PLAIN.match(text) and kind_of(Scalar(0, len(text), text)) == "string":
        return text
    return _SPECIAL.sub(lambda match: f"\\u{ord(match.group()):04x}", json.dumps(text, ensure_ascii=False))
