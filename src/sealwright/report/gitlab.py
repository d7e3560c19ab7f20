"""GitLab's Code Quality: one JSON array, an object for each finding, which merge requests compare by fingerprint.

What is waived or known is left out. GitLab keeps no more than 10 MB of it for a merge request: what is worst comes
first, and a last entry says how many were left out. Source: docs.gitlab.com, "Code Quality", report format.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from sealwright.finding import STDIN_NAME, Problem, Severity
from sealwright.report.entries import Entries, kept
from sealwright.report.wording import pathless, printable

if TYPE_CHECKING:
    from sealwright.report.base import Reported, Style, Summary
    from sealwright.report.entries import Entry

MOST_PROBLEMS = 1000
_SIZE = 8_500_000
_LONGEST = 1000
_REPOSITORY = "."
"""What an entry stands at that is about no file: GitLab refuses the report for one without a path."""
_SEVERITY = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}


class GitlabReporter:
    """Collects, sorts worst first, and writes one array at the end."""

    def __init__(self, style: Style) -> None:
        self._entries = Entries(style)
        self._used: dict[str, int] = {}

    def write(self, result: Reported) -> str:
        """Keep it for the end."""
        self._entries.take(result)
        return ""

    def finish(self, summary: Summary) -> str:
        """The array, an entry on each line."""
        lines = [self._problem(problem) for problem in self._entries.problems[:MOST_PROBLEMS]]
        found, left_out = kept(self._entries.worst_first(settled=False), self._finding, most=10**9, size=_SIZE)
        lines += found
        left_out += max(len(self._entries.problems) - MOST_PROBLEMS, 0)
        if left_out:
            said = f"{left_out:,} more left out, none worse than what is here: run `sealwright {summary.command}`"
            lines.append(self._line("sealwright", said, "info", (_REPOSITORY, 1), "more"))
        return "[\n  " + ",\n  ".join(lines) + "\n]\n" if lines else "[]\n"

    def _finding(self, entry: Entry) -> str:
        finding = entry.finding
        path, line = finding.location.path, finding.location.start.line
        return self._line(finding.rule, entry.text, _SEVERITY[finding.severity], (path, line), finding.fingerprint)

    def _problem(self, problem: Problem) -> str:
        identity = sha256(f"{problem.path}\0{problem.message}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return self._line("not-checked", problem.message, "blocker", (problem.path, problem.line), identity)

    def _line(self, rule: str, message: str, severity: str, place: tuple[str, int], fingerprint: str) -> str:
        """An entry. GitLab shows only one of those that have a fingerprint in common."""
        again = self._used[fingerprint] = self._used.get(fingerprint, 0) + 1
        path, line = (_REPOSITORY, 1) if place[0] == STDIN_NAME else place
        entry = {
            "description": printable(pathless(message, *place))[:_LONGEST],
            "check_name": rule,
            "fingerprint": fingerprint if again == 1 else f"{fingerprint}-{again}",
            "severity": severity,
            "location": {"path": printable(path), "lines": {"begin": max(line, 1)}},
        }
        return json.dumps(entry, ensure_ascii=False)
