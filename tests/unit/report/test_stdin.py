"""What came by standard input has a line, and no file: nobody is sent to one that does not exist."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from unit.report.results import finding, verdict, written

from sealwright.finding import STDIN_NAME, Outcome, Position, Problem, Replacement
from sealwright.report.base import Reported, Style, Summary

FIX = Replacement(Position(8, 13), Position(8, 33), "x", "put x")


def results() -> Iterator[Reported]:
    """What can be wrong with what is on standard input, each beside the same in a file."""
    for path in (STDIN_NAME, "apps/db.yaml"):
        yield finding(path, replacement=FIX)
        yield finding(path, 80, field="data.other")
        sealed = verdict(Outcome.FAILS)
        yield sealed._replace(location=sealed.location._replace(path=path))
        yield Problem(path, "does not parse", 3, 1)
        yield Problem(path, "there is nothing in it")


def report(name: str) -> str:
    return written(name, results(), Summary(gating=True), Style())


def sarif(name: str) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(report(name))["runs"][0]
    return run


@pytest.mark.parametrize("name", ["github", "sarif", "gitlab", "junit"])
def test_no_program_hears_of_a_file_that_is_not_there(name: str) -> None:
    text = report(name).replace('path: "&lt;stdin&gt;", reason', "")  # a waiver for it is written so
    assert "stdin" not in text
    assert text.count("standard input") >= 5
    assert "apps/db.yaml" in text


def test_annotations_stand_at_no_file() -> None:
    lines = [line for line in report("github").splitlines() if "standard input" in line]
    assert not any(name in line for line in lines for name in ("file=", "line=", "col=", "endLine=", "endColumn="))
    assert lines[0] == "::error title=sealwright not checked::standard input, line 3: does not parse"
    assert lines[1] == "::error title=sealwright not checked::standard input: there is nothing in it"
    assert lines[-1].startswith("::error title=sealwright secret-data::standard input, line 80: Secret shop/db keeps")
    assert len(lines) == 5


def test_sarif_has_a_logical_location() -> None:
    run = sarif("sarif")
    there = [result for result in run["results"] if "physicalLocation" in result["locations"][0]]
    not_there = [result for result in run["results"] if result not in there]
    assert len(there) == len(not_there) == 3
    for result in not_there:
        (location,) = result["locations"]
        assert location["logicalLocations"][0]["fullyQualifiedName"].endswith(" shop/db")
        assert location["message"]["text"].startswith("standard input, line ")
        assert "fixes" not in result
    assert sum("fixes" in result for result in there) == 1
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert [note.get("locations") for note in notes[:2]] == [None, None]
    assert notes[0]["message"]["text"] == "standard input, line 3: does not parse"


def test_services_that_take_no_result_without_a_file_get_a_name_that_is_none() -> None:
    """GitHub refuses the whole report for one result without; CodeCatalyst requires it of each."""
    run = sarif("sarif-github")
    assert len(run["results"]) == 6
    uris = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]]
    assert sorted(set(uris)) == ["%3Cstdin%3E", "apps/db.yaml"]
    for result in run["results"]:
        at_stdin = "stdin" in json.dumps(result["locations"])
        assert ("logicalLocations" in result["locations"][0]) == at_stdin
        assert ("fixes" in result) <= (not at_stdin)
    assert [note.get("locations") for note in run["invocations"][0]["toolExecutionNotifications"][:2]] == [None, None]


def test_gitlab_is_sent_to_the_repository() -> None:
    entries = json.loads(report("gitlab"))
    here = [entry for entry in entries if "standard input" in entry["description"]]
    assert len(here) == 5
    assert {(entry["location"]["path"], entry["location"]["lines"]["begin"]) for entry in here} == {(".", 1)}
    assert len({entry["fingerprint"] for entry in entries}) == len(entries) == 10


def test_junit_names_no_file() -> None:
    cases = [case for case in ET.fromstring(report("junit")).iter("testcase") if case.find("skipped") is None]
    here = [case for case in cases if "standard input" in case.attrib["name"]]
    assert len(here) == 5
    assert not any(key in case.attrib for case in here for key in ("file", "line"))
    assert len({(case.attrib["classname"], case.attrib["name"]) for case in cases}) == len(cases)
    assert [(case[0].text or "").splitlines()[0] for case in here[:2]] == [
        "standard input, line 3: does not parse",
        "standard input: there is nothing in it",
    ]
