"""Is it getting better? What runs before this one counted, as a chart and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.fleet.diff import OF_THE_ENGINE
from sealwright.fleet.outputs.page.names import short
from sealwright.fleet.outputs.text import repositories
from sealwright.report.days import long_day, parsed
from sealwright.report.html.chart import Series, areas
from sealwright.report.html.document import Section
from sealwright.report.html.markup import joined, tag, unbroken
from sealwright.report.html.table import Column, table
from sealwright.report.html.trend import Trend
from sealwright.report.wording import plural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST = 200
_COLUMNS = (
    Column("Day"),
    Column("Asked"),
    Column("Findings", number=True),
    Column("Repositories that fail", number=True),
    Column("Could not be read", number=True),
    Column("Looked at", number=True),
)


def in_order(summary: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """This run and those before it, the oldest first, each once."""
    every = {(one["started"], _asked(one)): one for one in (*earlier, summary)}
    return sorted(every.values(), key=lambda one: str(one["started"]))[-_MOST:]


def trend(runs: Sequence[Mapping[str, Any]]) -> Trend:
    """The newest compared with the one before it, if they asked the same."""
    last = runs[-1]
    before = [run for run in runs[:-1] if _asked(run) == _asked(last)]
    if not before:
        return Trend("Not known", "There is no earlier run to compare with: name one with `--since`.")
    change = last["failing"] - before[-1]["failing"]
    since = f"than on {long_day(before[-1]['started'][:10])}"
    listed = last["repositories"]["listed"] - before[-1]["repositories"]["listed"]
    more = (
        f", in {repositories(listed)} more" if listed > 0 else f", in {repositories(-listed)} fewer" if listed else ""
    )
    if not change:
        return Trend("No change", f"As many findings that fail as on {long_day(before[-1]['started'][:10])}{more}.")
    words = f"{abs(change):,} {'fewer' if change < 0 else 'more'} {since}{more}."
    return Trend("Yes" if change < 0 else "No", words)


def trend_section(runs: Sequence[Mapping[str, Any]]) -> Section:
    """A chart where there are two days, and the figures."""
    days = [day for run in runs if (day := parsed(run["started"])) is not None]
    rows = table("Runs, the newest first", _COLUMNS, map(_row, reversed(runs)))
    if len(set(days)) < 2 or len(days) != len(runs):
        return Section("trend", "Trend", rows, f"{len(runs):,}")
    shown = Series("s-high", "", [run["failing"] for run in runs])
    first, last = runs[0], runs[-1]
    label = (
        f"Chart of findings that fail from {long_day(first['started'][:10])} to {long_day(last['started'][:10])}: "
        f"from {first['failing']:,} to {last['failing']:,}"
    )
    caption = tag("figcaption", f"Findings that fail, in {plural(len(runs), 'run')}.")
    return Section(
        "trend", "Trend", joined((tag("figure", areas(days, [shown], label), caption), rows)), f"{len(runs):,}"
    )


def _row(run: Mapping[str, Any]) -> list[str]:
    figures = run["repositories"]
    return [
        unbroken(run["started"][:10]),
        short(asked(run)),
        f"{run['failing']:,}",
        f"{figures['failing']:,}",
        f"{figures['with_errors']:,}" if figures["with_errors"] else "",
        f"{figures['done']:,} of {figures['listed']:,}" if figures["missing"] else f"{figures['done']:,}",
    ]


def asked(run: Mapping[str, Any]) -> str:
    """What a run has looked at in each repository."""
    settings = run["settings"]
    if settings.get("history"):
        return f"{run['command']}, history {settings['history']}"
    return f"{run['command']}, {'every branch' if settings.get('branches') else 'the head'}"


def _asked(run: Mapping[str, Any]) -> str:
    """All of it, but for the engine: a trend goes on when that gets better."""
    return f"{asked(run)} {sorted((name, each) for name, each in run['settings'].items() if name not in OF_THE_ENGINE)}"
