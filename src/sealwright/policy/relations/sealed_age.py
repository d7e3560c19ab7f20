"""SLS007: a value was sealed so long ago that the keys of several renewals since have not touched it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.policy.relations.index import index_of
from sealwright.policy.relations.values import mapping
from sealwright.policy.subject import Blame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.subject import DocumentPath, Subject
    from sealwright.policy.world import World

PARAM, DEFAULT = "sealedMaxAgeDays", 90
_WAY = ("spec", "encryptedData")


def check(world: World) -> Iterator[Blame]:
    """Every SealedSecret of which an item has not been written for longer than is allowed, at these items."""
    limit = world.params.get(PARAM, DEFAULT)
    if not world.today or not isinstance(limit, int) or isinstance(limit, bool) or limit <= 0:
        return
    for subject in index_of(world).of_kind("SealedSecret"):
        ages = {path: _days(world, subject, path) for path in _items(subject)}
        old = tuple(path for path, days in ages.items() if days > limit)
        if old:
            yield Blame(subject, old, f"sealed {max(ages.values())} days ago; {limit} are allowed")


def _items(subject: Subject) -> list[DocumentPath]:
    return [(*_WAY, name) for name in mapping(subject.value, *_WAY)]


def _days(world: World, subject: Subject, path: DocumentPath) -> int:
    """Days since the item's line was written; -1 where that is not known."""
    place = subject.where(path)
    return days_between(world.changed_on(subject.path, place.start.line, place.end.line), world.today)


def days_between(earlier: str, later: str) -> int:
    """Days from one YYYY-MM-DD to another; -1 where one of them is none."""
    from datetime import date

    try:
        return max((date.fromisoformat(later) - date.fromisoformat(earlier)).days, -1)
    except ValueError:
        return -1
