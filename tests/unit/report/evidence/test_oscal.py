"""OSCAL assessment results: what is satisfied, what is not, what was accepted, and what nobody looked at."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from support import ROOT
from unit.report.evidence.runs import (
    ALLOWED,
    CLOSED,
    CONTROLS,
    EVERYTHING,
    KNOWN,
    LEAK,
    LOW,
    OPEN,
    RECORD,
    UNREADABLE,
    WAIVED,
    document,
    text,
)
from unit.report.evidence.shapes import assert_assessment_results

from sealwright.finding import STDIN_NAME, Location, Position
from sealwright.report.evidence.oscal_ids import control_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sealwright.report.base import Reported

GOLDEN = ROOT / "tests" / "golden" / "report" / "gate.oscal.json"
PCI, NIST, OURS = "PCI DSS 4.0.1", "NIST SP 800-53 revision 5", "ours"


def results(*found: Reported, **change: Any) -> dict[str, Any]:
    """The results by framework."""
    read = document("oscal", found, RECORD._replace(**change))
    assert_assessment_results(read)
    return {result["title"].partition(":")[0]: result for result in read["assessment-results"]["results"]}


def states(result: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """State and reason by the framework's own name of the control."""
    return {
        prop(finding, "control"): (finding["target"]["status"]["state"], finding["target"]["status"]["reason"])
        for finding in result["findings"]
    }


def prop(part: dict[str, Any], name: str) -> str:
    return next(str(one["value"]) for one in part["props"] if one["name"] == name)


@pytest.mark.parametrize(
    ("found", "state", "reason"),
    [
        ((LEAK,), "not-satisfied", "fail"),
        ((KNOWN,), "not-satisfied", "fail"),
        ((LEAK, ALLOWED), "not-satisfied", "fail"),
        ((ALLOWED,), "not-satisfied", "other"),
        ((UNREADABLE,), "not-satisfied", "other"),
        ((LOW, WAIVED, CLOSED), "satisfied", "pass"),
        ((), "satisfied", "pass"),
    ],
)
def test_nothing_is_satisfied_that_something_stands_against_or_that_nobody_could_read(
    found: tuple[Reported, ...], state: str, reason: str
) -> None:
    assert states(results(*found)[PCI])["8.6.2"] == (state, reason)


def test_what_is_below_the_threshold_stands_against_a_control_all_the_same() -> None:
    finding = next(one for one in results(LOW)[PCI]["findings"] if prop(one, "control") == "7.2.1")
    assert finding["target"]["status"]["state"] == "not-satisfied"
    assert "0 fail the run" in finding["target"]["status"]["remarks"]


def test_controls_of_which_no_rule_had_an_object_were_not_reviewed() -> None:
    result = results()[PCI]
    (selection,) = result["reviewed-controls"]["control-selections"]
    assert selection["exclude-controls"] == [{"control-id": "pci-3.7.4"}]
    assert {"control-id": "pci-3.7.4"} not in selection["include-controls"]
    assert "3.7.4" not in states(result)


def test_a_framework_without_any_is_left_out_unless_there_is_no_other() -> None:
    assert [*results(silent=("OUR001",))] == [NIST, PCI]
    nothing = results(silent=tuple({rule for rules in CONTROLS.values() for rule in rules}))
    assert [*nothing] == [NIST, OURS, PCI]
    for result in nothing.values():
        assert set(states(result).values()) == {("not-satisfied", "other")}


def test_each_framework_is_a_result_with_its_own_identifiers() -> None:
    found = results(*EVERYTHING)
    assert [*found] == [NIST, OURS, PCI]
    targets = {title: {one["target"]["target-id"] for one in result["findings"]} for title, result in found.items()}
    assert targets == {
        NIST: {"ac-6_obj", "ia-5.7_obj"},
        OURS: {"ours-A_1_b_smt"},
        PCI: {"pci-8.6.2_smt", "pci-7.2.1_smt", "pci-4.2.1_smt"},
    }
    assert len(found[PCI]["observations"]) == 5
    assert prop(found[PCI], "findings-of-no-control") == "2"
    assert "observations" not in found[OURS]


def test_an_observation_says_where_and_never_more_than_the_finding() -> None:
    (observation,) = results(LEAK)[NIST]["observations"]
    assert observation["title"] == "secret-data"
    assert observation["description"] == LEAK.message.replace("<", "\\<")
    (evidence,) = observation["relevant-evidence"]
    assert evidence == {"href": "apps/db%20%3Cx%3E.yaml#L9", "description": "line 9, `data.password`"}


def test_an_observation_on_standard_input_refers_to_no_file() -> None:
    piped = LEAK._replace(location=LEAK.location._replace(path=STDIN_NAME))
    (observation,) = results(piped)[NIST]["observations"]
    assert observation["relevant-evidence"] == [{"description": "standard input, line 9, `data.password`"}]
    assert "stdin" not in str(observation)


def test_what_was_accepted_is_a_risk_with_whoever_accepted_it() -> None:
    risks = {risk["title"]: risk for risk in results(*EVERYTHING)[PCI]["risks"]}
    assert {title: risk["status"] for title, risk in risks.items()} == {
        "Waived: RBC001": "deviation-approved",
        "Allowed: secret-data": "deviation-requested",
        "Known: GIT001": "open",
    }
    waived = risks["Waived: RBC001"]
    assert waived["statement"] == "until the move"
    assert waived["deadline"] == "2026-03-01T23:59:59Z"
    assert [one["value"] for one in waived["props"] if one["name"] == "approved-by"] == ["b", "c"]


@pytest.mark.parametrize(
    ("found", "state", "reason"),
    [((CLOSED, OPEN), "not-satisfied", "fail"), ((OPEN,), "satisfied", "pass"), ((), "not-satisfied", "other")],
)
def test_a_verification_is_about_the_management_of_keys(found: tuple[Reported, ...], state: str, reason: str) -> None:
    rule = "sealed-secret-does-not-open"
    controls = {"nist-800-53r5/SC-12": (rule,)}
    result = results(*found, command="verify", controls=controls, packs=(), rules=(rule,), silent=())[NIST]
    assert states(result) == {"SC-12": (state, reason)}
    assert [one["title"] for one in result.get("observations", ())] == [rule] * found.count(CLOSED)


def test_a_run_that_serves_no_control_lists_its_findings() -> None:
    (result,) = results(LEAK, controls={}).values()
    assert "findings" not in result
    assert len(result["observations"]) == 1


def test_two_runs_differ_only_in_their_time() -> None:
    first = text("oscal", EVERYTHING)
    later = text("oscal", EVERYTHING, RECORD._replace(started="2027-01-01T00:00:00Z", url=""))
    assert first != later
    assert first.replace(RECORD.started, "2027-01-01T00:00:00Z") == later


@pytest.mark.parametrize(
    "change", [{"commit": "f" * 40}, {"packs": ()}, {"base": ""}, {"params": {}}, {"command": "scan"}]
)
def test_another_run_has_other_identifiers(change: dict[str, Any]) -> None:
    def of_the_run(read: Any) -> set[str]:
        return {one["uuid"] for result in read["assessment-results"]["results"] for one in result["observations"]}

    assert of_the_run(document("oscal", [LEAK], RECORD._replace(controls={"ours/A": ("secret-data",)}))).isdisjoint(
        of_the_run(document("oscal", [LEAK], RECORD._replace(controls={"ours/A": ("secret-data",)}, **change)))
    )


@pytest.mark.parametrize("count", [3_000, 30_000])
def test_a_file_stays_small_and_says_what_it_leaves_out(count: int) -> None:
    found = [
        LEAK._replace(
            location=Location(
                f"clusters/production/team-{number % 97}/db.yaml", Position(number + 1, 3), Position(1, 4)
            ),
            field=f"data.password-{number}",
        )
        for number in range(count)
    ]
    written = text("oscal", [*found, WAIVED])
    assert len(written) < 10_000_000
    read = json.loads(written)["assessment-results"]
    for result in read["results"]:
        total = sum(int(prop(result, name)) for name in ("new", "known", "waived"))
        left_out = int(prop(result, "observations-left-out"))
        assert len(result.get("observations", ())) + left_out == total
        assert (f"{left_out:,} observations left out" in result["remarks"]) is bool(left_out)
    assert (count == 30_000) is any(int(prop(result, "observations-left-out")) for result in read["results"])
    against = next(one for one in read["results"][-1]["findings"] if prop(one, "control") == "8.6.2")
    assert prop(against, "new") == str(count)


def test_thousands_of_reasons_are_not_thousands_of_risks() -> None:
    found = [ALLOWED._replace(reason=f"{number} " + "x" * 5000, field=f"data.{number}") for number in range(1_000)]
    result = results(*found)[PCI]
    assert len(result["risks"]) + int(prop(result, "risks-left-out")) == 1_000
    assert len(json.dumps(result["risks"])) < 1_000_000


@pytest.mark.parametrize(
    ("framework", "control", "identifier"),
    [
        ("nist-800-53r5", "AC-6", "ac-6"),
        ("nist-800-53r5", "SC-28(1)", "sc-28.1"),
        ("nist-800-53r5", "AC-3(15)", "ac-3.15"),
        ("pci-dss-4.0.1", "8.6.2", "pci-8.6.2"),
        ("csf-2.0", "PR.DS-01", "PR.DS-01"),
        ("cis-eks", "4.4.1", "cis-eks-4.4.1"),
        ("1st", "1 (a)", "_1st-1__a_"),
    ],
)
def test_controls_have_names_that_are_tokens(framework: str, control: str, identifier: str) -> None:
    assert control_id(framework, control) == identifier


def test_names_that_are_no_text_are_written_as_text() -> None:
    name = b"caf\xe9\n<b>.yaml".decode("utf-8", "surrogateescape")
    found = LEAK._replace(location=LEAK.location._replace(path=name), message=f"in {name}", field=name)
    written = text("oscal", [found], RECORD._replace(repository=name, partial=True, files={name: "1" * 64}))
    assert_assessment_results(json.loads(written))
    written.encode("utf-8")


def test_the_document_is_what_it_was(golden: Callable[[Path, str], None]) -> None:
    golden(GOLDEN, text("oscal", EVERYTHING))
