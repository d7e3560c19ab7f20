"""The extended functions of strings; positions are in code points."""

from __future__ import annotations

from typing import Any

from sealwright.policy.cel.definitions import NOT_IN_KUBERNETES, define
from sealwright.policy.cel.errors import BudgetExceeded, EvaluationError
from sealwright.policy.cel.functions.formatting import formatted
from sealwright.policy.cel.values import type_name

LONGEST = 10_000_000
"""Characters of a string that a function may make."""
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""White space in the sense of Unicode; Python's own `strip` takes more."""
_QUOTED = str.maketrans(
    {
        "\\": "\\\\",
        '"': '\\"',
        "\a": "\\a",
        "\b": "\\b",
        "\f": "\\f",
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\v": "\\v",
    }
)
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_UPPER = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}


def _within(position: int, length: int) -> int:
    if 0 <= position <= length:
        return position
    raise EvaluationError("index out of range of a string")


def _char_at(text: str, position: int) -> str:
    start = _within(position, len(text))
    return text[start : start + 1]


def _index_of(text: str, part: str) -> int:
    return text.find(part)


def _index_from(text: str, part: str, start: int) -> int:
    return text.find(part, _within(start, len(text)))


def _last_index_of(text: str, part: str) -> int:
    return text.rfind(part)


def _last_index_until(text: str, part: str, last: int) -> int:
    return text.rfind(part, 0, _within(last, len(text)) + len(part))


def _join(parts: list[Any], separator: str = "") -> str:
    for part in parts:
        if not isinstance(part, str):
            raise EvaluationError(f"no such overload: join of a list with a {type_name(part)}")
    if sum(map(len, parts)) + len(separator) * len(parts) > LONGEST:
        raise BudgetExceeded("join() makes a string that is too long")
    return separator.join(parts)


def _lower(text: str) -> str:
    return text.translate(_LOWER)


def _upper(text: str) -> str:
    return text.translate(_UPPER)


def _replace(text: str, old: str, new: str, limit: int = -1) -> str:
    count = text.count(old)
    if min(count, limit if limit >= 0 else count) * len(new) > LONGEST:
        raise BudgetExceeded("replace() makes a string that is too long")
    return text.replace(old, new, max(limit, -1))


def _split(text: str, separator: str, limit: int = -1) -> list[str]:
    if limit == 0:
        return []
    if separator:
        return text.split(separator, limit - 1 if limit > 0 else -1)
    if 0 < limit < len(text):
        return [*text[: limit - 1], text[limit - 1 :]]
    return list(text)


def _substring(text: str, start: int) -> str:
    return text[_within(start, len(text)) :]


def _substring_until(text: str, start: int, end: int) -> str:
    if start > end:
        raise EvaluationError("substring() that ends before it begins")
    return text[_within(start, len(text)) : _within(end, len(text))]


def _trim(text: str) -> str:
    return text.strip(_SPACE)


def _reversed(text: str) -> str:
    return text[::-1]


def _quote(text: str) -> str:
    return f'"{text.translate(_QUOTED)}"'


FUNCTIONS = (
    *define(_char_at, "string charAt(int): string"),
    *define(_index_of, "string indexOf(string): int"),
    *define(_index_from, "string indexOf(string, int): int"),
    *define(_last_index_of, "string lastIndexOf(string): int"),
    *define(_last_index_until, "string lastIndexOf(string, int): int"),
    *define(_join, "list(string) join(): string", "list(string) join(string): string"),
    *define(_lower, "string lowerAscii(): string"),
    *define(_upper, "string upperAscii(): string"),
    *define(_replace, "string replace(string, string): string", "string replace(string, string, int): string"),
    *define(_split, "string split(string): list(string)", "string split(string, int): list(string)"),
    *define(_substring, "string substring(int): string"),
    *define(_substring_until, "string substring(int, int): string"),
    *define(_trim, "string trim(): string"),
    *define(_reversed, "string reverse(): string", since=NOT_IN_KUBERNETES),
    *define(_quote, "strings.quote(string): string", since=29),
    *define(formatted, "string format(list(dyn)): string", since=29),
)
