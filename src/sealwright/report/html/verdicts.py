"""Whether what is sealed opens for its cluster: what does not one by one, the rest counted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sealwright.finding import Outcome
from sealwright.report.html.document import Section
from sealwright.report.html.markup import code, joined, prose, tag
from sealwright.report.html.table import Column, long_table, table
from sealwright.report.html.words import left_out, named, place
from sealwright.report.html.worklists import sign
from sealwright.report.wording import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.finding import Verdict

_MOST = 2000
_ORDER = (Outcome.FAILS, Outcome.REFUTED, Outcome.UNKNOWN, Outcome.OPENS, Outcome.PROVED)
_MOOD = {
    Outcome.FAILS: "bad",
    Outcome.REFUTED: "bad",
    Outcome.UNKNOWN: "unsure",
    Outcome.OPENS: "good",
    Outcome.PROVED: "good",
}
_WORD = {
    Outcome.FAILS: ("fails", "fail"),
    Outcome.REFUTED: ("is refuted", "are refuted"),
    Outcome.UNKNOWN: ("is unknown", "are unknown"),
    Outcome.OPENS: ("opens", "open"),
    Outcome.PROVED: ("is proved", "are proved"),
}
_COLUMNS = (
    Column("Sealed value"),
    Column("Verdict"),
    Column("Why"),
    Column("Key"),
    Column("Place"),
)


def verdicts_section(verdicts: Sequence[Verdict]) -> Section:
    """A sentence with the figures, and the table: what does not open is seen at once."""
    ordered = sorted(verdicts, key=lambda one: (_ORDER.index(one.outcome), one.location.path, one.location.start))
    counts = Counter(one.outcome for one in verdicts)
    said = ", ".join(
        f"{counts[outcome]:,} {_WORD[outcome][counts[outcome] > 1]}" for outcome in _ORDER if counts[outcome]
    )
    bad = [one for one in ordered[:_MOST] if _MOOD[one.outcome] != "good"]
    good = [one for one in ordered[:_MOST] if _MOOD[one.outcome] == "good"]
    parts = [tag("p", f"{plural(len(verdicts), 'sealed value')}: {said}.")]
    if bad:
        caption = "Sealed values that do not open, or of which nothing is known"
        parts.append(long_table(caption, _COLUMNS, [_row(one) for one in bad]))
    if good:
        rows = table("Sealed values that open", _COLUMNS, map(_row, good))
        parts.append(tag("details", tag("summary", f"Those that open ({len(good):,})"), rows))
    parts.append(left_out(len(bad) + len(good), len(verdicts), "sealed value", "The JSON format has all of them."))
    return Section("verdicts", "What is sealed", joined(parts), f"{len(verdicts):,}")


def _row(one: Verdict) -> list[str]:
    name = joined((named(one.resource), " ", code(one.item)))
    outcome = sign(_MOOD[one.outcome], one.outcome.value)
    return [name, outcome, prose(one.reason), code(one.key[:12]) if one.key else "", place(one.location)]
