"""Is it getting better? What the history says about the secrets in clear."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.inventory.model import Held
from sealwright.report.days import days_between, duration, long_day, parsed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.inventory.model import Point

_LATELY = 90
"""Days that are compared with now."""


class Trend(NamedTuple):
    """`answer` is in a word or two; `reason` is a sentence."""

    answer: str
    reason: str


def trend(points: Sequence[Point]) -> Trend:
    """The newest point compared with one of about three months ago, or with the first."""
    ordered = in_order(points)
    days = len({point.day for point in ordered})
    if days < 2:
        return Trend("Not known", "There is no history to compare with.")
    last = ordered[-1]
    now, most = in_clear(last), max(ordered, key=in_clear)
    if not in_clear(most):
        return Trend("Never was any", f"None was in clear on any of {days:,} days since {_day(ordered[0])}.")
    if not now:
        reached = next(point for at, point in enumerate(ordered) if not any(map(in_clear, ordered[at:])))
        return Trend("Done", f"None since {_day(reached)}; there were {in_clear(most):,} on {_day(most)}.")
    earlier = _earlier(ordered)
    change = now - in_clear(earlier)
    since = f"than on {_day(earlier)}"
    peak = (
        f" The most were {in_clear(most):,}, on {_day(most)}." if in_clear(most) > max(now, in_clear(earlier)) else ""
    )
    if change < 0:
        return Trend("Yes", f"{-change:,} fewer in clear {since}.{peak}")
    if change > 0:
        return Trend("No", f"{change:,} more in clear {since}.{peak}")
    ago = duration(days_between(earlier.day, last.day) or 0)
    return Trend("No change", f"As many in clear as on {_day(earlier)}, {ago} before.{peak}")


def in_order(points: Sequence[Point]) -> list[Point]:
    """The points by day, those without one left out; of one day in the order in which they were given."""
    return sorted((point for point in points if parsed(point.day) is not None), key=lambda point: point.day)


def in_clear(point: Point) -> int:
    """How many were in clear."""
    return point.counts.get(Held.PLAINTEXT, 0)


def _earlier(ordered: Sequence[Point]) -> Point:
    last = ordered[-1]
    before = [point for point in ordered[:-1] if (days_between(point.day, last.day) or 0) >= _LATELY]
    return before[-1] if before else ordered[0]


def _day(point: Point) -> str:
    return long_day(point.day)
