"""Static types: what the checker knows about an expression before it runs."""

from __future__ import annotations

from typing import NamedTuple


class Type(NamedTuple):
    """`list(string)` is Type("list", (STRING,)). `fields` are what an object type has; None where that is not known.

    A `parameter` stands for any type, and for the same one wherever a signature has it.
    """

    name: str
    parameters: tuple[Type, ...] = ()
    fields: tuple[tuple[str, Type], ...] | None = None
    parameter: bool = False

    def __str__(self) -> str:
        inner = ", ".join(str(parameter) for parameter in self.parameters)
        return f"{self.name}({inner})" if inner else self.name


DYN = Type("dyn")
BOOL = Type("bool")
INT = Type("int")
UINT = Type("uint")
DOUBLE = Type("double")
STRING = Type("string")
BYTES = Type("bytes")
NULL = Type("null_type")
TIMESTAMP = Type("google.protobuf.Timestamp")
DURATION = Type("google.protobuf.Duration")
IP = Type("net.IP")
CIDR = Type("net.CIDR")
QUANTITY = Type("kubernetes.Quantity")
URL = Type("kubernetes.URL")
SEMVER = Type("kubernetes.Semver")
FORMAT = Type("kubernetes.NamedFormat")


def list_of(element: Type) -> Type:
    """`list(element)`."""
    return Type("list", (element,))


def map_of(key: Type, value: Type) -> Type:
    """`map(key, value)`."""
    return Type("map", (key, value))


def optional_of(value: Type) -> Type:
    """`optional_type(value)`."""
    return Type("optional_type", (value,))


def type_of(value: Type) -> Type:
    """The type of what stands for a type: `int` has the type `type(int)`."""
    return Type("type", (value,))


def parameter(name: str) -> Type:
    """A type parameter of a signature."""
    return Type(name, parameter=True)


SIMPLE: dict[str, Type] = {
    **{kind.name: kind for kind in (DYN, BOOL, INT, UINT, DOUBLE, STRING, BYTES, NULL)},
    **{kind.name: kind for kind in (TIMESTAMP, DURATION, IP, CIDR, QUANTITY, URL, SEMVER, FORMAT)},
    "timestamp": TIMESTAMP,
    "duration": DURATION,
    "ip": IP,
    "cidr": CIDR,
    "quantity": QUANTITY,
    "url": URL,
    "semver": SEMVER,
    "format": FORMAT,
    "null": NULL,
}
"""Types without parameters by their names, and by the short names that signatures use."""

DENOTATIONS: dict[str, Type] = {
    **{name: type_of(kind) for name, kind in SIMPLE.items() if name == kind.name and kind is not DYN},
    "list": type_of(list_of(DYN)),
    "map": type_of(map_of(DYN, DYN)),
    "type": type_of(DYN),
    "optional_type": type_of(optional_of(DYN)),
}
"""The names of types where an expression uses them as values."""
