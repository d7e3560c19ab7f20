"""HTML of a scan, a gate or a verification: what such a run can say, in the look of the whole report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import ExitCode
from sealwright.finding import Finding, Problem, Status, Verdict
from sealwright.report.closing import may_be_merged, verified
from sealwright.report.html.answers import BAD, GOOD, UNSURE, Answer, about_tree, answer, step_answer, top
from sealwright.report.html.answers import Verdict as Headline
from sealwright.report.html.document import Section, document, title_of
from sealwright.report.html.findings import findings_section
from sealwright.report.html.first_step import Step, finding_step, verdict_step
from sealwright.report.html.markup import Html, joined, tag
from sealwright.report.html.verdicts import verdicts_section
from sealwright.report.html.words import capital, counted
from sealwright.report.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.report.base import Reported, Style, Summary

_NOTE = (
    "This is about the files that the run was given, as they were then; `sealwright inventory` tells of all secrets."
)


class HtmlReporter:
    """Collects, and writes one page at the end."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._findings: list[Finding] = []
        self._verdicts: list[Verdict] = []
        self._problems: list[Problem] = []

    def write(self, result: Reported) -> str:
        """Keep it for the end."""
        if isinstance(result, Finding):
            self._findings.append(result)
        elif isinstance(result, Problem):
            self._problems.append(result)
        else:
            self._verdicts.append(result)
        return ""

    def finish(self, summary: Summary) -> str:
        """The whole page."""
        record = self._style.record
        name, day = (record.repository, record.started[:10]) if record is not None else ("", "")
        about = about_tree("", record.commit if record is not None else "", day, summary.files, summary.seconds)
        second = self._open(summary) if summary.verifying else self._accepted()
        answers = (self._found(summary), second, step_answer(self._step()))
        head = top(name, about, self._headline(summary), self._problems, answers)
        return document(title_of(name, day), head, list(self._sections(summary)), _NOTE)

    def _sections(self, summary: Summary) -> Iterator[Section]:
        if not summary.verifying or self._findings:
            yield findings_section(self._findings, self._style.rules, self._style)
        if self._verdicts:
            yield verdicts_section(self._verdicts)
        notes = tag("ul", *(tag("li", note) for note in summary.notes))
        if summary.notes:
            yield Section("notes", "Remarks", joined((notes,)))

    def _found(self, summary: Summary) -> Html:
        if summary.verifying:
            return self._opening(summary)
        standing = self._failing()
        question = "How much stands in the way?" if summary.gating else "How much is in clear?"
        mood = BAD if standing else UNSURE if self._problems else GOOD
        files = len({finding.location.path for finding in standing})
        reason = f"in {files:,} of {plural(summary.files, 'file')}: {counted(standing)}." if standing else ""
        reason = reason or f"in {plural(summary.files, 'file')}."
        return answer(Answer(question, f"{len(standing):,}" if standing else "None", reason, mood=mood, figure=True))

    def _opening(self, summary: Summary) -> Html:
        mood = BAD if summary.failed else UNSURE if summary.unknown or self._problems else GOOD
        reason = f"of {plural(summary.verdicts, 'sealed value')}."
        words = f"{summary.failed:,}" if summary.failed else "None"
        return answer(Answer("How much does not open?", words, reason, mood=mood, figure=True))

    def _open(self, summary: Summary) -> Html:
        known = summary.verdicts - summary.failed - summary.unknown
        proved = f"{summary.proved:,} of them by a stamp. " if summary.proved else ""
        unknown = f"Nothing is known of {summary.unknown:,}." if summary.unknown else ""
        words = f"{known:,}" if known else "None"
        return answer(Answer("How much is known to open?", words, (proved + unknown).rstrip(), figure=True))

    def _accepted(self) -> Html:
        waived = sum(finding.status is Status.WAIVED for finding in self._findings)
        known = sum(finding.status is Status.KNOWN for finding in self._findings)
        below = len(self._findings) - waived - known - len(self._failing())
        reasons = (
            f"{waived:,} waived with a reason" if waived else "",
            f"{known:,} known from before" if known else "",
            f"{below:,} below the threshold" if below else "",
        )
        said = ", ".join(filter(None, reasons)) or "Nothing was waived, and nothing was known before"
        accepted = waived + known + below
        words = f"{accepted:,}" if accepted else "Nothing"
        return answer(Answer("What is accepted?", words, f"{said}.", figure=bool(accepted)))

    def _step(self) -> Step:
        found = finding_step(self._failing(), self._style) or verdict_step(self._verdicts)
        if found is not None:
            return found
        if self._problems:
            return Step("Let everything be checked", "What could not be read may hold secrets.")
        return Step("Nothing", "Nothing stands in the way.")

    def _failing(self) -> list[Finding]:
        return [finding for finding in self._findings if self._style.fails(finding)]

    def _headline(self, summary: Summary) -> Headline:
        failing = len(self._failing())
        against = [verdict for verdict in self._verdicts if self._style.fails(verdict)]
        closed = sum(verdict.outcome.is_failure for verdict in against)
        unproved = len(against) - closed
        parts = (
            plural(failing, "finding") if failing else "",
            f"{plural(closed, 'sealed value')} that will not open" if closed else "",
            f"{plural(unproved, 'sealed value')} that nothing proves" if unproved else "",
        )
        said = ", ".join(filter(None, parts))
        if summary.gating:
            return _may(summary.code, said)
        if summary.verifying and not failing:
            mood = BAD if said else UNSURE if summary.unknown or self._problems or not self._verdicts else GOOD
            return Headline(mood, verified(summary, self._style._replace(terminal=True)))
        if said:
            return Headline(BAD, f"{capital(said)}.")
        if self._problems:
            return Headline(UNSURE, "Nothing was found in what could be checked.")
        return Headline(GOOD, f"Nothing was found in {plural(summary.files, 'file')}.")


def _may(code: ExitCode, said: str) -> Headline:
    """The verdict of a gate."""
    mood = GOOD if code is ExitCode.CLEAN else BAD if said or code is ExitCode.USAGE else UNSURE
    return Headline(mood, may_be_merged(code, said))
