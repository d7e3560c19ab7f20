"""GitLab's Code Quality: its fields, fingerprints that are unique and stay, and nothing of what is accepted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.report.results import finding, many, nasty, verdict, written

from sealwright.finding import Finding, Outcome, Problem, Severity, Status
from sealwright.report.base import Reported, Style, Summary


def report(*results: Reported, style: Style | None = None) -> list[dict[str, Any]]:
    text = written("gitlab", iter(results), Summary(gating=True), style)
    text.encode()  # no surrogates: GitLab refuses what is not UTF-8
    entries: list[dict[str, Any]] = json.loads(text)
    check(entries)
    return entries


def check(entries: list[dict[str, Any]]) -> None:
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)
    for entry in entries:
        assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert all(isinstance(entry[key], str) and entry[key] for key in entry if key != "location")
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert set(entry["location"]) == {"path", "lines"}
        assert not entry["location"]["path"].startswith(("/", "./"))
        assert entry["location"]["lines"]["begin"] >= 1


@pytest.mark.parametrize("proof", [False, True])
def test_names_cannot_break_it(proof: bool) -> None:
    assert report(*nasty(), style=Style(proof=proof))


def test_nothing_is_an_empty_array() -> None:
    assert report() == []


@pytest.mark.parametrize("status", [Status.WAIVED, Status.KNOWN])
def test_what_is_accepted_is_left_out(status: Status) -> None:
    assert report(finding(status=status, reason="r"), verdict(Outcome.OPENS), verdict(Outcome.UNKNOWN)) == []


def test_severities() -> None:
    entries = report(
        *(finding(line=int(severity) + 1, severity=severity, field=str(severity)) for severity in Severity)
    )
    assert [entry["severity"] for entry in entries] == ["blocker", "critical", "major", "minor", "info"]


def test_what_could_not_be_checked_is_no_less_than_a_blocker() -> None:
    (entry,) = report(Problem("a.yaml", "does not parse", hint="mend it"))
    assert (entry["check_name"], entry["severity"]) == ("not-checked", "blocker")
    assert entry["location"] == {"path": "a.yaml", "lines": {"begin": 1}}


def test_items_that_do_not_open() -> None:
    same = report(verdict(Outcome.FAILS), verdict(Outcome.FAILS), verdict(Outcome.REFUTED, "other"))
    assert [entry["severity"] for entry in same] == ["critical"] * 3
    (unproved,) = report(verdict(Outcome.UNKNOWN), style=Style(proof=True))
    assert unproved["severity"] == "major"


def test_fingerprints_stay_when_lines_move_and_results_come() -> None:
    before = report(finding(), verdict(Outcome.FAILS))
    after = report(finding(line=80), finding("new.yaml"), verdict(Outcome.FAILS, line=44, reason="another"))
    assert {entry["fingerprint"] for entry in before} < {entry["fingerprint"] for entry in after}


def test_the_report_is_no_larger_than_gitlab_keeps() -> None:
    text = written("gitlab", many(30_000, longest=900), Summary(gating=True))
    entries = json.loads(text)
    check(entries)
    assert 5_000_000 < len(text.encode()) <= 10_000_000
    said = entries[-1]["description"]
    left_out = int(said.split()[0].replace(",", ""))
    new = sum(isinstance(result, Problem) for result in many(30_000))
    new += sum(isinstance(result, Finding) and result.status is Status.NEW for result in many(30_000))
    assert left_out + len(entries) - 1 == new
    ranks = ["blocker", "critical", "major", "minor", "info"]
    shown = [ranks.index(entry["severity"]) for entry in entries[300:-1]]
    assert shown == sorted(shown)
