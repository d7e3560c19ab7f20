"""What becomes of repositories that were asked for their commits: known, failed, asked again later, or looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sealwright.finding import Problem
from sealwright.fleet.failures import failed
from sealwright.fleet.run_folder import unpacked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.fleet.cache.base import Cache
    from sealwright.fleet.heads import Head
    from sealwright.fleet.model import Account, Member
    from sealwright.fleet.survey import Arrival
    from sealwright.fleet.waiting import Waiting


_A = TypeVar("_A", "Arrival", "Head")


def sorted_out(
    waiting: Waiting, cache: Cache, members: Sequence[tuple[int, Member]], arrivals: Sequence[_A]
) -> tuple[list[tuple[int, Account]], list[tuple[tuple[int, Member], _A]]]:
    """The accounts that are ready, and the repositories that have to be looked at; others wait for their host."""
    known = cache.get({arrival.key for arrival in arrivals if arrival.key})
    ready, left = [], []
    for (position, member), arrival in zip(members, arrivals, strict=True):
        waiting.arrived(member)
        if arrival.later and waiting.later(position, member, arrival.later):
            continue
        if arrival.key in known:
            ready.append((position, unpacked(member, known[arrival.key])._replace(fresh=0)))
        elif arrival.problem is not None or arrival.later:
            hint = "give it more time, or fetch less at a time"
            problem = arrival.problem or Problem(".", "its host asks for pauses again and again", hint=hint)
            ready.append((position, failed(member, problem)))
        else:
            left.append(((position, member), arrival))
    return ready, left
