"""SARIF as three services take it: what each requires, and their limits on texts."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from support import ROOT
from unit.report.results import blocking, many, nasty, written

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
from sealwright.report.sarif import MOST_NOTIFICATIONS, MOST_RESULTS, SarifReporter

GOLDEN = ROOT / "tests" / "golden" / "report"
NAMES = [
    "plain.yaml",
    "with space.yaml",
    "a#b?c%.yaml",
    "a:b.yaml",
    os.fsdecode(b"caf\xe9.yaml"),
    "two\nlines.yaml",
    "秘.yaml",
]


def everything() -> dict[str, Any]:
    reporter = SarifReporter(Style())
    for number, name in enumerate(NAMES):
        where = Location(name, Position(1 + number, 2), Position(3 + number, 4))
        severity = list(Severity)[number % len(Severity)]
        finding = Finding(
            f"rule-{number % 3}", severity, Confidence.CERTAIN, where, "m" * 5000, ResourceRef(), "data.x"
        )
        reporter.write(finding)
        reporter.write(finding._replace(status=Status.WAIVED, reason="a reason"))
        reporter.write(finding._replace(status=Status.KNOWN))
        reporter.write(Verdict(where, ResourceRef(kind="SealedSecret"), "x", Outcome.FAILS, "why"))
        reporter.write(Problem(name, "p" * 5000, line=number))
    report: dict[str, Any] = json.loads(reporter.finish(Summary()))
    return report


REPORTS: dict[str, dict[str, Any]] = {
    "everything": everything(),
    "scan": json.loads((GOLDEN / "scan.sarif").read_text(encoding="utf-8")),
    "verify": json.loads((GOLDEN / "verify.sarif").read_text(encoding="utf-8")),
    "github": json.loads((GOLDEN / "scan.github.sarif").read_text(encoding="utf-8")),
    "nasty": json.loads(written("sarif", nasty(), Summary(gating=True), Style(proof=True))),
}


@pytest.fixture(params=REPORTS)
def report(request: pytest.FixtureRequest) -> dict[str, Any]:
    name: str = request.param
    return REPORTS[name]


def test_there_is_one_run_of_a_named_tool(report: dict[str, Any]) -> None:
    assert report["version"] == "2.1.0"
    assert report["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = report["runs"]
    driver = run["tool"]["driver"]
    assert all(driver[key] for key in ("name", "version", "semanticVersion", "informationUri", "organization"))
    assert isinstance(run["invocations"][0]["executionSuccessful"], bool)
    assert run["columnKind"] == "unicodeCodePoints"


@pytest.mark.parametrize("format_name", ["sarif", "sarif-github"])
def test_commands_do_not_close_each_others_alerts(format_name: str) -> None:
    """GitHub takes one analysis of a category for the successor of the one before."""
    categories = set()
    for summary in (Summary(), Summary(gating=True), Summary(verifying=True)):
        run = json.loads(written(format_name, iter(()), summary))["runs"][0]
        categories.add(run["automationDetails"]["id"])
        assert run["results"] == []
    assert categories == {"sealwright/scan/", "sealwright/gate/", "sealwright/verify/"}


def test_rules(report: dict[str, Any]) -> None:
    rules = report["runs"][0]["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert 0 < len(rule["id"]) <= 1024
        assert 0 < len(rule["name"]) <= 255
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert rule["helpUri"].startswith("https://")
        assert len(rule["helpUri"]) <= 2048
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
        assert 0.0 <= float(rule["properties"]["security-severity"]) <= 10.0
        assert rule["properties"]["severity"] in {"CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"}
        assert rule["properties"]["precision"] in {"very-high", "high", "medium", "low"}
        assert rule["properties"]["tags"][0] == "security"
        assert len(rule["properties"]["tags"]) <= 10


def test_results(report: dict[str, Any]) -> None:
    rules = report["runs"][0]["tool"]["driver"]["rules"]
    assert report["runs"][0]["results"]
    for result in report["runs"][0]["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert 0 <= result["rank"] <= 100
        assert 0 < len(result["message"]["text"]) <= 1024
        assert all(len(value) == 32 for value in result["partialFingerprints"].values())
        assert "primaryLocationLineHash" not in result["partialFingerprints"]  # GitHub's action would warn of each
        assert result["properties"]["severity"] in {"CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"}
        assert 1 <= len(result["locations"]) <= 10
        for location in result["locations"]:
            assert_location(location["physicalLocation"])
        for suppression in result.get("suppressions", []):
            assert suppression["kind"] in {"inSource", "external"}


def assert_location(location: dict[str, Any]) -> None:
    uri = location["artifactLocation"]["uri"]
    assert uri.isascii()
    assert not uri.startswith("/")
    assert set(uri).isdisjoint(' :?#"<>\\\n')
    region = location["region"]
    assert list(region) == ["startLine", "startColumn", "endLine", "endColumn"]
    assert min(region.values()) >= 1
    assert (region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"])


def test_problems_are_notifications_and_the_run_is_not_successful() -> None:
    invocation = REPORTS["everything"]["runs"][0]["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert len(invocation["toolExecutionNotifications"]) == len(NAMES)
    for notification in invocation["toolExecutionNotifications"]:
        assert notification["level"] == "error"
        assert 0 < len(notification["message"]["text"]) <= 1024
        assert notification["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1


def test_bytes_that_are_not_utf_8_are_percent_encoded() -> None:
    results = REPORTS["everything"]["runs"][0]["results"]
    uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results}
    assert {"caf%E9.yaml", "with%20space.yaml", "a%3Ab.yaml", "two%0Alines.yaml"} <= uris


def test_no_report_holds_an_example_that_a_scan_would_find() -> None:
    from sealwright.run.scan import scan_bytes

    for rule in REPORTS["everything"]["runs"][0]["tool"]["driver"]["rules"]:
        assert "Bad:" not in rule["help"]["text"]
    golden = (GOLDEN / "scan.sarif").read_bytes()
    assert [result for result in scan_bytes("report.sarif", golden) if hasattr(result, "rule")] == []


def test_github_gets_what_is_new_and_nothing_else() -> None:
    """It does not know suppressions, and would open an alert for what somebody has accepted."""
    full, github = (json.loads(written(name, nasty(), Summary()))["runs"][0] for name in ("sarif", "sarif-github"))
    accepted = [result for result in full["results"] if "suppressions" in result]
    assert accepted
    assert [result for result in full["results"] if result not in accepted] == github["results"]
    assert full["invocations"] == github["invocations"]


def test_a_rule_is_as_severe_as_the_worst_of_its_results() -> None:
    """GitHub and GitLab show the rule's severity, not the result's."""
    where = Location("a.yaml", Position(1, 1), Position(1, 2))
    low = Finding("secret-data", Severity.LOW, Confidence.CERTAIN, where, "m")
    style = Style(blocks=lambda result: result == low)
    report = written("sarif", iter([low, low._replace(severity=Severity.CRITICAL, field="x")]), Summary(), style)
    run = json.loads(report)["runs"][0]
    assert [result["level"] for result in run["results"]] == ["note", "error"]
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["properties"]["security-severity"] == "9.5"
    assert rule["defaultConfiguration"]["level"] == "error"


@pytest.mark.parametrize("format_name", ["sarif", "sarif-github"])
@pytest.mark.parametrize(("count", "longest"), [(3_000, 0), (30_000, 0), (30_000, 5_000)])
def test_it_is_within_every_limit(format_name: str, count: int, longest: int) -> None:
    text = written(format_name, many(count, longest), Summary(), Style(blocks=blocking(Severity.MEDIUM)))
    assert len(text.encode()) <= 10_000_000
    run = json.loads(text)["runs"][0]
    test_results({"runs": [run]})
    assert len(run["results"]) <= MOST_RESULTS
    *_, note = run["invocations"][0]["toolExecutionNotifications"]
    assert len(run["invocations"][0]["toolExecutionNotifications"]) <= MOST_NOTIFICATIONS + 2
    new = count * 9 // 10 + sum(number // 10 % 3 == 0 for number in range(0, count, 10))
    wanted = count if format_name == "sarif" else new
    if wanted > MOST_RESULTS:
        left_out = int(note["message"]["text"].split()[0].replace(",", ""))
        assert left_out + len(run["results"]) == wanted
        assert {result["level"] for result in run["results"]} <= {"error", "warning"}
        assert not any("suppressions" in result for result in run["results"])
    else:
        assert len(run["results"]) == wanted
        assert note["level"] == "error"
