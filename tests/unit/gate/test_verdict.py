"""Whether a change may be merged: what must not pass, then what may."""

from __future__ import annotations

import pytest

from sealwright.config import parse_config
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
from sealwright.gate.verdict import GateLimits, GateVerdict
from sealwright.gate.waiver import EXPIRED_RULE, REFUSED_RULE, UNUSED_RULE


def at(path: str) -> Location:
    return Location(path, Position(1, 1), Position(1, 2))


def finding(severity: str, path: str = "a.yaml", rule: str = "WRK001") -> Finding:
    return Finding(rule, Severity[severity.upper()], Confidence.CERTAIN, at(path), "it is so")


def item(outcome: Outcome) -> Verdict:
    return Verdict(at("a.yaml"), ResourceRef("v1", "SealedSecret", "", "db"), "p", outcome)


MEDIUM = finding("medium")
KNOWN = finding("critical")._replace(status=Status.KNOWN, reason="unchanged since main")
WAIVED = finding("critical")._replace(status=Status.WAIVED, reason="why")
POSSIBLE = finding("critical")._replace(confidence=Confidence.POSSIBLE)
EXPIRED = finding("high", rule=EXPIRED_RULE)
REFUSED = finding("high", rule=REFUSED_RULE)
PROBLEM = Problem("b.yaml", "it does not parse", 3)
FAILED, UNKNOWN, OPENS = item(Outcome.FAILS), item(Outcome.UNKNOWN), item(Outcome.OPENS)

LIMITS = GateLimits()
LAX = GateLimits(Severity.CRITICAL)
OVERRIDES = parse_config(
    b"policy: {overrides: [{paths: [a.yaml], rules: {WRK002: off}}, {paths: [dev/**], severity-threshold: critical},"
    b" {paths: ['**'], severity-threshold: high}, {paths: [a.yaml], severity-threshold: low}]}",
    "c",
).policy.overrides
BY_PATH = GateLimits(Severity.INFO, overrides=OVERRIDES)

CASES = {
    # A waiver that is wrong is an error of the configuration, whatever else there is.
    "expired": (LIMITS, [EXPIRED], ExitCode.USAGE),
    "expired, beside a problem and a finding": (LIMITS, [MEDIUM, PROBLEM, EXPIRED], ExitCode.USAGE),
    "expired, under a high threshold": (LAX, [EXPIRED], ExitCode.USAGE),
    "refused": (LIMITS, [REFUSED], ExitCode.USAGE),
    # What was not looked at is never clean.
    "a problem": (LIMITS, [PROBLEM], ExitCode.INCOMPLETE),
    "a problem beside a finding": (LIMITS, [finding("critical"), PROBLEM], ExitCode.INCOMPLETE),
    "a problem under a high threshold": (LAX, [PROBLEM], ExitCode.INCOMPLETE),
    # The threshold is inclusive.
    "at the threshold": (LIMITS, [MEDIUM], ExitCode.FINDINGS),
    "above it": (LIMITS, [finding("critical")], ExitCode.FINDINGS),
    "below it": (LIMITS, [finding("low")], ExitCode.CLEAN),
    "below a high one": (LAX, [finding("high")], ExitCode.CLEAN),
    "at the lowest": (GateLimits(Severity.INFO), [finding("info")], ExitCode.FINDINGS),
    "known, waived": (LIMITS, [KNOWN, WAIVED], ExitCode.CLEAN),
    "one of many": (LIMITS, [KNOWN, WAIVED, MEDIUM, KNOWN], ExitCode.FINDINGS),
    "an unused waiver": (LIMITS, [finding("info", rule=UNUSED_RULE)], ExitCode.CLEAN),
    "not sure enough": (LIMITS, [POSSIBLE], ExitCode.CLEAN),
    "sure enough": (GateLimits(confidence=Confidence.POSSIBLE), [POSSIBLE], ExitCode.FINDINGS),
    # The first override that matches and has a threshold counts.
    "another threshold there": (BY_PATH, [finding("high", "dev/a.yaml")], ExitCode.CLEAN),
    "reached there": (BY_PATH, [finding("critical", "dev/x/b.yaml")], ExitCode.FINDINGS),
    "that of everywhere, before a later one": (BY_PATH, [MEDIUM], ExitCode.CLEAN),
    "everywhere": (BY_PATH, [finding("high", "prod/b.yaml")], ExitCode.FINDINGS),
    "an item that does not open": (LIMITS, [FAILED], ExitCode.FINDINGS),
    "an item that did not open before": (GateLimits(), [FAILED._replace(status=Status.KNOWN)], ExitCode.CLEAN),
    "an item of which nothing is known": (LIMITS, [UNKNOWN], ExitCode.CLEAN),
    "where proof is asked for": (GateLimits(proof=True), [UNKNOWN], ExitCode.FINDINGS),
    "an item that opens": (GateLimits(proof=True), [OPENS], ExitCode.CLEAN),
    "nothing": (LIMITS, [], ExitCode.CLEAN),
}


@pytest.mark.parametrize(("limits", "results", "code"), CASES.values(), ids=CASES)
def test_the_exit_code(limits: GateLimits, results: list[Finding | Problem | Verdict], code: ExitCode) -> None:
    for order in (results, results[::-1]):
        verdict = GateVerdict(limits)
        for result in order:
            verdict.count(result)
        assert verdict.exit_code() is code


def test_the_figures() -> None:
    verdict = GateVerdict(LIMITS)
    for result in (MEDIUM, KNOWN, KNOWN, WAIVED, PROBLEM, EXPIRED, FAILED, finding("low")):
        verdict.count(result)
    assert (verdict.blocking, verdict.unchanged, verdict.problems, verdict.invalid) == (2, 2, 1, 1)
