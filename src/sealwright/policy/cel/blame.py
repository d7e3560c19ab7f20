"""Which places of the document made an expression false."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.policy.cel.errors import BudgetExceeded
from sealwright.policy.cel.traced import Failed
from sealwright.policy.cel.tracer import ROOT, Tracer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sealwright.policy.cel.environment import Environment
    from sealwright.policy.cel.syntax import Expression
    from sealwright.policy.subject import DocumentPath

_MORE = 10
"""How many times the steps of an evaluation tracing may take: it stops at nothing early."""
_IDENTITY = frozenset({("apiVersion",), ("kind",)})
"""What an object is, is rarely what is wrong with it: such paths are left out where there are others."""


def blamed(expression: Expression, environment: Environment, variables: Mapping[str, Any]) -> tuple[DocumentPath, ...]:
    """The most precise paths that made the value what it is, in the order of the document; () where none is known."""
    tracer = Tracer(variables, _MORE * environment.budget)
    try:
        reads = tracer.trace(expression, environment, {}).reads
    except Failed as failed:
        reads = failed.reads
    except (BudgetExceeded, RecursionError):
        reads = ()
    document = variables.get(ROOT)
    return tuple(sorted(_precise(reads), key=lambda path: _order(document, path))) or ((),)


def _precise(paths: Iterable[DocumentPath]) -> list[DocumentPath]:
    """Without those that others explain."""
    known = list(dict.fromkeys(paths))
    parents = {path[:length] for path in known for length in range(len(path))}
    kept = [path for path in known if path not in parents]
    return [path for path in kept if path not in _IDENTITY] or kept


def _order(document: Any, path: DocumentPath) -> tuple[int, ...]:
    """Where a path stands; what is missing comes after all that its parent has."""
    order: list[int] = []
    for part in path:
        if isinstance(document, dict):
            order.append(list(document).index(part) if part in document else len(document))
            document = document.get(part)
        elif isinstance(document, list) and isinstance(part, int) and part < len(document):
            order.append(part)
            document = document[part]
        else:
            order.append(0)
    return tuple(order)
