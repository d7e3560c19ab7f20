"""JUnit XML: well-formed whatever names hold, counts that are true, and only what fails the run as a failure."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree as ET

import pytest
from junitparser import JUnitXml
from unit.report.results import NASTY, blocking, finding, many, nasty, verdict, written

from sealwright.detect.registry import detectors
from sealwright.finding import Outcome, Problem, Severity, Status
from sealwright.policy.packs.load import load_packs
from sealwright.report.base import Reported, Style, Summary
from sealwright.report.junit import MOST_CASES

RULES = {detector.RULE for _, detector in detectors()}


def report(*results: Reported, style: Style | None = None, summary: Summary | None = None) -> ET.Element:
    root = ET.fromstring(written("junit", iter(results), summary or Summary(), style))
    check(root)
    return root


def check(root: ET.Element) -> None:
    """What Jenkins' and Surefire's schemas ask for, what GitLab needs to tell cases apart, and counts that are true."""
    assert root.tag == "testsuites"
    (suite,) = root
    cases = list(suite)
    kinds = Counter(child.tag for case in cases for child in case)
    assert set(root.attrib) == {"name", "tests", "failures", "errors", "time"}
    assert set(suite.attrib) == {*root.attrib, "skipped"}
    assert int(suite.attrib["skipped"]) == kinds["skipped"]
    for element in (root, suite):
        assert int(element.attrib["tests"]) == len(cases)
        assert [int(element.attrib[name]) for name in ("failures", "errors")] == [kinds["failure"], kinds["error"]]
        assert float(element.attrib["time"]) >= 0
        assert element.attrib["name"]
    assert len({(case.attrib["classname"], case.attrib["name"]) for case in cases}) == len(cases)
    for case in cases:
        assert set(case.attrib) <= {"classname", "name", "time", "file", "line"}
        assert len(case) <= 1
        assert int(case.get("line", "1")) >= 1
        for outcome in case:
            assert set(outcome.attrib) <= {"message", "type"}
            assert outcome.attrib["message"]
            assert outcome.tag == "skipped" or outcome.attrib["type"]


def outcomes(root: ET.Element) -> list[str]:
    """Of the cases that are not rules without findings."""
    return [case[0].tag if len(case) else "passed" for case in root[0] if "file" in case.attrib]


@pytest.mark.parametrize("summary", [Summary(), Summary(gating=True), Summary(verifying=True)])
@pytest.mark.parametrize("proof", [False, True])
def test_names_cannot_break_it(summary: Summary, proof: bool) -> None:
    root = report(*nasty(), style=Style(proof=proof), summary=summary)
    assert len(JUnitXml.fromstring(ET.tostring(root)))
    text = "".join(root.itertext()) + "".join(value for case in root[0] for value in case.attrib.values())
    assert "\x1b" not in text
    assert "@octocat" in text
    assert not set(NASTY) & set("\udce9\ufffe\x1b") & set(text)


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        (finding(), "failure"),
        (finding(severity=Severity.LOW), "skipped"),
        (finding(status=Status.WAIVED, reason="a fixture"), "skipped"),
        (finding(status=Status.KNOWN, reason="in the baseline"), "skipped"),
        (Problem("a.yaml", "does not parse"), "error"),
        (verdict(Outcome.FAILS), "failure"),
        (verdict(Outcome.REFUTED), "failure"),
        (verdict(Outcome.UNKNOWN), "skipped"),
        (verdict(Outcome.OPENS), "passed"),
        (verdict(Outcome.PROVED), "passed"),
    ],
)
def test_a_failure_is_what_fails_the_run(result: Reported, outcome: str) -> None:
    root = report(result, style=Style(blocks=blocking(Severity.MEDIUM)))
    assert outcomes(root) == [outcome]
    (case,) = (case for case in root[0] if "file" in case.attrib)
    if outcome == "failure":
        assert case[0].attrib["type"] == "high"
        assert "apps/" in (case[0].text or "")
    if result == finding(severity=Severity.LOW):
        assert "does not fail this run" in case[0].attrib["message"]


def test_a_failure_says_where_why_and_what_to_do() -> None:
    (case,) = (case for case in report(finding())[0] if len(case))
    assert case.attrib["classname"] == "sealwright.secret-data"
    assert case.attrib["name"] == "apps/db.yaml: Secret shop/db data.password"
    assert (case.attrib["file"], case.attrib["line"]) == ("apps/db.yaml", "8")
    lines = (case[0].text or "").splitlines()
    assert lines[0].startswith("apps/db.yaml:8: Secret shop/db keeps")
    assert [line.split(":")[0] for line in lines[1:]] == ["why", "fix", "waive"]


def test_rules_that_found_nothing_pass() -> None:
    style = Style(rules=load_packs(["baseline"], root=".").rules)
    root = report(finding(), style=style, summary=Summary(gating=True))
    passed = {case.attrib["classname"].removeprefix("sealwright.") for case in root[0] if not len(case)}
    assert passed >= RULES - {"secret-data"}
    assert "secret-data" not in passed
    assert passed - RULES == {rule.id for rule in style.rules}


def test_there_is_always_a_case() -> None:
    root = report(summary=Summary(verifying=True))
    assert [case.attrib["name"] for case in root[0]] == ["there is no SealedSecret"]


def test_the_same_name_twice_is_told_apart() -> None:
    root = report(finding(), finding(line=9, occurrence=1), verdict(Outcome.FAILS), verdict(Outcome.FAILS))
    assert outcomes(root) == ["failure"] * 4


def test_names_that_differ_beyond_what_is_kept_are_told_apart() -> None:
    long = "a/" * 600
    root = report(finding(f"{long}x.yaml"), finding(f"{long}y.yaml"), finding(f"{long}y.yaml", line=9, occurrence=1))
    assert outcomes(root) == ["failure"] * 3


def test_names_stay_when_lines_move() -> None:
    names = [[case.attrib["name"] for case in report(finding(line=line))[0]] for line in (8, 80)]
    assert names[0] == names[1]


def test_no_more_cases_than_servers_take() -> None:
    root = report(*many(30_000), style=Style(blocks=blocking(Severity.MEDIUM)))
    assert len(root[0]) == MOST_CASES
    assert len([case for case in root[0] if len(case) and case[0].tag == "error"]) == 300
    last = root[0][-1]
    assert "left out" in last[0].attrib["message"]
    assert last[0].tag == "failure"  # worse than the rest of them is nothing, but some of them fail the run


@pytest.mark.parametrize(
    ("count", "path", "message"),
    [(9_000, "a/" * 450, "short"), (4_500, "a.yaml", "<" * 1000), (4_500, "a.yaml", "\U0001f511" * 1000)],
    ids=["paths", "what XML escapes", "more bytes than characters"],
)
def test_no_more_bytes_than_gitlab_takes(count: int, path: str, message: str) -> None:
    severities = (Severity.MEDIUM, Severity.CRITICAL)
    found = [
        finding(path, number + 1, severity=severities[number % 2], message=message, occurrence=number)
        for number in range(count)
    ]
    text = written("junit", iter(found), Summary(), Style())
    assert 20_000_000 < len(text.encode()) < 30_000_000
    root = ET.fromstring(text)
    check(root)
    *shown, last = [case[0] for case in root[0]]
    assert last.tag == "failure"
    total = count + len(RULES) - 1
    assert last.attrib["message"].startswith(f"{total - len(shown):,} left out, none worse")
    kinds = [outcome.attrib["type"] for outcome in shown]
    assert kinds == ["critical"] * (count // 2) + ["medium"] * (len(shown) - count // 2)
