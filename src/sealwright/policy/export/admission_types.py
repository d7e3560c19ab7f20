"""Whether the API server would take a policy's expressions: names, types, and functions that a version has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.policy.cel.checker import check, check_rule
from sealwright.policy.cel.environment import Environment
from sealwright.policy.cel.errors import ExpressionError
from sealwright.policy.cel.parser import parse
from sealwright.policy.cel.types import DYN
from sealwright.policy.export.refusal import NotExportable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.policy.cel.types import Type

FLOOR = 30
"""The minor version that has ValidatingAdmissionPolicy in its first stable form."""
NEWEST = 37
"""The newest minor version whose functions are known here."""


def check_policy(variables: Mapping[str, str], expression: str, version: int) -> None:
    """See that the variables, in their order, and the expression are right under that minor version.

    Raises NotExportable. What admission knows of objects and parameters beforehand is nothing: both are `dyn`.
    """
    types: dict[str, Type] = {"object": DYN, "params": DYN}
    where = ""
    try:
        for name, text in variables.items():
            where = f"the variable {name}: "
            types[f"variables.{name}"] = check(parse(text), Environment(types, version))
        where = ""
        check_rule(parse(expression), Environment(types, version))
    except ExpressionError as error:
        raise NotExportable(f"{where}{error.message}") from None


def minimum_version(variables: Mapping[str, str], expression: str) -> int:
    """The oldest minor version that takes the policy. Raises NotExportable where none does."""
    for version in range(FLOOR, NEWEST):
        try:
            check_policy(variables, expression, version)
        except NotExportable:
            continue
        return version
    check_policy(variables, expression, NEWEST)
    return NEWEST
