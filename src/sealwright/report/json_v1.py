"""JSON, version 1: a published format with its own field names, kept apart from the types that change inside.

One object on stdout. Lines and columns count from 1 in code points; `path` is relative to the repository root.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sealwright.finding import Finding, Problem, Status

if TYPE_CHECKING:
    from sealwright.finding import Position, ResourceRef, Verdict
    from sealwright.report.base import Reported, Style, Summary


class JsonReporter:
    """Collects, and writes one object at the end."""

    def __init__(self, _style: Style) -> None:
        self._findings: list[dict[str, Any]] = []
        self._verdicts: list[dict[str, Any]] = []
        self._errors: list[dict[str, Any]] = []

    def write(self, result: Reported) -> str:
        """Keep it for the end."""
        if isinstance(result, Finding):
            self._findings.append(finding_entry(result))
        elif isinstance(result, Problem):
            self._errors.append(error_entry(result))
        else:
            self._verdicts.append(verdict_entry(result))
        return ""

    def finish(self, summary: Summary) -> str:
        """The whole object, indented, with a newline at its end."""
        report = {
            "version": 1,
            "findings": self._findings,
            "verdicts": self._verdicts,
            "errors": self._errors,
            "summary": {
                "files": summary.files,
                "documents": summary.documents,
                "seconds": round(summary.seconds, 3),
                "findings": dict(summary.findings),
            },
        }
        return json.dumps(report, indent=2) + "\n"


def finding_entry(finding: Finding) -> dict[str, Any]:
    """One of `findings`."""
    report: dict[str, Any] = {
        "rule": finding.rule,
        "severity": finding.severity.label,
        "confidence": finding.confidence.value,
        "path": finding.location.path,
        "start": _position(finding.location.start),
        "end": _position(finding.location.end),
        "resource": _resource(finding.resource),
        "field": finding.field,
        "message": finding.message,
        "fingerprint": finding.fingerprint,
        "status": finding.status.value,
    }
    if finding.reason:
        report["reason"] = finding.reason
    if finding.history is not None:
        first, last, at_tip, *_ = finding.history
        report["history"] = {"first": first, "last": last, "at_tip": at_tip}
    return report


def verdict_entry(verdict: Verdict) -> dict[str, Any]:
    """One of `verdicts`."""
    report: dict[str, Any] = {
        "path": verdict.location.path,
        "resource": _resource(verdict.resource),
        "item": verdict.item,
        "verdict": verdict.outcome.value,
        "reason": verdict.reason,
        "line": verdict.location.start.line,
    }
    if verdict.status is not Status.NEW:
        report["status"] = verdict.status.value
    return report


def error_entry(problem: Problem) -> dict[str, Any]:
    """One of `errors`."""
    report: dict[str, Any] = {"path": problem.path, "message": problem.message}
    if problem.line:
        report["line"] = problem.line
        report["column"] = problem.column
    if problem.hint:
        report["hint"] = problem.hint
    return report


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column}


def _resource(ref: ResourceRef) -> dict[str, str]:
    return {"apiVersion": ref.api_version, "kind": ref.kind, "namespace": ref.namespace, "name": ref.name}
