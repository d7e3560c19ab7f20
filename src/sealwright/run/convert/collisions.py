"""Different Secrets whose values would be one object in a store."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sealwright.run.convert.plan import Stay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.run.convert.plan import Move


def collisions(moves: Sequence[Move]) -> dict[int, Stay]:
    """By id(), the moves that get in each other's way, and what to say about each.

    The same Secret twice, as several overlays may have it, is one object if its values are the same.
    """
    named: dict[tuple[str, str], list[Move]] = defaultdict(list)
    for move in moves:
        for remote in move.placement.remotes:
            named[move.store, remote.name].append(move)
    found: dict[int, Stay] = {}
    for (_, name), group in named.items():
        others = [move for move in group[1:] if not _same(move, group[0], name)]
        for move in [group[0], *others] if others else ():
            found.setdefault(id(move), _stay(move, others[0] if move is group[0] else group[0], name))
    return found


def _stay(move: Move, other: Move, name: str) -> Stay:
    reason = f"its values and those of {other.ref} ({other.path}:{other.line}) would be one object, {name}"
    hint = "give each its namespace (-n), or put {cluster} into the store's `key` and give clusters their paths"
    return Stay(move.ref, move.path, move.line, reason, hint)


def _same(one: Move, other: Move, name: str) -> bool:
    """Whether both would put just the same there."""
    first, second = (next(remote for remote in move.placement.remotes if remote.name == name) for move in (one, other))
    return first.labels == second.labels and first.form is second.form and first.body == second.body
