"""What a function is: how the checker sees it, and how it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.policy.cel.types import Type


class Overload(NamedTuple):
    """One signature; the receiver of a method is the first parameter. `since` as in Function, of it alone.

    `generic`: it has type parameters.
    """

    parameters: tuple[Type, ...]
    result: Type
    since: int = 0
    generic: bool = False


class Function(NamedTuple):
    """All overloads of one name with one number of arguments. `since` is the minor of Kubernetes 1.x that has it.

    `call` takes the arguments (the receiver first), tells the overloads apart itself, and raises EvaluationError.
    """

    name: str
    method: bool
    overloads: tuple[Overload, ...]
    call: Callable[..., Any]
    since: int = 0
