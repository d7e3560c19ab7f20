"""Markdown: a comment on a pull request that a bot replaces by its hidden first line, or a summary of a CI job.

A comment on GitHub has at most 65,536 characters (counted here as bytes, to be sure), a summary 1 MiB. The worst comes
first; what there is no room for is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import ExitCode
from sealwright.finding import Problem, Severity, Status
from sealwright.report.closing import REASONS, gated, scanned, verified
from sealwright.report.entries import TITLES, Entries
from sealwright.report.explain import advice
from sealwright.report.markdown_text import code, html_code, inline
from sealwright.report.wording import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TypeVar

    from sealwright.finding import Finding
    from sealwright.report.base import Reported, Style, Summary
    from sealwright.report.entries import Entry

    _T = TypeVar("_T")

LIMIT = 65_000
"""Bytes of UTF-8."""
MOST_ROWS = 200
_HEADS = {
    ExitCode.CLEAN: "passed",
    ExitCode.FINDINGS: "failed",
    **REASONS,
}
_FOR_TABLES = 34_000
_FOR_DETAILS = 20_000
_FOR_THE_REST = 6_000
_COLUMNS = ("| severity | where | rule | what |", "|---|---|---|---|")
_PLACES = ("| where | why it could not be checked |", "|---|---|")


class MarkdownReporter:
    """Collects, and writes at the end."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._rules = {rule.id: rule for rule in style.rules}
        self._entries = Entries(style)

    def write(self, result: Reported) -> str:
        """Keep it for the end."""
        self._entries.take(result)
        return ""

    def finish(self, summary: Summary) -> str:
        """The marker, the verdict, what fails the run, what to do about it, and the rest."""
        entries = self._entries.worst_first(settled=False)
        failing = [entry for entry in entries if entry.fails]
        rest = [entry for entry in entries if not entry.fails]
        elsewhere = f"run `sealwright {summary.command}`, or see another report of this run"
        parts = [*self._head(summary, entries)]
        size = _FOR_TABLES // 4 if failing else _FOR_TABLES
        parts += _table(_PLACES, self._entries.problems, _place, size, elsewhere)
        parts += _table(_COLUMNS, failing, _row, _FOR_TABLES - size, elsewhere)
        parts += self._details(failing)
        if rest:
            shown = _table(_COLUMNS, rest, _row, _FOR_THE_REST, elsewhere)
            parts += _folded(f"{plural(len(rest), 'finding')} that {_do(len(rest))} not fail this run", shown)
        return "\n\n".join(parts) + "\n"

    def _head(self, summary: Summary, entries: list[Entry]) -> Iterator[str]:
        yield f"<!-- sealwright:{summary.command} -->"
        yield f"### sealwright {summary.command}: {_HEADS.get(summary.code, 'failed')}"
        first, *lines = self._told(summary, [entry.finding for entry in entries]).split("\n")
        passed = " None fails this run." if entries and summary.code is ExitCode.CLEAN else ""
        yield from map(inline, filter(None, (f"{first}{passed}", *lines, *summary.notes[:10])))

    def _told(self, summary: Summary, new: list[Finding]) -> str:
        """How much there is, remarks as well: the tables list them."""
        told = self._style._replace(terminal=True)
        if summary.verifying:
            return verified(summary, told)
        if summary.gating:
            files = {finding.location.path for finding in new if finding.rule not in TITLES}
            return gated(summary._replace(files_with_findings=len(files)), told, remarks=True)
        rule = next((finding.rule for finding in new if finding.severity > Severity.INFO), "")
        first, *lines = scanned(summary, told, rule).split("\n")
        remarks = summary.findings.get(Severity.INFO.label, 0)
        return "\n".join((f"{first} {plural(remarks, 'remark')}." if remarks else first, *lines))

    def _details(self, failing: list[Entry]) -> Iterator[str]:
        """What to do, once for each rule, as far as there is room."""
        by_rule: dict[str, list[Finding]] = {}
        for entry in failing:
            by_rule.setdefault(entry.finding.rule, []).append(entry.finding)
        room = _FOR_DETAILS
        for rule, findings in by_rule.items():
            about = list(self._advice(findings))
            parts = (
                _folded(f"{html_code(rule)}: {plural(len(findings), 'finding')}, what to do", about) if about else []
            )
            room -= _size(parts)
            if room > 0:
                yield from parts

    def _advice(self, findings: list[Finding]) -> Iterator[str]:
        finding = findings[0]
        rows = advice(finding, self._rules)
        lines = [f"- **{label}** {_advised(label, text)}" for label, text in rows]
        if finding.history is None and (command := self._seal(findings)):
            lines.insert(-1, f"- **run** {code(command)}")
        if lines:
            yield "\n".join(lines)

    def _seal(self, findings: list[Finding]) -> str:
        """The command that mends the first file, if there is one."""
        from sealwright.report.commands import seal_command

        path = findings[0].location.path
        here = [finding for finding in findings if finding.location.path == path]
        return seal_command(path, here, self._style._replace(root=""))


def _row(entry: Entry) -> str:
    finding = entry.finding
    unsure = f" ({finding.confidence.value})" if not entry.fails and finding.status is Status.NEW else ""
    rule = inline(TITLES[finding.rule].rstrip(".")) if finding.rule in TITLES else code(finding.rule)
    where = code(f"{finding.location.path}:{finding.location.start.line}")
    return f"| {finding.severity.label}{unsure} | {where} | {rule} | {inline(entry.text)} |"


def _place(problem: Problem) -> str:
    where = f"{problem.path}:{problem.line}" if problem.line else problem.path
    hint = f"<br>{inline(problem.hint)}" if problem.hint else ""
    return f"| {code(where)} | {inline(problem.message)}{hint} |"


def _table(
    head: tuple[str, ...], rows: Sequence[_T], show: Callable[[_T], str], size: int, elsewhere: str
) -> list[str]:
    """A table of as many rows as there is room for, and how many more there are."""
    shown: list[str] = []
    for row in rows[:MOST_ROWS]:
        text = show(row)
        size -= _size([text])
        if size < 0:
            break
        shown.append(text)
    table = ["\n".join((*head, *shown))] if shown else []
    left_out = len(rows) - len(shown)
    return [*table, f"{left_out:,} more: {elsewhere}."] if left_out else table


def _folded(summary: str, parts: list[str]) -> list[str]:
    return [f"<details><summary>{summary}</summary>", *parts, "</details>"]


def _advised(label: str, text: str) -> str:
    """What is to be copied stays in one piece."""
    if label != "waive":
        return inline(text)
    where, _, waiver = text.partition(": ")
    return f"{inline(where)}: {code(waiver)}"


def _do(count: int) -> str:
    return "does" if count == 1 else "do"


def _size(parts: Iterable[str]) -> int:
    return sum(len(part.encode("utf-8")) + 2 for part in parts)
