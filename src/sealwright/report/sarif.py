"""SARIF 2.1.0, in the form that GitHub, GitLab and CodeCatalyst all take: the union of what they require.

Every result has ruleIndex, level, all four region fields, partialFingerprints, rank and a severity property; texts stay
under 1,024 characters; there is one run. Sources: OASIS SARIF 2.1.0; the three vendors' pages on SARIF support.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sealwright import __version__
from sealwright.finding import Confidence, Finding, Outcome, Problem, Severity, Status
from sealwright.report.closing import unproved
from sealwright.report.rules import RulePage, policy_page, rule_pages
from sealwright.report.wording import since_when

if TYPE_CHECKING:
    from sealwright.finding import Replacement, Verdict
    from sealwright.report.base import Reported, Style, Summary

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_HOME = "https://github.com/sealwright/sealwright"
_LONGEST = 1000
_MOST_TAGS = 9
"""Of ten that GitHub shows."""
_LEVEL = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_RANK = {Severity.CRITICAL: 95.0, Severity.HIGH: 80.0, Severity.MEDIUM: 50.0, Severity.LOW: 20.0, Severity.INFO: 5.0}
_SCORE = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.0",
    Severity.LOW: "2.0",
    Severity.INFO: "0.0",
}
_NAME = {severity: severity.name for severity in Severity} | {Severity.INFO: "INFORMATIONAL"}
_VERIFY_RULE = "sealed-secret-does-not-open"
_PROOF_RULE = "sealed-secret-is-not-proved"
_VERIFY_TITLES = {
    _VERIFY_RULE: "A SealedSecret does not open for its cluster.",
    _PROOF_RULE: "Nothing proves that a SealedSecret opens for its cluster.",
}


class SarifReporter:
    """Collects, and writes one document with one run at the end."""

    def __init__(self, style: Style) -> None:
        self._proof = style.proof
        self._pages = rule_pages() | {rule.id: policy_page(rule) for rule in style.rules}
        self._rules: dict[str, tuple[int, Severity]] = {}
        self._results: list[dict[str, Any]] = []
        self._notifications: list[dict[str, Any]] = []

    def write(self, result: Reported) -> str:
        """Keep it for the end."""
        if isinstance(result, Finding):
            self._results.append(self._finding(result))
        elif isinstance(result, Problem):
            self._notifications.append(_notification(result))
        elif result.outcome.is_failure:
            self._results.append(self._finding(_verdict(result, _VERIFY_RULE, Severity.HIGH)))
        elif self._proof and result.outcome is Outcome.UNKNOWN:
            self._results.append(self._finding(_verdict(result, _PROOF_RULE, Severity.MEDIUM)))
        return ""

    def finish(self, summary: Summary) -> str:
        """The whole document, indented, with a newline at its end."""
        unknown = summary.unknown and not self._proof  # an alert for each would be noise
        notes = [{"level": "note", "message": {"text": unproved(summary)}}] if unknown else []
        run = {
            "tool": {
                "driver": {
                    "name": "sealwright",
                    "organization": "sealwright",
                    "version": __version__,
                    "semanticVersion": __version__,
                    "informationUri": _HOME,
                    "rules": [self._rule(rule, severity) for rule, (_, severity) in self._rules.items()],
                }
            },
            "columnKind": "unicodeCodePoints",
            "invocations": [
                {
                    "executionSuccessful": not self._notifications,
                    "toolExecutionNotifications": self._notifications + notes,
                }
            ],
            "results": self._results,
        }
        return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"

    def _finding(self, finding: Finding) -> dict[str, Any]:
        index, _ = self._rules.setdefault(finding.rule, (len(self._rules), finding.severity))
        result: dict[str, Any] = {
            "ruleId": finding.rule,
            "ruleIndex": index,
            "level": _LEVEL[finding.severity],
            "rank": _RANK[finding.severity],
            "message": {"text": finding.message[:_LONGEST]},
            "locations": [_location(finding)],
            "partialFingerprints": {"sealwright/v1": finding.fingerprint},
            "properties": {
                "severity": _NAME[finding.severity],
                "confidence": finding.confidence.value,
                "field": finding.field,
            },
        }
        if finding.history is not None:
            first, last, at_tip, *_ = finding.history
            result["properties"]["history"] = {"first": first, "last": last, "at_tip": at_tip}
            result["message"]["text"] = f"{finding.message} ({since_when(finding.history)})"[:_LONGEST]
        if finding.replacement is not None:
            result["fixes"] = [_fix(finding.location.path, finding.replacement)]
        if finding.status is not Status.NEW:
            kind = "inSource" if finding.status is Status.WAIVED else "external"
            result["suppressions"] = [{"kind": kind, "justification": finding.reason}]
        return result

    def _rule(self, rule: str, severity: Severity) -> dict[str, Any]:
        title = _VERIFY_TITLES.get(rule, rule)
        page = self._pages.get(rule, RulePage(rule, title, title))
        return {
            "id": rule,
            "name": rule,
            "shortDescription": {"text": page.title[:_LONGEST]},
            "fullDescription": {"text": _advice(page.text)[:_LONGEST]},
            "help": {"text": _advice(page.text), "markdown": _advice(page.text)},
            "helpUri": f"{_HOME}/blob/v{__version__}/{page.where}#{rule.lower()}",
            "defaultConfiguration": {"level": _LEVEL[severity]},
            "properties": {
                "security-severity": _SCORE[severity],
                "severity": _NAME[severity],
                "tags": ["security", *(page.controls[:_MOST_TAGS] or ("external/cwe/cwe-798", "cwe-798"))],
            },
        }


def _advice(page: str) -> str:
    """The page without its examples: they hold Secrets, and a report in a repository is scanned like any file."""
    paragraphs = page.split("\n\n")
    return "\n\n".join(text for text in paragraphs if not text.startswith(("Bad:", "Good:", "    ")))


def _verdict(verdict: Verdict, rule: str, severity: Severity) -> Finding:
    message = f"{verdict.resource} item `{verdict.item}` {verdict.outcome.value}: {verdict.reason}"
    where, who, what = verdict.location, verdict.resource, verdict.item
    return Finding(rule, severity, Confidence.CERTAIN, where, message, who, what)


def _location(finding: Finding) -> dict[str, Any]:
    start, end = finding.location.start, finding.location.end
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(finding.location.path)},
            "region": {
                "startLine": start.line,
                "startColumn": start.column,
                "endLine": end.line,
                "endColumn": end.column,
            },
        }
    }


def _fix(path: str, replacement: Replacement) -> dict[str, Any]:
    start, end, text, description = replacement
    region = {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}
    change = {"deletedRegion": region, "insertedContent": {"text": text}}
    changes = [{"artifactLocation": {"uri": _uri(path)}, "replacements": [change]}]
    return {"description": {"text": description[:_LONGEST]}, "artifactChanges": changes}


def _notification(problem: Problem) -> dict[str, Any]:
    region = {"startLine": problem.line, "startColumn": problem.column} if problem.line else {"startLine": 1}
    location = {"artifactLocation": {"uri": _uri(problem.path)}, "region": region}
    return {
        "level": "error",
        "message": {"text": problem.message[:_LONGEST]},
        "locations": [{"physicalLocation": location}],
    }


def _uri(path: str) -> str:
    return quote(os.fsencode(path), safe="/")
