"""The values of CEL as Python has them.

null, bool, int, double, string, bytes, list and map are None, bool, int, float, str, bytes, list and dict; the rest is
here. A dict's keys are str, int or UInt, or a `BoolKey` for a bool, since to Python True and 1 are the same key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.policy.cel.errors import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

INT_MIN, INT_MAX = -(2**63), 2**63 - 1
UINT_MAX = 2**64 - 1


class UInt(int):
    """An unsigned integer of 64 bits; who makes one looks at the range."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{int(self)}u"


class Timestamp(NamedTuple):
    """A point in time, in nanoseconds since 1970-01-01T00:00:00Z; years 1 to 9999."""

    nanoseconds: int


class Duration(NamedTuple):
    """A length of time in nanoseconds, at most what 64 bits hold."""

    nanoseconds: int


class Optional(NamedTuple):
    """A value that may be absent; `value` means nothing where not `present`."""

    present: bool
    value: Any = None


NONE = Optional(present=False)


class TypeValue(NamedTuple):
    """What `type(x)` gives: the name of a type, without parameters."""

    name: str


class BoolKey(NamedTuple):
    """A bool as the key of a map."""

    value: bool


class Quantity(NamedTuple):
    """A Kubernetes quantity in billionths. `whole`: the API server keeps it as an integer, and gives it as one."""

    billionths: int
    whole: bool


class IP(NamedTuple):
    """An IPv4 or IPv6 address."""

    address: IPv4Address | IPv6Address


class CIDR(NamedTuple):
    """An address with the length of its prefix; the address may have bits of a host."""

    address: IPv4Address | IPv6Address
    network: IPv4Network | IPv6Network


class URL(NamedTuple):
    """An absolute URI, or an absolute path; `path` and `query` as they are escaped, `host` with its port."""

    text: str
    scheme: str
    host: str
    path: str
    query: str


class Semver(NamedTuple):
    """A semantic version; `prerelease` in its parts, numbers as int."""

    major: int
    minor: int
    patch: int
    prerelease: tuple[str | int, ...] = ()
    build: tuple[str, ...] = ()


class Format(NamedTuple):
    """One of Kubernetes' named formats."""

    name: str


_NAMES: dict[type, str] = {
    type(None): "null_type",
    bool: "bool",
    int: "int",
    UInt: "uint",
    float: "double",
    str: "string",
    bytes: "bytes",
    list: "list",
    dict: "map",
    TypeValue: "type",
    Timestamp: "google.protobuf.Timestamp",
    Duration: "google.protobuf.Duration",
    Optional: "optional_type",
    IP: "net.IP",
    CIDR: "net.CIDR",
    Quantity: "kubernetes.Quantity",
    URL: "kubernetes.URL",
    Semver: "kubernetes.Semver",
    Format: "kubernetes.NamedFormat",
}
TYPE_VALUES = {name: TypeValue(name) for name in _NAMES.values()}
"""The names of types that are values of their own in an expression."""

_SIMPLE = frozenset({str, bool, bytes, int, UInt, float, type(None)})
_BY_VALUE = _SIMPLE | {Timestamp, Duration, TypeValue, IP, CIDR, Format}
_NUMBERS = frozenset({int, UInt, float})


def name_of_class(kind: type) -> str:
    """The CEL name of a Python class, or of the nearest class that it derives from; 'unknown' for strangers."""
    name = _NAMES.get(kind)
    if name is None:
        name = _NAMES[kind] = next((_NAMES[base] for base in kind.__mro__ if base in _NAMES), "unknown")
    return name


def type_name(value: Any) -> str:
    """The CEL name of a value's type, for messages and for `type_of`."""
    return _NAMES.get(type(value)) or name_of_class(type(value))


def type_of(value: Any) -> TypeValue:
    """`type(value)`."""
    return TypeValue(type_name(value))


def no_overload(name: str, *arguments: Any) -> EvaluationError:
    """The error for arguments that a function or operator is not made for; it names types only."""
    return EvaluationError(f"no such overload: {name}({', '.join(type_name(argument) for argument in arguments)})")


def to_key(value: Any) -> Any:
    """A value as the key of a dict, for lookups and map literals; an EvaluationError if it cannot be a key.

    A double that is a whole number finds the same key as the int (1.0, 1 and 1u are equal).
    """
    kind = type(value)
    if kind is str or kind is int or kind is UInt:
        return value
    if kind is bool:
        return BoolKey(value)
    if kind is float or isinstance(value, str):
        return value
    raise EvaluationError(f"a {type_name(value)} cannot be the key of a map")


def from_key(key: Any) -> Any:
    """The value that a dict's key stands for."""
    return key.value if type(key) is BoolKey else key


def keys_of(mapping: dict[Any, Any]) -> list[Any]:
    """The keys of a map as values, in their order."""
    return [from_key(key) for key in mapping]


def equal(left: Any, right: Any) -> bool:
    """`left == right`: never an error; numbers by value, NaN equal to nothing, a bool to no number."""
    kind, other = type(left), type(right)
    if kind is other and kind in _BY_VALUE:
        return bool(left == right)
    if kind in _NUMBERS and other in _NUMBERS:
        return _numbers_equal(left, right)
    if name_of_class(kind) != name_of_class(other):
        return False
    if isinstance(left, dict):
        return _maps_equal(left, right)
    if isinstance(left, list):
        return len(left) == len(right) and _all_equal(zip(left, right, strict=True))
    if kind is Optional:
        return left.present == right.present and (not left.present or equal(left.value, right.value))
    if kind is Quantity:
        return bool(left.billionths == right.billionths)
    if kind is URL:
        return bool(left.text == right.text)
    if kind is Semver:
        return bool(left[:4] == right[:4])
    return bool(left == right)


def _numbers_equal(left: float, right: float) -> bool:
    """As the API server does it: an integer is compared with a double as the double nearest to it."""
    if type(left) is float or type(right) is float:
        return float(left) == float(right)
    return int(left) == int(right)


def _all_equal(pairs: Iterable[tuple[Any, Any]]) -> bool:
    return all(equal(left, right) for left, right in pairs)


def _maps_equal(left: dict[Any, Any], right: dict[Any, Any]) -> bool:
    if len(left) != len(right):
        return False
    missing = object()
    return _all_equal((value, right.get(key, missing)) for key, value in left.items())
