"""Runs to report: what was found, and what the run was."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sealwright.errors import ExitCode
from sealwright.finding import (
    Confidence,
    Finding,
    Location,
    Outcome,
    Position,
    Problem,
    ResourceRef,
    Severity,
    Status,
    Verdict,
)
from sealwright.report.base import Style, Summary
from sealwright.report.evidence.in_toto import InTotoReporter
from sealwright.report.evidence.oscal import OscalReporter
from sealwright.report.record import PackRecord, Record, WaiverRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.report.base import Reported

CONTROLS = {
    "pci-dss-4.0.1/8.6.2": ("GIT001", "secret-data"),
    "pci-dss-4.0.1/7.2.1": ("RBC001", "WRK001"),
    "pci-dss-4.0.1/3.7.4": ("SLS005",),
    "pci-dss-4.0.1/4.2.1": ("ESO015",),
    "nist-800-53r5/IA-5(7)": ("GIT001", "secret-data"),
    "nist-800-53r5/AC-6": ("RBC001",),
    "ours/A 1/b": ("OUR001",),
}
RULES = ("ESO015", "GIT001", "OUR001", "RBC001", "SLS005", "WRK001", "known-token", "secret-data")
RECORD = Record(
    "gate",
    "git.example.com/shop/deploy",
    "2026-01-15T10:00:00Z",
    "a" * 40,
    "b" * 40,
    base="c" * 40,
    threshold="medium",
    packs=(PackRecord("pci-dss-4.0.1", "1.0.0", "d" * 64, ("GIT001", "RBC001")),),
    params={"allowedRegions": '["eu-central-1"]'},
    controls=CONTROLS,
    configuration={".sealwright.yaml": "e" * 64},
    waivers=(
        WaiverRecord("RBC001", "until the move", "team-a", "apps/**", "SEC-1", ("b", "c"), "2026-01-01", "2026-03-01"),
    ),
    rules=RULES,
    silent=("SLS005",),
    url="https://ci.example.com/runs/1",
    confidence="likely",
)
WHERE = Location("apps/db <x>.yaml", Position(9, 13), Position(9, 24))
LEAK = Finding(
    "secret-data",
    Severity.HIGH,
    Confidence.CERTAIN,
    WHERE,
    "Secret shop/db keeps `password` in clear (base64 is <not> encryption)",
    ResourceRef("v1", "Secret", "shop", "db"),
    "data.password",
)
WAIVED = Finding(
    "RBC001",
    Severity.HIGH,
    Confidence.CERTAIN,
    Location("apps/role.yaml", Position(1, 1), Position(1, 2)),
    "may read every Secret",
    ResourceRef("rbac.authorization.k8s.io/v1", "ClusterRole", "", "reader"),
    "rules[0]",
    status=Status.WAIVED,
    reason="until the move",
)
KNOWN = LEAK._replace(rule="GIT001", field="", status=Status.KNOWN, reason="in the baseline")
ALLOWED = LEAK._replace(field="data.fixture", status=Status.WAIVED, reason="a fixture")
LOW = WAIVED._replace(rule="WRK001", severity=Severity.LOW, status=Status.NEW, reason="")
UNSURE = LEAK._replace(rule="known-token", confidence=Confidence.POSSIBLE, field="data.x")
CLOSED = Verdict(
    WHERE, ResourceRef("bitnami.com/v1alpha1", "SealedSecret", "shop", "db"), "token", Outcome.FAILS, "why"
)
OPEN = CLOSED._replace(outcome=Outcome.OPENS, item="url")
UNREADABLE = Problem("apps/broken.yaml", "this document does not parse", 3, 1)
EVERYTHING = (UNREADABLE, LEAK, WAIVED, KNOWN, ALLOWED, LOW, UNSURE, CLOSED, OPEN)


def blocks(result: Finding | Verdict) -> bool:
    """As a gate with the usual thresholds has it."""
    if isinstance(result, Verdict):
        return result.outcome.is_failure
    sure = result.confidence is not Confidence.POSSIBLE
    return result.status is Status.NEW and result.severity >= Severity.MEDIUM and sure


def code_of(results: Iterable[Reported]) -> ExitCode:
    """The exit code that such a gate has."""
    results = list(results)
    if any(isinstance(result, Problem) for result in results):
        return ExitCode.INCOMPLETE
    return ExitCode.FINDINGS if any(blocks(r) for r in results if not isinstance(r, Problem)) else ExitCode.CLEAN


def text(kind: str, results: Iterable[Reported], record: Record | None = RECORD) -> str:
    """The whole report."""
    results = list(results)
    style = Style(gating=True, record=record, blocks=blocks)
    reporter = InTotoReporter(style) if kind == "in-toto" else OscalReporter(style)
    parts = [reporter.write(result) for result in results]
    problems = sum(isinstance(result, Problem) for result in results)
    summary = Summary(problems=problems, gating=True, notes=("Compared with main: 1 gone.",), code=code_of(results))
    return "".join([*parts, reporter.finish(summary)])


def document(kind: str, results: Iterable[Reported], record: Record | None = RECORD) -> Any:
    """The report, read again."""
    return json.loads(text(kind, results, record))
