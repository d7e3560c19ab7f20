"""The progress of a migration as areas, one on the other, what is in clear at the bottom; labels at the end of each.

The shapes fill whatever width there is; the texts are drawings of their own, placed by shares, so that they keep their
size on a narrow screen.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from sealwright.report.days import parsed
from sealwright.report.html.markup import Html, tag
from sealwright.report.html.scale import day_ticks, number_ticks
from sealwright.report.html.words import HELD

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sealwright.inventory.model import Held, Point

_UNITS = 1000
_APART = 0.085
"""Share of the height between two labels, so that none covers another."""


class Series(NamedTuple):
    """What is counted, a number for each day: `look` is the class of its colour, `title` stands at its end."""

    look: str
    title: str
    numbers: Sequence[int]


def chart(points: Sequence[Point], ways: Sequence[Held], label: str) -> Html:
    """`points` in the order of their days, at least two on different days; `ways` from the bottom up."""
    days = [day for point in points if (day := parsed(point.day)) is not None]
    counted = [Series(f"h-{held.value}", HELD[held], [point.counts.get(held, 0) for point in points]) for held in ways]
    return areas(days, counted, label)


def areas(days: Sequence[date], series: Sequence[Series], label: str) -> Html:
    """Areas one on the other, the first at the bottom; at least two days, in order, the first and the last differ."""
    ticks = number_ticks(max(map(sum, zip(*(each.numbers for each in series), strict=True))))
    return tag(
        "div",
        _numbers(ticks),
        _plot(days, series, ticks),
        _labels(series, ticks[-1]),
        _days(days[0], days[-1]),
        role="img",
        aria_label=label,
        class_="chart",
    )


def _numbers(ticks: Sequence[int]) -> Html:
    texts = (
        tag("text", f"{tick:,}", x="100%", y=f"{100 - 100 * tick / ticks[-1]:.2f}%", dy="0.32em") for tick in ticks
    )
    return tag("svg", *texts, class_="numbers", aria_hidden="true")


def _days(first: date, last: date) -> Html:
    texts = []
    for tick in day_ticks(first, last):
        anchor = "start" if tick.at < 0.06 else "end" if tick.at > 0.94 else "middle"
        minor = "minor" if tick.minor else None
        texts.append(tag("text", tick.label, x=f"{100 * tick.at:.2f}%", y="70%", text_anchor=anchor, class_=minor))
    return tag("svg", *texts, class_="days", aria_hidden="true")


def _plot(days: Sequence[date], series: Sequence[Series], ticks: Sequence[int]) -> Html:
    span = max((days[-1] - days[0]).days, 1)
    across = [_UNITS * (day - days[0]).days / span for day in days]
    stacked = [list(accumulate(numbers, initial=0)) for numbers in zip(*(each.numbers for each in series), strict=True)]
    shapes = [_line(tick, ticks[-1]) for tick in ticks[1:]]
    for at, each in enumerate(series):
        upper = _path(across, [levels[at + 1] for levels in stacked], ticks[-1])
        lower = _path(across[::-1], [levels[at] for levels in stacked[::-1]], ticks[-1])
        if any(levels[at + 1] > levels[at] for levels in stacked):
            shapes.append(tag("path", d=f"M{upper}L{lower}Z", class_=f"area {each.look}"))
    shapes.append(_line(0, ticks[-1]))
    box = {"viewBox": f"0 0 {_UNITS} {_UNITS}", "preserveAspectRatio": "none"}
    return tag("svg", *shapes, class_="plot", aria_hidden="true", **box)


def _line(number: int, most: int) -> Html:
    return tag("path", d=f"M0 {_height(number, most)}H{_UNITS}", class_="grid" if number else "axis")


def _path(across: Sequence[float], levels: Sequence[int], most: int) -> str:
    return "L".join(f"{x:.0f} {_height(level, most)}" for x, level in zip(across, levels, strict=True))


def _height(number: int, most: int) -> str:
    return f"{_UNITS - _UNITS * number / most:.0f}"


def _labels(series: Sequence[Series], most: int) -> Html:
    middles, below = [], 0
    for each in series:
        number = each.numbers[-1]
        if number:
            middles.append((each, number, 1 - (below + number / 2) / most))
        below += number
    texts = []
    for (each, number, _), at in zip(middles, _spread([middle for *_, middle in middles]), strict=True):
        height = f"{100 * at:.2f}%"
        texts.append(tag("rect", y=height, width="8", height="8", class_=f"key {each.look}"))
        strong = tag("tspan", f"{number:,}", class_="strong")
        texts.append(tag("text", strong, f" {each.title}" if each.title else "", x="14", y=height, dy="0.32em"))
    return tag("svg", *texts, class_="labels", aria_hidden="true")


def _spread(heights: Sequence[float]) -> list[float]:
    """The heights, given from the bottom up, moved apart as little as is needed."""
    placed: list[float] = []
    for height in heights:
        placed.append(min(height, placed[-1] - _APART) if placed else min(height, 1 - _APART / 3))
    over = _APART / 2 - placed[-1] if placed else 0
    if over <= 0:
        return placed
    for at in range(len(placed) - 1, -1, -1):  # too many at the top: push down
        limit = _APART / 2 if at == len(placed) - 1 else placed[at + 1] + _APART
        placed[at] = max(placed[at], limit)
    return placed
