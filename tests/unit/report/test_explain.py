"""Explanations: what is said for every rule and every confidence, and what is left out where it would not work."""

from __future__ import annotations

import pytest

from sealwright.finding import Confidence, Finding, Location, Position, ResourceRef, Severity, Status
from sealwright.report.base import Style, Summary
from sealwright.report.explain import explanation
from sealwright.report.rules import rule_pages
from sealwright.report.text import TextReporter

REF = ResourceRef("v1", "Secret", "shop", "db")


def finding(rule: str = "secret-data", path: str = "a.yaml", *, last: int = 8, **fields: object) -> Finding:
    where = Location(path, Position(8, 3), Position(last, 9))
    found = Finding(rule, Severity.HIGH, Confidence.CERTAIN, where, "message", REF, "data.a")
    return found._replace(**fields)  # type: ignore[arg-type]


def rows(found: Finding) -> dict[str, str]:
    return dict(explanation(found))


@pytest.mark.parametrize("rule", [*rule_pages(), "a-rule-without-a-page"])
def test_every_rule_is_explained(rule: str) -> None:
    told = rows(finding(rule))
    assert "\n" not in "".join(told.values())
    assert told["here"] == "the text of `data.a` of Secret shop/db, on line 8"
    about_exceptions = rule.startswith(("allow-", "waiver-"))
    assert ("waive" in told) is not about_exceptions
    if rule in rule_pages():
        assert told["rule"].startswith(rule_pages()[rule].title)
        assert about_exceptions or (told["fix"] and " It finds " in told["rule"])


@pytest.mark.parametrize(
    ("found", "here"),
    [
        (finding(last=10), "the text of `data.a` of Secret shop/db, on lines 8 to 10"),
        (finding(field=""), "a text on line 8, in Secret shop/db"),
        (finding(field="", resource=ResourceRef()), "a text on line 8"),
        (finding(resource=ResourceRef()), "the text of `data.a`, on line 8"),
    ],
)
def test_the_place_in_words(found: Finding, here: str) -> None:
    assert rows(found)["here"] == here


@pytest.mark.parametrize("confidence", Confidence)
def test_how_sure(confidence: Confidence) -> None:
    sure = rows(finding(confidence=confidence))["sure"]
    assert sure.startswith(f"{confidence.value}: ")
    assert ("--confidence-threshold" in sure) is (confidence is Confidence.POSSIBLE)


def test_what_would_silence_it() -> None:
    assert "allow" not in rows(finding(path="a.json"))
    assert rows(finding())["allow"].endswith("# sealwright: allow[secret-data] WHY")
    settled = rows(finding(status=Status.WAIVED, reason="a test"))
    assert settled["state"] == "waived: a test"
    assert settled.keys().isdisjoint({"allow", "waive", "later"})


def test_in_the_report_nothing_long_is_said_twice() -> None:
    reporter = TextReporter(Style(width=80, explain=True))
    found = [finding(), finding(last=9), finding(path="b.yaml")]
    text = "".join(map(reporter.write, found)) + reporter.finish(Summary(files=2, passed_over=1, findings={"high": 3}))
    assert text.count("A Kubernetes Secret keeps a value in `data`.") == 1
    assert text.count("rule   as above") == 2
    assert text.count("here   the text of") == 3
    assert "\n\n\n" not in text
    assert "1 file looked into, 1 passed over" in text


def test_a_name_that_a_terminal_would_act_on_is_shown() -> None:
    reporter = TextReporter(Style(explain=True))
    evil = finding(path="\x1b[2J", field="\x1b]0;x", resource=ResourceRef("v1", "Secret", "", "\u202e"))
    text = reporter.write(evil) + reporter.finish(Summary())
    assert all(line.isprintable() for line in text.splitlines())
