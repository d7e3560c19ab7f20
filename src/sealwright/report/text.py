"""Text for people: where, what, what to do now. A mask of fixed width stands for every value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import Finding, Outcome, Problem, Severity, Status
from sealwright.plaintext import MASK
from sealwright.report.colour import Paint

if TYPE_CHECKING:
    from sealwright.finding import Verdict
    from sealwright.report.base import Reported, Style, Summary

_SEALABLE = frozenset({"secret-data", "secret-string-data"})
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
    """Speaks at once, grouped by file; the fix for a file follows its last finding."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._paint = Paint(style.colour)
        self._path = ""
        self._rules: set[str] = set()
        self._seen_rules: list[str] = []
        self._resource = ""

    def write(self, result: Reported) -> str:
        """The lines for one result."""
        if isinstance(result, Problem):
            return self._close_file() + self._problem(result)
        opened = self._open_file(result.location.path)
        if isinstance(result, Finding):
            return opened + self._finding(result)
        return opened + self._verdict(result)

    def finish(self, summary: Summary) -> str:
        """The last file's fix, and one closing line."""
        closed = self._close_file()
        line = self._verified(summary) if summary.verdicts else self._scanned(summary)
        return f"{closed}{line}\n" if line else closed

    def _open_file(self, path: str) -> str:
        if path == self._path:
            return ""
        closed = self._close_file()
        self._path = path
        return f"{closed}{self._paint.bold(path)}\n"

    def _close_file(self) -> str:
        if not self._path:
            return ""
        lines = []
        if self._rules & _SEALABLE:
            lines.append(f"          fix   sealwright seal --in-place --certificate CERT {_quoted(self._path)}")
        if self._rules:
            lines.append("          then  change what was ever pushed: a value that has been in Git is known")
        self._path, self._resource = "", ""
        self._rules.clear()
        return "".join(f"{line}\n" for line in lines) + "\n"

    def _finding(self, finding: Finding) -> str:
        start = finding.location.start
        place = f"{start.line}:{start.column}"
        if finding.status is not Status.NEW:
            label = self._paint.dim(f"{place:>8}  {finding.status.value}  {finding.rule}  {finding.reason}")
            return f"{label}\n"
        if finding.severity > Severity.INFO:
            self._rules.add(finding.rule)
            if finding.rule not in self._seen_rules:
                self._seen_rules.append(finding.rule)
        severity = self._paint.colour(finding.severity.label, _SEVERITY_COLOUR[finding.severity])
        head = f"{place:>8}  {severity}  {finding.rule}  {finding.message}\n"
        key = finding.field.rsplit(":", 1)[-1].split(".", 1)[-1]
        if not finding.field or not key:
            return head
        return f"{head}{start.line:>10} {self._paint.dim('|')} {key}: {self._paint.dim(MASK)}\n"

    def _verdict(self, verdict: Verdict) -> str:
        lines = ""
        resource = str(verdict.resource)
        if resource != self._resource:
            self._resource = resource
            lines = f"  {resource}\n"
        outcome = self._paint.colour(f"{verdict.outcome.value:<8}", _OUTCOME_COLOUR[verdict.outcome])
        place = self._paint.dim(f"{verdict.location.start.line:>6}")
        return f"{lines}{place}  {verdict.item}  {outcome}{verdict.reason}".rstrip() + "\n"

    def _problem(self, problem: Problem) -> str:
        place = problem.path + (f":{problem.line}:{problem.column}" if problem.line else "")
        hint = f"{self._paint.bold('hint:')}  {problem.hint}\n" if problem.hint else ""
        return f"{self._paint.colour('error:', 'red')} {place}: {problem.message}\n{hint}\n"

    def _scanned(self, summary: Summary) -> str:
        count = sum(number for label, number in summary.findings.items() if label != Severity.INFO.label)
        waived = f" {summary.waived} allowed." if summary.waived else ""
        unchecked = f" {_plural(summary.problems, 'problem')}: not everything was checked." if summary.problems else ""
        if count:
            files = f"{summary.files_with_findings} of {_plural(summary.files, 'file')}"
            why = f"   Why: sealwright policy show {self._seen_rules[0]}" if self._seen_rules else ""
            return f"{_plural(count, 'value')} in clear in {files}. Nothing was changed.{waived}{unchecked}{why}"
        if self._style.terminal or unchecked:
            return f"No plaintext secret found in {_plural(summary.files, 'file')}.{waived}{unchecked}"
        return ""

    def _verified(self, summary: Summary) -> str:
        if summary.failed:
            return f"{summary.failed} of {_plural(summary.verdicts, 'item')} do not open."
        return f"{_plural(summary.verdicts, 'item')}: all open." if self._style.terminal else ""


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _quoted(path: str) -> str:
    import shlex

    return shlex.quote(f"./{path}" if path.startswith("-") else path)
