"""Round numbers and days along the axes of a chart."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from sealwright.report.days import month

if TYPE_CHECKING:
    from collections.abc import Iterator

_STEPS = (1, 2, 5)
_MONTHS = (1, 2, 3, 6, 12, 24, 60)
_MOST = 6


class Tick(NamedTuple):
    """A mark at a share of the axis, 0 to 1. One that is `minor` is left out where there is little room."""

    at: float
    label: str
    minor: bool = False


def number_ticks(most: int) -> list[int]:
    """From 0 to the first round number that is at least `most`, in two to five equal steps of whole numbers."""
    step = next(base * 10**power for power in count() for base in _STEPS if base * 10**power * 4 >= most)
    steps = max(1, -(-most // step))
    return [number * step for number in range(steps + 1)]


def day_ticks(first: date, last: date) -> list[Tick]:
    """First days of months, or the first and the last day where that is a short time."""
    span = max((last - first).days, 1)
    months = (last.year - first.year) * 12 + last.month - first.month
    if months < 2:
        return [Tick(0, _short(first)), Tick(1, _short(last))] if last > first else [Tick(0, _short(first))]
    step = next((step for step in _MONTHS if months / step <= _MOST), -(-months // (_MOST * 12)) * 12)
    return [
        Tick((day - first).days / span, str(day.year) if step >= 12 else month(day), bool(at % 2))
        for at, day in enumerate(_firsts(first, last, step))
    ]


def _firsts(first: date, last: date, step: int) -> Iterator[date]:
    """The first days of every `step`th month of the calendar."""
    number = first.year * 12 + first.month - 1
    number += -number % step
    while number <= last.year * 12 + last.month - 1:
        day = date(number // 12, number % 12 + 1, 1)
        if day >= first:
            yield day
        number += step


def _short(day: date) -> str:
    return f"{day.day} {month(day)}"
