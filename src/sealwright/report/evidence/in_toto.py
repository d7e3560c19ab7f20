"""An in-toto statement of a test result: which tree was judged by which rules, and which of them it broke.

The statement is not signed; whoever runs the gate signs it (docs/evidence.md says how). Its result is that of the exit
code without --exit-zero: what could not be checked, and a waiver that does not count, are FAILED.
Source: in-toto Attestation Framework v1, predicate https://in-toto.io/attestation/test-result/v0.1.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from sealwright.errors import ExitCode
from sealwright.finding import Status
from sealwright.gate.rule_names import is_scan_rule
from sealwright.report.entries import Entries
from sealwright.report.evidence.subject import ENGINE, record_of, silent, subjects
from sealwright.report.wording import printable

if TYPE_CHECKING:
    from sealwright.report.base import Reported, Style, Summary
    from sealwright.report.record import PackRecord, WaiverRecord

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"
CHECKED = "everything-could-be-checked"
"""A test of its own beside the rules: without it, a tree that nobody could read would have no failed test."""
_MOST_PROBLEMS = 100
_MATERIAL = "GIT"
"""Rules of policy about values in clear, beside those of the scan."""


class InTotoReporter:
    """Collects, and writes one statement at the end."""

    def __init__(self, style: Style) -> None:
        self._record = record_of(style)
        self._entries = Entries(style)

    def write(self, result: Reported) -> str:
        """Keep it for the end."""
        self._entries.take(result)
        return ""

    def finish(self, summary: Summary) -> str:
        """The statement, indented, with a newline at its end."""
        entries = self._entries.worst_first()
        failed = {entry.finding.rule for entry in entries if entry.fails}
        warned = {entry.finding.rule for entry in entries} - failed
        quiet = silent(self._record, items=self._entries.items).intersection(self._record.rules)
        passed = set(self._record.rules) - failed - warned - quiet
        clear = any(is_scan_rule(rule) or rule.startswith(_MATERIAL) for rule in failed | warned)
        (failed if self._entries.problems else passed).add(CHECKED)
        predicate: dict[str, Any] = {
            "result": _result(summary, failed, warned),
            "configuration": self._configuration(summary, Counter(entry.finding.status for entry in entries), quiet),
        }
        if self._record.url:
            predicate["url"] = self._record.url
        predicate |= {
            "passedTests": sorted(passed),
            "warnedTests": sorted(warned),
            "failedTests": sorted(failed),
        }
        subject = subjects(self._record, one_by_one=not (clear or self._record.relaxed))
        statement = {"_type": STATEMENT, "subject": subject, "predicateType": PREDICATE, "predicate": predicate}
        return json.dumps(statement, indent=2) + "\n"

    def _configuration(self, summary: Summary, counts: Counter[Status], quiet: set[str]) -> list[dict[str, Any]]:
        """What was run, and what it went by: the engine, the packs, the files of configuration."""
        record = self._record
        about: dict[str, Any] = {
            "command": record.command or summary.command,
            "started": record.started,
            "commit": record.commit,
            "uncommittedChanges": record.dirty,
            "partOfTheTree": record.partial,
            "base": record.base,
            "severityThreshold": record.threshold,
            "confidenceThreshold": record.confidence,
            "parameters": dict(record.params),
            "findings": {status.value: counts[status] for status in Status},
            "notChecked": [printable(problem.path) for problem in self._entries.problems[:_MOST_PROBLEMS]],
            "notEvaluated": sorted(quiet),
            "notes": [printable(note) for note in summary.notes],
            "waivers": [_waiver(waiver) for waiver in record.waivers],
        }
        engine = {"name": "sealwright", "uri": ENGINE, "annotations": about}
        files = [{"name": printable(path), "digest": {"sha256": sum_}} for path, sum_ in record.configuration.items()]
        return [engine, *map(_pack, record.packs), *files]


def _result(summary: Summary, failed: set[str], warned: set[str]) -> str:
    if failed or summary.problems or summary.code is not ExitCode.CLEAN:
        return "FAILED"
    return "WARNED" if warned else "PASSED"


def _pack(pack: PackRecord) -> dict[str, Any]:
    about = {"version": pack.version, "rules": list(pack.rules)}
    return {"name": f"pack {pack.name}", "digest": {"sha256": pack.digest}, "annotations": about}


def _waiver(waiver: WaiverRecord) -> dict[str, Any]:
    fields = {name: value for name, value in waiver._asdict().items() if value}
    return {
        name: [*map(printable, value)] if isinstance(value, tuple) else printable(value)
        for name, value in fields.items()
    }
