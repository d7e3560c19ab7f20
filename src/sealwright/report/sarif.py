"""SARIF 2.1.0, in the form that GitHub, GitLab and CodeCatalyst all take: the union of what they require.

Every result has ruleIndex, level, all four region fields, partialFingerprints, rank and a severity property; texts stay
under 1,024 characters; there is one run. GitHub shows 5,000 results and refuses files with more than 25,000, all three
refuse large ones: the worst come first, and a notification says how many were left out. `sarif` says of what is waived
or known that it is suppressed; `sarif-github` leaves it out, since GitHub would open an alert for each.
Sources: OASIS SARIF 2.1.0; the three vendors' pages on SARIF support.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sealwright import HOME, __version__
from sealwright.finding import STDIN_NAME, Problem, Severity, Status
from sealwright.report.closing import unproved
from sealwright.report.entries import Entries, kept
from sealwright.report.sarif_rules import LEVEL, LONGEST, NAME, SarifRules
from sealwright.report.wording import pathless, place, plural, printable_lines

if TYPE_CHECKING:
    from sealwright.finding import Finding, Replacement
    from sealwright.report.base import Reported, Style, Summary
    from sealwright.report.entries import Entry

MOST_RESULTS = 5000
MOST_NOTIFICATIONS = 200
_SIZE = 8_500_000
"""Bytes of results, of the 10 MB that a file may have."""
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_RANK = {Severity.CRITICAL: 95.0, Severity.HIGH: 80.0, Severity.MEDIUM: 50.0, Severity.LOW: 20.0, Severity.INFO: 5.0}


class SarifReporter:
    """Collects, and writes one document with one run at the end. Everything, with what is accepted as suppressed."""

    settled = True
    needs_file = False
    """Whether the readers refuse a result that stands in no file."""

    def __init__(self, style: Style) -> None:
        self._proof = style.proof
        self._rules = SarifRules(style.rules)
        self._entries = Entries(style)

    def write(self, result: Reported) -> str:
        """Keep it for the end."""
        self._entries.take(result)
        return ""

    def finish(self, summary: Summary) -> str:
        """The whole document, indented, each result on a line, with a newline at its end."""
        worst = self._entries.worst_first(settled=self.settled)
        results, left_out = kept(worst, self._result, most=MOST_RESULTS, size=_SIZE)
        run = {
            "tool": {
                "driver": {
                    "name": "sealwright",
                    "organization": "sealwright",
                    "version": __version__,
                    "semanticVersion": __version__,
                    "informationUri": HOME,
                    "rules": self._rules.descriptors(),
                }
            },
            "automationDetails": {"id": f"sealwright/{summary.command}/"},
            "columnKind": "unicodeCodePoints",
            "invocations": [
                {
                    "executionSuccessful": not self._entries.problems,
                    "toolExecutionNotifications": self._notifications(summary, left_out),
                }
            ],
            "results": [],
        }
        text = json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)
        head, _, tail = text.rpartition('"results": []')
        lines = ",\n        ".join(results)
        body = f"[\n        {lines}\n      ]" if results else "[]"
        return f'{head}"results": {body}{tail}\n'

    def _result(self, entry: Entry) -> str:
        """A result on one line: five thousand of them are half as large as they would be indented."""
        finding = entry.finding
        result: dict[str, Any] = {
            "ruleId": finding.rule,
            "ruleIndex": self._rules.number(finding),
            "level": LEVEL[finding.severity],
            "rank": _RANK[finding.severity],
            "message": {"text": _text(entry.text)},
            "locations": [self._location(finding)],
            # Not primaryLocationLineHash, by which GitHub compares: its action makes that of the lines themselves, and
            # warns of each result that has another one.
            "partialFingerprints": {"sealwright/v1": finding.fingerprint},
            "properties": {
                "severity": NAME[finding.severity],
                "confidence": finding.confidence.value,
                "field": printable_lines(finding.field),
            },
        }
        if finding.history is not None:
            first, last, at_tip, *_ = finding.history
            result["properties"]["history"] = {"first": first, "last": last, "at_tip": at_tip}
        if finding.replacement is not None and finding.location.path != STDIN_NAME:
            result["fixes"] = [_fix(finding.location.path, finding.replacement)]
        if finding.status is not Status.NEW:
            kind = "inSource" if finding.status is Status.WAIVED else "external"
            result["suppressions"] = [{"kind": kind, "justification": _text(finding.reason)}]
        return json.dumps(result)

    def _location(self, finding: Finding) -> dict[str, Any]:
        if finding.location.path != STDIN_NAME:
            return _physical(finding)
        path, start, _ = finding.location
        logical = {"fullyQualifiedName": printable_lines(str(finding.resource)), "kind": "resource"}
        found = {"logicalLocations": [logical], "message": {"text": place(path, start.line)}}
        return _physical(finding) | found if self.needs_file else found

    def _notifications(self, summary: Summary, left_out: int) -> list[dict[str, Any]]:
        """What could not be checked, what is not in the file, and how many items nothing is known of."""
        more = len(self._entries.problems) - MOST_NOTIFICATIONS
        notes = [_note("error", f"{plural(more, 'more problem')}: not everything was checked")] if more > 0 else []
        if left_out:
            limit = "GitHub shows 5,000, and no service takes more than 10 MB"
            notes.append(
                _note("warning", f"{plural(left_out, 'result')} left out, none worse than what is here: {limit}")
            )
        if summary.unknown and not self._proof:  # an alert for each would be noise
            notes.append(_note("note", unproved(summary)))
        return [*map(_notification, self._entries.problems[:MOST_NOTIFICATIONS]), *notes]


class GithubSarifReporter(SarifReporter):
    """For GitHub code scanning, which does not know suppressions: what is new, and nothing else."""

    settled = False
    needs_file = True


def _physical(finding: Finding) -> dict[str, Any]:
    start, end = finding.location.start, finding.location.end
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(finding.location.path)},
            "region": {
                "startLine": max(start.line, 1),
                "startColumn": max(start.column, 1),
                "endLine": max(end.line, 1),
                "endColumn": max(end.column, 1),
            },
        }
    }


def _fix(path: str, replacement: Replacement) -> dict[str, Any]:
    start, end, text, description = replacement
    region = {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}
    change = {"deletedRegion": region, "insertedContent": {"text": text}}
    changes = [{"artifactLocation": {"uri": _uri(path)}, "replacements": [change]}]
    return {"description": {"text": _text(description)}, "artifactChanges": changes}


def _notification(problem: Problem) -> dict[str, Any]:
    if problem.path == STDIN_NAME:
        return _note("error", pathless(problem.message, problem.path, problem.line))
    region = {"startLine": max(problem.line, 1), "startColumn": max(problem.column, 1)}
    location = {"artifactLocation": {"uri": _uri(problem.path)}, "region": region}
    return _note("error", problem.message) | {"locations": [{"physicalLocation": location}]}


def _note(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": _text(text)}}


def _text(text: str) -> str:
    return printable_lines(text)[:LONGEST]


def _uri(path: str) -> str:
    return quote(os.fsencode(path), safe="/")
