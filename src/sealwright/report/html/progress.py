"""The progress of a migration over the history: a chart, and the same figures as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.report.days import long_day, parsed
from sealwright.report.html.chart import chart
from sealwright.report.html.document import Section
from sealwright.report.html.markup import Html, code, joined, prose, tag, unbroken
from sealwright.report.html.table import Column, table
from sealwright.report.html.trend import in_clear, in_order
from sealwright.report.html.words import HELD, present
from sealwright.report.wording import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.inventory.model import Held, Point

_MOST = 400


def progress_section(points: Sequence[Point], notes: Sequence[str] = ()) -> Section:
    """A chart where there are at least two days, else a sentence that says what is missing; then the notes."""
    ordered = in_order(points)[-_MOST:]
    title = "Progress"
    said = joined(tag("p", prose(note)) for note in notes)
    if len({point.day for point in ordered}) < 2:
        missing = "There is no history that could show how this has changed: it needs commits of at least two days."
        return Section("progress", title, joined((tag("p", missing), said)))
    ways = present([point.counts for point in ordered])
    first, last = ordered[0], ordered[-1]
    summary = f"{plural(len(ordered), 'state')} of the repository, from {long_day(first.day)} to {long_day(last.day)}"
    caption = tag("figcaption", f"Secrets by how they are held. {summary}.")
    figure = tag("figure", chart(ordered, ways, _label(first, last, ways)), caption)
    details = tag("details", tag("summary", "The same figures as a table"), _figures(ordered, ways))
    return Section("progress", title, joined((figure, said, details)))


def sparkline(points: Sequence[Point]) -> Html:
    """A small line of what was in clear, for the first glance; what it says is written beside it."""
    ordered = in_order(points)[-_MOST:]
    days = [day for point in ordered if (day := parsed(point.day)) is not None]
    if len(set(days)) < 2 or not any(map(in_clear, ordered)):
        return Html()
    span, most = (days[-1] - days[0]).days, max(map(in_clear, ordered))
    corners = [
        f"{100 * (day - days[0]).days / span:.1f} {38 - 36 * in_clear(point) / most:.1f}"
        for day, point in zip(days, ordered, strict=True)
    ]
    line = "L".join(corners)
    shapes = (
        tag("path", d=f"M0 39L{line}L100 39Z", class_="under"),
        tag("path", d=f"M{line}", class_="stroke"),
    )
    box = {"viewBox": "0 0 100 40", "preserveAspectRatio": "none"}
    return tag("svg", *shapes, class_="sparkline", aria_hidden="true", **box)


def _label(first: Point, last: Point, ways: Sequence[Held]) -> str:
    changes = (f"{HELD[held]} from {first.counts.get(held, 0):,} to {last.counts.get(held, 0):,}" for held in ways)
    return f"Chart of secrets from {long_day(first.day)} to {long_day(last.day)}: {', '.join(changes)}"


def _figures(points: Sequence[Point], ways: Sequence[Held]) -> Html:
    columns = (Column("Day"), Column("Commit"), *(Column(HELD[held], number=True) for held in ways))
    rows = (
        [unbroken(point.day), code(point.commit[:8]), *(f"{point.counts.get(held, 0):,}" for held in ways)]
        for point in reversed(points)
    )
    return table("Secrets by day and by how they are held", columns, rows)
