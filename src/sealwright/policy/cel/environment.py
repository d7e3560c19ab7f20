"""What an expression may use: its variables, the version of Kubernetes, and how long it may run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.policy.cel.types import Type

STEPS = 1_000_000
"""How many steps an evaluation may take: of the order of what the API server allows an expression."""


class Environment(NamedTuple):
    """`variables` by name, dotted names as such ("variables.containers"); a type is `types.DYN` where it is not known.

    `version` is the minor of Kubernetes 1.x that must be able to run the expression, 0 for the newest; `budget` is in
    steps of the evaluator. `mixed`: literals may hold values of several types, which Kubernetes refuses.
    """

    variables: Mapping[str, Type]
    version: int = 0
    budget: int = STEPS
    mixed: bool = False
