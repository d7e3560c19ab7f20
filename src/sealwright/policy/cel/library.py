"""Which functions there are, and which module has them; a module is loaded when one of its functions is looked up."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from sealwright.policy.cel.definitions import joined
from sealwright.policy.cel.syntax import Call, Name, Select

if TYPE_CHECKING:
    from sealwright.policy.cel.definitions import Definition
    from sealwright.policy.cel.function import Function
    from sealwright.policy.cel.syntax import Expression

_MODULES: dict[str, str] = {
    "standard": "size contains startsWith endsWith dyn type",
    "conversions": "int uint double string bytes bool",
    "times": """timestamp duration getDate getDayOfMonth getDayOfWeek getDayOfYear getFullYear getHours getMilliseconds
        getMinutes getMonth getSeconds""",
    "strings": """charAt indexOf lastIndexOf join lowerAscii upperAscii replace split substring trim reverse format
        strings.quote""",
    "lists": """isSorted sum min max indexOf lastIndexOf includes slice flatten distinct reverse sort first last
        lists.range""",
    "patterns": "matches find findAll",
    "urls": "url isURL getScheme getHost getHostname getPort getEscapedPath getQuery",
    "quantities": """quantity isQuantity isInteger asInteger asApproximateFloat sign add sub isGreaterThan isLessThan
        compareTo""",
    "networks": """ip isIP ip.isCanonical family isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast
        isGlobalUnicast cidr isCIDR containsIP containsCIDR prefixLength masked string""",
    "sets": "sets.contains sets.equivalent sets.intersects",
    "formats": """validate format.named format.dns1123Label format.dns1123Subdomain format.dns1035Label
        format.qualifiedName format.dns1123LabelPrefix format.dns1123SubdomainPrefix format.dns1035LabelPrefix
        format.labelValue format.uri format.uuid format.byte format.date format.datetime""",
    "versions": "semver isSemver major minor patch isGreaterThan isLessThan compareTo",
    "optionals": """optional.of optional.none optional.ofNonZeroValue orValue or hasValue value optional.unwrap
        unwrapOpt""",
    "mathematics": """math.greatest math.least math.ceil math.floor math.round math.trunc math.abs math.sign math.isInf
        math.isNaN math.isFinite math.bitAnd math.bitOr math.bitXor math.bitNot math.bitShiftLeft math.bitShiftRight
        math.sqrt""",
    "encoders": "base64.encode base64.decode",
    "patches": "jsonpatch.escapeKey",
}
"""Modules of `functions/` and the names that they define; a name may be in several."""

_FUNCTIONS: dict[tuple[str, bool, int], Function | None] = {}


class Resolved(NamedTuple):
    """The function that a call means, and its arguments, the receiver of a method first."""

    function: Function
    arguments: tuple[Expression, ...]


def names() -> frozenset[str]:
    """All names of functions, for suggestions."""
    return frozenset(name for words in _MODULES.values() for name in words.split())


def lookup(name: str, method: bool, arity: int) -> Function | None:
    """The function of that name; `arity` counts the receiver of a method too. None where there is none."""
    key = (name, method, arity)
    if key not in _FUNCTIONS:
        _FUNCTIONS[key] = joined([definition for table in _tables(name) for definition in table], key)
    return _FUNCTIONS[key]


def _tables(name: str) -> list[tuple[Definition, ...]]:
    """The definitions of the modules that have the name."""
    modules = [module for module, words in _MODULES.items() if name in words.split()]
    return [import_module(f"sealwright.policy.cel.functions.{module}").FUNCTIONS for module in modules]


def arities(name: str) -> tuple[tuple[bool, int], ...]:
    """With how many arguments there is a function of that name: (is it a method, arguments without the receiver)."""
    found = [definition for table in _tables(name) for definition in table if definition.name == name]
    counts = ((each.method, len(each.overload.parameters) - each.method) for each in found)
    return tuple(dict.fromkeys(counts))


def resolve(call: Call) -> Resolved | None:
    """What a call means: a function with a qualified name (`math.greatest`), a method, or a global function."""
    if call.target is None:
        function = lookup(call.function, method=False, arity=len(call.arguments))
        return Resolved(function, call.arguments) if function else None
    qualified = qualified_name(call.target)
    if qualified:
        function = lookup(f"{qualified}.{call.function}", method=False, arity=len(call.arguments))
        if function:
            return Resolved(function, call.arguments)
    function = lookup(call.function, method=True, arity=len(call.arguments) + 1)
    return Resolved(function, (call.target, *call.arguments)) if function else None


def qualified_name(expression: Expression) -> str:
    """`a.b` for what is only names and plain selections, '' for everything else."""
    if isinstance(expression, Name):
        return expression.name
    if isinstance(expression, Select) and not expression.optional:
        before = qualified_name(expression.operand)
        return f"{before}.{expression.field}" if before else ""
    return ""
