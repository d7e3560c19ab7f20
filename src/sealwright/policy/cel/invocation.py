"""Calls of functions as closures over a frame: paid for by the size of what they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.policy.cel.budget import CHARACTERS, charge_made, charged, spend

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sealwright.policy.cel.function import Function
    from sealwright.policy.cel.members import Evaluate

SHORT = 64
"""Strings up to this length cost nothing of their own: the elements and iterations that led to them were paid for."""

_SIZED = frozenset({str, list, dict, bytes})


def calling(function: Function, arguments: Sequence[Evaluate]) -> Evaluate:
    """The call of a function of any number of arguments."""
    call, charge = function.call, charged(function.name)
    if len(arguments) == 1:
        return _calling_one(call, charge, arguments[0])
    if len(arguments) == 2:
        return _calling_two(call, charge, arguments[0], arguments[1])
    parts = tuple(arguments)

    def several(frame: list[Any]) -> Any:
        given = [part(frame) for part in parts]
        if charge is not None:
            charge(frame, given)
        result = call(*given)
        charge_made(frame, result)
        return result

    return several


def _calling_one(call: Callable[..., Any], charge: Callable[..., None] | None, argument: Evaluate) -> Evaluate:
    def one(frame: list[Any]) -> Any:
        given = argument(frame)
        if charge is not None and not (type(given) is str and len(given) < SHORT):
            charge(frame, (given,))
        result = call(given)
        charge_made(frame, result)
        return result

    return one


def _calling_two(
    call: Callable[..., Any], charge: Callable[..., None] | None, first: Evaluate, second: Evaluate
) -> Evaluate:
    def two(frame: list[Any]) -> Any:
        one, other = first(frame), second(frame)
        if charge is not None and not (type(one) is str is type(other) and len(one) < SHORT and len(other) < SHORT):
            charge(frame, (one, other))
        result = call(one, other)
        charge_made(frame, result)
        return result

    return two


def size(call: Callable[..., Any], argument: Evaluate) -> Evaluate:
    """`size(x)` and `x.size()`."""

    def length(frame: list[Any]) -> Any:
        given = argument(frame)
        return len(given) if type(given) in _SIZED else call(given)

    return length


def test_of_text(fast: Callable[[str], bool], call: Callable[..., Any], text: Evaluate, argument: str) -> Evaluate:
    """`text.startsWith('...')` and its like with what is written in the expression: `fast` looks at the text."""

    def test(frame: list[Any]) -> Any:
        given = text(frame)
        if type(given) is not str:
            return call(given, argument)
        if len(given) > SHORT:
            spend(frame, len(given) // CHARACTERS)
        return fast(given)

    return test


def test_for(name: str, argument: str) -> Callable[[str], bool]:
    """What looks at a text for `startsWith`, `endsWith`, `contains` and `matches` of what the expression says."""
    if name == "startsWith":
        return lambda text: text.startswith(argument)
    if name == "endsWith":
        return lambda text: text.endswith(argument)
    if name == "contains":
        return lambda text: argument in text
    return _matching(argument)


def _matching(pattern: str) -> Callable[[str], bool]:
    """The pattern is compiled when it is first needed: most rules never get that far."""
    tests: list[Callable[[str], bool]] = []

    def matches(text: str) -> bool:
        if not tests:
            from sealwright.policy.cel.regex import compiled

            tests.append(compiled(pattern).test)
        return tests[0](text)

    return matches
