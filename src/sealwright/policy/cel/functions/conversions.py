"""Conversions between the simple types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.patterns import Pattern
from sealwright.policy.cel.definitions import define
from sealwright.policy.cel.errors import EvaluationError
from sealwright.policy.cel.functions.instants import duration_text, timestamp_text
from sealwright.policy.cel.functions.numerals import shortest
from sealwright.policy.cel.operators import SECOND, integer, unsigned
from sealwright.policy.cel.values import INT_MAX, INT_MIN, UINT_MAX, UInt

if TYPE_CHECKING:
    from sealwright.policy.cel.values import Timestamp

_INTEGER = Pattern(r"[+-]?[0-9]{1,40}")
_UNSIGNED = Pattern(r"[0-9]{1,40}")
_DOUBLE = Pattern(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?(?i:inf|infinity|nan)")
_BOOLS = {
    **dict.fromkeys(("1", "t", "T", "true", "TRUE", "True"), True),
    **dict.fromkeys(("0", "f", "F", "false", "FALSE", "False"), False),
}


def _same(value: Any) -> Any:
    return value


def _int_of_double(value: float) -> int:
    if INT_MIN < value < INT_MAX:
        return int(value)
    raise EvaluationError("integer overflow")


def _uint_of_double(value: float) -> UInt:
    if 0 <= value < UINT_MAX:
        return UInt(int(value))
    raise EvaluationError("unsigned integer overflow")


def _int_of_text(text: str) -> int:
    if _INTEGER.fullmatch(text):
        return integer(int(text))
    raise EvaluationError("int(): the string is not an integer")


def _uint_of_text(text: str) -> UInt:
    if _UNSIGNED.fullmatch(text):
        return unsigned(int(text))
    raise EvaluationError("uint(): the string is not an unsigned integer")


def _double_of_text(text: str) -> float:
    if _DOUBLE.fullmatch(text):
        return float(text)
    raise EvaluationError("double(): the string is not a number")


def _int_of_uint(value: UInt) -> int:
    return integer(int(value))


def _int_of_timestamp(value: Timestamp) -> int:
    return value.nanoseconds // SECOND


def _text_of_number(value: int) -> str:
    return str(int(value))


def _text_of_bool(value: bool) -> str:
    return "true" if value else "false"


def _text_of_bytes(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise EvaluationError("string(): the bytes are not UTF-8") from None


def _bytes_of_text(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _bool_of_text(text: str) -> bool:
    if text in _BOOLS:
        return _BOOLS[text]
    raise EvaluationError("bool(): the string is neither true nor false")


FUNCTIONS = (
    *define(_same, "int(int): int", "uint(uint): uint", "double(double): double", "string(string): string"),
    *define(_same, "bytes(bytes): bytes", "bool(bool): bool"),
    *define(_int_of_uint, "int(uint): int"),
    *define(_int_of_double, "int(double): int"),
    *define(_int_of_text, "int(string): int"),
    *define(_int_of_timestamp, "int(timestamp): int"),
    *define(unsigned, "uint(int): uint"),
    *define(_uint_of_double, "uint(double): uint"),
    *define(_uint_of_text, "uint(string): uint"),
    *define(float, "double(int): double", "double(uint): double"),
    *define(_double_of_text, "double(string): double"),
    *define(_text_of_number, "string(int): string", "string(uint): string"),
    *define(shortest, "string(double): string"),
    *define(_text_of_bool, "string(bool): string"),
    *define(_text_of_bytes, "string(bytes): string"),
    *define(timestamp_text, "string(timestamp): string"),
    *define(duration_text, "string(duration): string"),
    *define(_bytes_of_text, "bytes(string): bytes"),
    *define(_bool_of_text, "bool(string): bool"),
)
