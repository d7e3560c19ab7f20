"""A run as one HTML page: totals and three answers first, then who has to do what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.fleet.outputs.page.names import counted, name, severity_bar, short
from sealwright.fleet.outputs.page.parts import (
    ages_section,
    errors_section,
    owners_section,
    repositories_section,
    rules_section,
)
from sealwright.fleet.outputs.page.trend import asked, in_order, trend, trend_section
from sealwright.fleet.outputs.text import repositories
from sealwright.fleet.tally import Tally
from sealwright.report.days import long_day
from sealwright.report.html.answers import BAD, GOOD, UNSURE, Answer, Verdict, answer, step_answer, top
from sealwright.report.html.document import document
from sealwright.report.html.first_step import Step
from sealwright.report.html.markup import Html, joined, prose, tag
from sealwright.report.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sealwright.fleet.model import Account
    from sealwright.fleet.outputs.base import Look
    from sealwright.report.html.document import Section

_MOST = 1000
_EXAMPLES = 3
_MOST_ERRORS = 1000
_AT_ONCE = 3
_IN_A_TITLE = 60
_NOTE = (
    "The figures are about what each repository held when the run came to it. Owners are those of its own CODEOWNERS "
    "file; what a repository accepts by its configuration does not count here."
)


class Page:
    """Collects figures, and writes one page at the end."""

    def __init__(self, look: Look) -> None:
        self._earlier = look.earlier
        self._tally = Tally(look.thresholds, started=look.started, most=_MOST, examples=_EXAMPLES, errors=_MOST_ERRORS)

    def add(self, position: int, account: Account) -> None:
        """The next account."""
        self._tally.add(position, account)

    def finish(self, summary: Mapping[str, Any]) -> str:
        """The whole page."""
        runs = in_order(summary, self._earlier)
        change = trend(runs)
        answers = (
            _how_much(summary),
            answer(Answer("Is it getting better?", change.answer, change.reason)),
            step_answer(self._step(summary)),
        )
        title = f"Secrets in {repositories(summary['repositories']['listed'])}"
        head = top(title, _about(summary), _verdict(summary), (), answers, note=self._notice(summary))
        return document(title, head, list(self._sections(summary, runs)), _NOTE)

    def _sections(self, summary: Mapping[str, Any], runs: Sequence[Mapping[str, Any]]) -> Iterator[Section]:
        yield repositories_section(self._tally.worst(), summary)
        yield owners_section(self._tally, summary)
        yield rules_section(self._tally, summary)
        if summary["failing"]:
            yield ages_section(summary)
        if len(runs) > 1:
            yield trend_section(runs)
        if self._tally.errors:
            yield errors_section(self._tally, summary)

    def _step(self, summary: Mapping[str, Any]) -> Step:
        worst = self._tally.worst()
        if worst:
            first = worst[0]
            since = f", since {long_day(first.since)}" if first.since else ""
            return Step(f"Begin with {short(first.name, _IN_A_TITLE)}", f"It has {counted(first.counts)}{since}.")
        if summary["repositories"]["with_errors"] or summary["repositories"]["missing"]:
            return Step("Let everything be checked", "What could not be read may hold secrets.")
        return Step("Nothing", "Nothing stands against these repositories.")

    def _notice(self, summary: Mapping[str, Any]) -> Html | None:
        """What was not looked at: never hidden, since it makes every other figure a lower bound."""
        missing, unread = summary["repositories"]["missing"], summary["repositories"]["with_errors"]
        if not missing and not unread:
            return None
        parts = [tag("li", f"The run has not come to {repositories(missing)} yet.")] if missing else []
        for repository, error in self._tally.errors[:_AT_ONCE]:
            parts.append(tag("li", name(repository), " ", prose(f"{short(error['message']).rstrip('.')}.")))
        more = self._tally.error_count - _AT_ONCE
        if more > 0:
            parts.append(tag("li", tag("a", f"{plural(more, 'problem')} more", href="#errors")))
        heading = f"Not everything could be checked: {repositories(missing + unread)}"
        return tag(
            "section",
            tag("h2", heading, id="problems-title"),
            tag("ul", joined(parts)),
            id="problems",
            aria_labelledby="problems-title",
            class_="notice",
        )


def _about(summary: Mapping[str, Any]) -> list[str]:
    figures = summary["repositories"]
    looked = f"{plural(summary['files'], 'file')} in {repositories(figures['done'])}"
    limit = f"fails from {summary['thresholds']['severity']}, {summary['thresholds']['confidence']}"
    return [long_day(summary["started"][:10]), short(asked(summary)), looked, limit]


def _how_much(summary: Mapping[str, Any]) -> Html:
    failing, counts, figures = summary["failing"], summary["failing_by_severity"], summary["repositories"]
    gating = summary["command"] == "gate"
    question = "How much stands in the way?" if gating else "How much is in clear?"
    unsure = figures["missing"] or figures["with_errors"]
    mood = BAD if failing else UNSURE if unsure else GOOD
    within = f"in {figures['failing']:,} of {repositories(figures['done'])}"
    reason = f"{within}: {counted(counts)}." if failing else f"{within}."
    words = f"{failing:,}" if failing else "None seen" if unsure else "None"
    drawing = severity_bar(counts, failing, "All findings that fail") if failing else Html()
    return answer(Answer(question, words, reason, drawing, mood, figure=True))


def _verdict(summary: Mapping[str, Any]) -> Verdict:
    figures = summary["repositories"]
    if summary["failing"]:
        within = f"in {figures['failing']:,} of {repositories(figures['done'])}"
        return Verdict(BAD, f"{plural(summary['failing'], 'finding')} {within}.")
    if figures["missing"] or figures["with_errors"]:
        return Verdict(UNSURE, "Nothing was found in what could be checked.")
    if not figures["done"]:
        return Verdict(UNSURE, "No repository was looked at.")
    return Verdict(GOOD, f"Nothing was found in {repositories(figures['done'])}.")
