"""`format`: %s %d %f %e %b %o %x %X %%, with a precision for %f and %e."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.patterns import Pattern
from sealwright.policy.cel.errors import BudgetExceeded, EvaluationError
from sealwright.policy.cel.functions.instants import duration_text, timestamp_text
from sealwright.policy.cel.functions.numerals import plain
from sealwright.policy.cel.values import Duration, Timestamp, TypeValue, UInt, from_key, type_name

if TYPE_CHECKING:
    from collections.abc import Callable

_VERB = Pattern(r"%(%|(?:\.([0-9]*))?([a-zA-Z])?)")
_LONGEST = 10_000_000
_MOST_DIGITS = 1_000
_DEEPEST = 100


def formatted(template: str, arguments: list[Any]) -> str:
    """The template with its verbs replaced by the arguments, one after the other."""
    given = iter(arguments)
    parts: list[str] = []
    position = length = 0
    for verb in _VERB.finditer(template):
        parts += (template[position : verb.start()], "%" if verb[1] == "%" else _one(verb[3] or "", verb[2], given))
        length += len(parts[-1])
        if length > _LONGEST:
            raise BudgetExceeded("format() makes a string that is too long")
        position = verb.end()
    return "".join(parts) + template[position:]


def _one(verb: str, precision: str | None, given: Any) -> str:
    write = _VERBS.get(verb)
    if write is None:
        raise EvaluationError(f"format(): there is no verb %{verb}")
    digits = int(precision[:9] or 0) if precision is not None else 6
    if digits > _MOST_DIGITS or (precision is not None and verb not in {"f", "e"}):
        raise EvaluationError(f"format(): %{verb} with that precision")
    try:
        argument = next(given)
    except StopIteration:
        raise EvaluationError("format(): more verbs than arguments") from None
    text = write(argument, digits)
    if text is None:
        raise EvaluationError(f"format(): %{verb} of a {type_name(argument)}")
    return text


def _named(value: float) -> str:
    """What is no number, in words; '' for numbers."""
    return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(repr(value), "")


def _is_integer(value: Any) -> bool:
    return type(value) is int or type(value) is UInt


def _decimal(value: Any, _: int) -> str | None:
    if _is_integer(value):
        return str(int(value))
    return (_named(value) or plain(value)) if type(value) is float else None


def _fixed(value: Any, digits: int) -> str | None:
    if _is_integer(value) or type(value) is float:
        return _named(value) or f"{float(value):.{digits}f}"
    return None


def _scientific(value: Any, digits: int) -> str | None:
    if _is_integer(value) or type(value) is float:
        return _named(value) or f"{float(value):.{digits}e}"
    return None


def _binary(value: Any, _: int) -> str | None:
    if type(value) is bool:
        return str(int(value))
    return f"{int(value):b}" if _is_integer(value) else None


def _octal(value: Any, _: int) -> str | None:
    return f"{int(value):o}" if _is_integer(value) else None


def _hexadecimal(value: Any, _: int) -> str | None:
    if _is_integer(value):
        return f"{int(value):x}"
    if isinstance(value, str):
        return value.encode(errors="surrogatepass").hex()
    return value.hex() if isinstance(value, bytes) else None


def _upper_hexadecimal(value: Any, digits: int) -> str | None:
    text = _hexadecimal(value, digits)
    return text.upper() if text is not None else None


def _text(value: Any, _: int, depth: int = 0) -> str | None:
    """Any value; lists and maps with what they hold, maps in the order of their keys as text."""
    if isinstance(value, str):
        return value
    if depth > _DEEPEST:
        raise BudgetExceeded("format() of something that is too deep")
    if isinstance(value, list):
        return f"[{', '.join(_inner(element, depth) for element in value)}]"
    if isinstance(value, dict):
        entries = sorted((_inner(from_key(key), depth), _inner(value[key], depth)) for key in value)
        return f"{{{', '.join(f'{key}: {inner}' for key, inner in entries)}}}"
    write = _TEXTS.get(type(value))
    return write(value) if write else None


def _inner(value: Any, depth: int) -> str:
    text = _text(value, 0, depth + 1)
    if text is None:
        raise EvaluationError(f"format(): %s of a {type_name(value)}")
    return text


_TEXTS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "null",
    bool: lambda value: "true" if value else "false",
    int: str,
    UInt: lambda value: str(int(value)),
    float: lambda value: _named(value) or plain(value),
    bytes: lambda value: value.decode(errors="replace"),
    Timestamp: timestamp_text,
    Duration: duration_text,
    TypeValue: lambda value: value.name,
}
_VERBS: dict[str, Callable[[Any, int], str | None]] = {
    "s": _text,
    "d": _decimal,
    "f": _fixed,
    "e": _scientific,
    "b": _binary,
    "o": _octal,
    "x": _hexadecimal,
    "X": _upper_hexadecimal,
}
