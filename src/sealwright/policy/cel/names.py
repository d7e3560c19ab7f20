"""What a name means: a variable of a macro, a declared variable (whose name may have dots), or a type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.policy.cel.syntax import Index, Literal, Name, Select
from sealwright.policy.cel.values import TYPE_VALUES

if TYPE_CHECKING:
    from collections.abc import Container

    from sealwright.policy.cel.environment import Environment
    from sealwright.policy.cel.syntax import Expression


class Step(NamedTuple):
    """One `.key`, `['key']`, `.?key` or `[?'key']`."""

    key: str
    optional: bool
    offset: int


class Reference(NamedTuple):
    """`kind` is `local` (a macro's), `variable` (declared), `type` (a `TypeValue`), or `unknown`."""

    kind: str
    name: str
    offset: int

    @property
    def type_value(self) -> Any:
        """The value of a reference to a type."""
        return TYPE_VALUES[self.name]


class Chain(NamedTuple):
    """A base and the steps from it: `object.metadata.?labels[?'app']`."""

    base: Reference | Expression
    steps: tuple[Step, ...]

    @property
    def plain(self) -> int:
        """How many steps come before the first that is optional."""
        return next((place for place, step in enumerate(self.steps) if step.optional), len(self.steps))


def chain_of(expression: Expression, local: Container[str], environment: Environment) -> Chain:
    """The longest chain that ends with the expression; no steps where it is none."""
    steps: list[Step] = []
    dotted = 0  # the steps nearest to the base that are `.name`, and may belong to a name with dots
    while True:
        if isinstance(expression, Select):
            steps.append(Step(expression.field, expression.optional, expression.offset))
            dotted = 0 if expression.optional else dotted + 1
            expression = expression.operand
        elif (
            isinstance(expression, Index) and isinstance(expression.key, Literal) and type(expression.key.value) is str
        ):
            steps.append(Step(expression.key.value, expression.optional, expression.offset))
            dotted = 0
            expression = expression.operand
        else:
            break
    steps.reverse()
    if not isinstance(expression, Name):
        return Chain(expression, tuple(steps))
    reference, used = _resolved(expression, [step.key for step in steps[:dotted]], local, environment)
    return Chain(reference, tuple(steps[used:]))


def _resolved(name: Name, fields: list[str], local: Container[str], environment: Environment) -> tuple[Reference, int]:
    if name.name in local:
        return Reference("local", name.name, name.offset), 0
    root = name.name.removeprefix(".")
    for used in range(len(fields), -1, -1):
        dotted = ".".join((root, *fields[:used]))
        if dotted in environment.variables:
            return Reference("variable", dotted, name.offset), used
        if dotted in TYPE_VALUES:
            return Reference("type", dotted, name.offset), used
    return Reference("unknown", root, name.offset), 0
