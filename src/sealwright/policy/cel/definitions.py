"""Definitions of functions by their signatures: "string.charAt(int): string"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.patterns import Pattern
from sealwright.policy.cel.function import Function, Overload
from sealwright.policy.cel.types import SIMPLE, Type, parameter
from sealwright.policy.cel.types import type_of as type_type
from sealwright.policy.cel.values import name_of_class, no_overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_SIGNATURE = Pattern(
    r"(?:(?P<receiver>[a-z]+(?:\([A-Za-z, ()]*?\))?) )?(?P<name>[\w.]+)\((?P<parameters>.*)\): (?P<result>.+)"
)
_WORD = Pattern(r"[A-Za-z_][\w.]*")

NOT_IN_KUBERNETES = 1_000
"""The `since` of what no Kubernetes has, but other implementations of the language."""


class Definition(NamedTuple):
    """One signature and what is called for it."""

    name: str
    method: bool
    overload: Overload
    call: Callable[..., Any]
    since: int


def define(call: Callable[..., Any], *signatures: str, since: int = 0) -> list[Definition]:
    """Definitions of `call`: "name(types): result", or "receiver name(types): result" for a method.

    Types are those of `types.SIMPLE`, `list(T)`, `map(K, V)`, `optional(T)` and `type(T)`; a capital is a parameter.
    """
    return [_definition(signature, call, since) for signature in signatures]


def _definition(signature: str, call: Callable[..., Any], since: int) -> Definition:
    parts = _SIGNATURE.fullmatch(signature)
    if parts is None:
        raise ValueError(signature)
    receiver = (read_type(parts["receiver"]),) if parts["receiver"] else ()
    parameters = _read_types(parts["parameters"], 0)[0]
    overload = _overload((*receiver, *parameters), read_type(parts["result"]), since)
    return Definition(parts["name"], bool(receiver), overload, call, since)


def overloads(*signatures: str, since: int = 0) -> tuple[Overload, ...]:
    """Signatures without a name: "int, int: int"."""
    pairs = (signature.rsplit(": ", 1) for signature in signatures)
    return tuple(_overload(_read_types(given, 0)[0], read_type(result), since) for given, result in pairs)


def _overload(parameters: tuple[Type, ...], result: Type, since: int) -> Overload:
    return Overload(parameters, result, since, any(map(_is_generic, (*parameters, result))))


def _is_generic(kind: Type) -> bool:
    return kind.parameter or any(map(_is_generic, kind.parameters))


def read_type(text: str) -> Type:
    """The type that a signature writes so."""
    return _read_types(text, 0)[0][0]


def _read_types(text: str, position: int) -> tuple[tuple[Type, ...], int]:
    types: list[Type] = []
    while position < len(text) and text[position] != ")":
        word = _WORD.match(text, position)
        if word is None:
            raise ValueError(text)
        position = word.end()
        inner: tuple[Type, ...] = ()
        if text[position : position + 1] == "(":
            inner, position = _read_types(text, position + 1)
            position += 1
        types.append(_type(word.group(), inner))
        if text.startswith(", ", position):
            position += 2
    return tuple(types), position


def _type(name: str, inner: tuple[Type, ...]) -> Type:
    if name in {"list", "map"}:
        return Type(name, inner)
    if name == "optional":
        return Type("optional_type", inner)
    if name == "type":
        return type_type(inner[0])
    return parameter(name) if len(name) == 1 else SIMPLE[name]


def joined(definitions: Iterable[Definition], key: tuple[str, bool, int]) -> Function | None:
    """One function of all definitions with that name, kind and number of arguments; it is there since the first was."""
    name, method, arity = key
    chosen = [
        definition
        for definition in definitions
        if (definition.name, definition.method, len(definition.overload.parameters)) == key
    ]
    if not chosen:
        return None
    overloads = tuple(definition.overload for definition in chosen)
    since = min(definition.since for definition in chosen)
    return Function(name, method, overloads, _dispatcher(name, arity, chosen), since)


def _dispatcher(name: str, arity: int, definitions: Sequence[Definition]) -> Callable[..., Any]:
    """What calls the overload that fits the arguments' classes; what was found once for classes is remembered."""
    known: dict[Any, Callable[..., Any]] = {}

    def one(argument: Any) -> Any:
        call = known.get(type(argument)) or choose((type(argument),), type(argument))
        return call(argument)

    def two(first: Any, second: Any) -> Any:
        classes = (type(first), type(second))
        return (known.get(classes) or choose(classes, classes))(first, second)

    def several(*arguments: Any) -> Any:
        classes = tuple(type(argument) for argument in arguments)
        return (known.get(classes) or choose(classes, classes))(*arguments)

    def none() -> Any:
        return definitions[0].call()

    def choose(classes: tuple[type, ...], key: Any) -> Callable[..., Any]:
        call = next((each.call for each in definitions if _fits(each.overload, classes)), None)
        if call is None:
            call = _refusal(name)
        known[key] = call
        return call

    by_arity: dict[int, Callable[..., Any]] = {0: none, 1: one, 2: two}
    return by_arity.get(arity, several)


def _fits(overload: Overload, classes: Sequence[type]) -> bool:
    pairs = zip(overload.parameters, classes, strict=True)
    return all(kind.parameter or kind.name in {"dyn", name_of_class(given)} for kind, given in pairs)


def _refusal(name: str) -> Callable[..., Any]:
    def refuse(*arguments: Any) -> Any:
        raise no_overload(name, *arguments)

    return refuse
