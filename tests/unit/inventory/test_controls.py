"""The roll-up: what stands against which control."""

from __future__ import annotations

from typing import Any

import pytest

from sealwright.finding import Confidence, Finding, Location, Position, Severity, Status
from sealwright.inventory.controls import controls, order
from sealwright.inventory.model import Control

WHERE = Location("a.yaml", Position(1, 1), Position(1, 2))


def finding(rule: str, status: Status = Status.NEW) -> Finding:
    return Finding(rule, Severity.HIGH, Confidence.CERTAIN, WHERE, "message", status=status)


def test_without_rules_there_are_no_controls_and_findings_of_other_rules_count_nowhere() -> None:
    assert controls([finding("OUR001")], {}) == ()
    assert controls([finding("OUR001")], {"pci/8.6.2": ("GIT001",)}) == (Control("pci", "8.6.2", ("GIT001",)),)


def test_what_is_accepted_is_counted_apart_from_what_is_new() -> None:
    found = [
        finding("GIT001"),
        finding("GIT001"),
        finding("GIT001", Status.WAIVED),
        finding("secret-data", Status.KNOWN),
        finding("GIT004", Status.WAIVED),
    ]
    rules = {"pci/8.6.2": ("secret-data", "GIT001"), "nist/IA-5(7)": ("GIT004",)}
    assert controls(iter(found), rules, {"GIT004", "ESO001"}) == (
        Control("nist", "IA-5(7)", ("GIT004",), {}, {"GIT004": 1}, ("GIT004",)),
        Control("pci", "8.6.2", ("GIT001", "secret-data"), {"GIT001": 2}, {"GIT001": 1, "secret-data": 1}),
    )


@pytest.mark.parametrize(
    ("more", "idle"),
    [
        ({}, False),
        ({"silent": ("A",)}, False),
        ({"silent": ("A", "B"), "failing": {"A": 1}}, False),
        ({"silent": ("A", "B"), "waived": {"A": 1}}, False),
        ({"silent": ("A", "B")}, True),
    ],
)
def test_a_control_is_idle_where_none_of_its_rules_had_an_object(more: dict[str, Any], idle: bool) -> None:
    assert Control("pci", "8.6.2", ("A", "B"))._replace(**more).is_idle is idle


@pytest.mark.parametrize(
    "numbers",
    [
        ["3.5.1", "3.5.1.2", "3.6.1", "8.6.2", "8.6.10", "10.2.1", "12.3.3"],
        ["AC-2(1)", "AC-3", "AC-3(15)", "AC-12", "IA-5", "IA-5(1)", "IA-5(7)"],
        ["DE.CM-03", "PR.AA-01", "PR.AA-05"],
        ["", "1", "a", "a1", "a1b"],
    ],
)
def test_controls_are_in_the_order_of_their_numbers(numbers: list[str]) -> None:
    assert sorted(sorted(numbers), key=order) == numbers
    assert [one.control for one in controls([], {f"x/{number}": ("R",) for number in reversed(numbers)})] == numbers
