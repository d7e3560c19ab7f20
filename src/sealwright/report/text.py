"""Text for people: where, what, what to do now, one block for each file. No value and no part of one is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import STDIN_NAME, Confidence, Finding, Location, Outcome, Problem, Severity, Status
from sealwright.patterns import Pattern
from sealwright.report.closing import gated, scanned, verified
from sealwright.report.colour import Paint
from sealwright.report.commands import SEALABLE, seal_command
from sealwright.report.wording import plural, printable, since_when, wrapped

if TYPE_CHECKING:
    from sealwright.finding import Verdict
    from sealwright.report.base import Reported, Style, Summary

_GOOD = frozenset({Outcome.OPENS, Outcome.PROVED})
_MANY_ITEMS = 30
"""That open and are named on a terminal; more are counted, file by file, unless --verbose."""
_SHORT = 60
"""Characters that an explanation may say again and again."""
_ASIDE = Pattern(r" \([^()]*\)\Z")
_SEVERITY_COLOUR = {
    Severity.CRITICAL: "red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "blue",
    Severity.INFO: "blue",
}
_OUTCOME_COLOUR = {
    Outcome.OPENS: "green",
    Outcome.PROVED: "green",
    Outcome.FAILS: "red",
    Outcome.REFUTED: "red",
    Outcome.UNKNOWN: "yellow",
}


class TextReporter:
    """Collects the results of one file, so that columns line up, and speaks when the next file begins."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._paint = Paint(style.colour)
        self._path = ""
        self._findings: list[Finding] = []
        self._verdicts: list[Verdict] = []
        self._named = 0
        self._first_rule = ""
        self._explained: set[tuple[str, str]] = set()
        self._advised: set[str] = set()
        self._rules = {rule.id: rule for rule in style.rules}

    def write(self, result: Reported) -> str:
        """The block of the file before, when this result begins another one; problems at once."""
        if isinstance(result, Problem):
            return self._close_file() + self._problem(result)
        if isinstance(result, Finding) and result.status is Status.KNOWN and not self._style.explain:
            return ""  # the closing line counts them: nobody wants to read them in each run
        closed = self._close_file() if result.location.path != self._path else ""
        self._path = result.location.path
        if isinstance(result, Finding):
            self._findings.append(result)
        else:
            self._verdicts.append(result)
        return closed

    def finish(self, summary: Summary) -> str:
        """The last file's block, and the closing lines."""
        closed = self._close_file()
        if summary.gating:
            line = gated(summary, self._style)
        elif summary.verifying or summary.verdicts:
            line = verified(summary, self._style)
        else:
            line = scanned(summary, self._style, self._first_rule)
        lines = [line, *(printable(note) for note in summary.notes)]
        return closed + "".join(f"{text}\n" for text in lines if text)

    def _close_file(self) -> str:
        if not self._path:
            return ""
        folded, verdicts = self._folded()
        head = self._paint.bold(printable(self._path)) + (f"  {folded}" if folded else "")
        block = [head, *self._finding_lines(), *self._verdict_lines(verdicts)]
        self._path, self._findings, self._verdicts = "", [], []
        return "".join(f"{line}\n" for line in block) + ("\n" if len(block) > 1 else "")

    def _finding_lines(self) -> list[str]:
        places = [_place(finding.location) for finding in self._findings]
        at = max((len(place) for place in places), default=0)
        rule = max((len(finding.rule) for finding in self._findings), default=0)
        label = max((len(_label(finding)) for finding in self._findings), default=0)
        said: set[str] = set()
        lines = [
            f"  {place:>{at}}  {finding.rule:<{rule}}  {self._label(finding, label)}  "
            f"{self._message(finding, 8 + at + rule + label, said)}".rstrip()
            + self._since_when(finding, at)
            + self._excerpt(finding, at)
            + self._explanation(finding, at)
            for place, finding in zip(places, self._findings, strict=True)
        ]
        blocking = [finding for finding in self._findings if _counts(finding)]
        if blocking and not self._first_rule:
            self._first_rule = blocking[0].rule
        there = [finding for finding in blocking if finding.history is None or finding.history.at_tip]
        sealable = [finding for finding in there if finding.rule in SEALABLE]
        if sealable and self._path != STDIN_NAME:
            lines[-1] = lines[-1].rstrip("\n")
            lines.append(f"  {self._paint.bold('fix'.rjust(at))}  {seal_command(self._path, sealable, self._style)}")
        return [*lines[:-1], lines[-1].rstrip("\n")] if lines else []

    def _since_when(self, finding: Finding, at: int) -> str:
        if finding.history is None:
            return ""
        words = wrapped(since_when(finding.history), 16 + at, self._style.width)
        return f"\n  {'':>{at}}  {self._paint.bold('in history')}  {words}"

    def _excerpt(self, finding: Finding, at: int) -> str:
        """The line with a caret under what the finding is about."""
        if not self._style.gating or finding.excerpt is None or finding.status is Status.KNOWN:
            return ""
        text, start, width = finding.excerpt
        edge = self._paint.dim("|")
        line = f"\n  {finding.location.start.line:>{at}} {edge} {printable(text.expandtabs(1))}"
        return f"{line}\n  {'':>{at}} {edge} {' ' * start}{self._paint.colour('^' * width, 'red')}"

    def _explanation(self, finding: Finding, at: int) -> str:
        """More lines below a finding, where they are asked for."""
        if not self._style.explain and not (self._style.gating and finding.status is Status.NEW):
            return ""
        from sealwright.report.explain import advice, explanation

        if self._style.explain:
            rows = explanation(finding)
        elif finding.rule in self._advised:
            rows = [("why", f"as for {finding.rule} above")]
        else:
            self._advised.add(finding.rule)
            rows = advice(finding, self._rules)
        if not rows:
            return ""
        width = max(len(label) for label, _ in rows)
        lines = []
        for label, text in rows:
            words = "as above" if (label, text) in self._explained and len(text) > _SHORT else text
            self._explained.add((label, text))
            words = wrapped(printable(words), 6 + at + width, self._style.width)
            lines.append(f"\n  {'':>{at}}  {self._paint.bold(f'{label:<{width}}')}  {words}")
        return "".join(lines) + "\n"

    def _label(self, finding: Finding, width: int) -> str:
        text = f"{_label(finding):<{width}}"
        if finding.status is not Status.NEW:
            return self._paint.dim(text)
        return self._paint.colour(text, _SEVERITY_COLOUR[finding.severity])

    def _message(self, finding: Finding, column: int, said: set[str]) -> str:
        """The message, or why the finding is allowed. What stands in parentheses at its end is said once in a file."""
        if finding.status is not Status.NEW:
            return self._paint.dim(printable(finding.reason))
        # The message of a rule of policy says what is wrong, and not with what.
        about = finding.rule in self._rules and finding.resource.kind
        message = f"{finding.resource}: {finding.message}" if about else finding.message
        aside = _ASIDE.search(message)
        if aside is not None and aside.group() in said:
            message = message[: aside.start()]
        elif aside is not None:
            said.add(aside.group())
        return wrapped(printable(message), column, self._style.width)

    def _verdict_lines(self, verdicts: list[Verdict]) -> list[str]:
        width = max((len(printable(verdict.item)) for verdict in verdicts), default=0)
        at = max((len(str(verdict.location.start.line)) for verdict in verdicts), default=0)
        lines, resource = [], ""
        for verdict in verdicts:
            if str(verdict.resource) != resource:
                resource = str(verdict.resource)
                lines.append(f"  {printable(resource)}")
            place = self._paint.dim(f"{verdict.location.start.line:>{at}}")
            outcome = self._paint.colour(f"{verdict.outcome.value:<7}", _OUTCOME_COLOUR[verdict.outcome])
            reason = wrapped(printable(verdict.reason), at + width + 17, self._style.width)
            lines.append(f"    {place}  {printable(verdict.item):<{width}}  {outcome}  {reason}".rstrip())
        return lines

    def _folded(self) -> tuple[str, list[Verdict]]:
        """What opens in a few words, and the other verdicts; on a terminal that has seen many: nobody reads all."""
        good = [verdict for verdict in self._verdicts if verdict.outcome in _GOOD]
        self._named += len(good)
        if self._style.every or not self._style.terminal or self._named <= _MANY_ITEMS:
            return "", self._verdicts
        proved = all(verdict.outcome is Outcome.PROVED for verdict in good)
        objects = plural(len({verdict.resource for verdict in good}), "object")
        words = f"{plural(len(good), 'item')} of {objects}: {'proved' if proved else 'open'}"
        remarks = sum(";" in verdict.reason for verdict in good)  # an old key, an old format
        words += f", {plural(remarks, 'remark')} (--verbose tells)" if remarks else ""
        rest = [verdict for verdict in self._verdicts if verdict.outcome not in _GOOD]
        return (self._paint.colour(words, "green") if good else ""), rest

    def _problem(self, problem: Problem) -> str:
        place = printable(problem.path) + (f":{problem.line}:{problem.column}" if problem.line else "")
        message = wrapped(f"{place}: {printable(problem.message)}", 7, self._style.width)
        lines = [f"{self._paint.colour('error:', 'red')} {message}"]
        if problem.hint:
            lines.append(f"{self._paint.bold('hint:')}  {wrapped(printable(problem.hint), 7, self._style.width)}")
        return "".join(f"{line}\n" for line in lines) + "\n"


def _place(location: Location) -> str:
    return f"{location.start.line}:{location.start.column}"


def _label(finding: Finding) -> str:
    if finding.status is not Status.NEW:
        return str(finding.status.value)
    possible = " (possible)" if finding.confidence is Confidence.POSSIBLE else ""
    return f"{finding.severity.label}{possible}"


def _counts(finding: Finding) -> bool:
    return finding.status is Status.NEW and finding.severity > Severity.INFO
