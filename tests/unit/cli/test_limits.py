"""What fails a run: severity, confidence and status together, whatever the format."""

from __future__ import annotations

import io
import json
import sys

import pytest

from sealwright.cli.outputs import Limits, Outputs, report
from sealwright.errors import ExitCode
from sealwright.finding import Confidence, Finding, Location, Position, Problem, Severity, Status
from sealwright.report.base import Style
from sealwright.report.registry import FORMATS
from sealwright.run.results import FileDone, Result

CERTAIN, LIKELY, POSSIBLE = Confidence
WHERE = Location("a.yaml", Position(1, 1), Position(1, 4))


def finding(severity: Severity, confidence: Confidence, status: Status = Status.NEW) -> Finding:
    return Finding("secret-data", severity, confidence, WHERE, "Secret x keeps `a` in clear", status=status)


def run(
    monkeypatch: pytest.MonkeyPatch, *results: Result, limits: Limits, format_name: str = "text"
) -> tuple[ExitCode, str]:
    monkeypatch.setattr(sys, "stdout", out := io.StringIO())
    with Outputs(format_name, (), Style()) as outputs:
        code = report([*results, FileDone("a.yaml", 1)], outputs, limits, closing=lambda: ["the last line"])
    return code, out.getvalue()


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("threshold", Confidence)
@pytest.mark.parametrize("confidence", Confidence)
@pytest.mark.parametrize("severity", Severity)
def test_a_finding_fails_where_it_is_severe_and_sure_enough(
    severity: Severity, confidence: Confidence, threshold: Confidence, format_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = Limits(Severity.MEDIUM, threshold)
    sure = confidence in {CERTAIN: {CERTAIN}, LIKELY: {CERTAIN, LIKELY}, POSSIBLE: set(Confidence)}[threshold]
    expected = ExitCode.FINDINGS if sure and severity >= Severity.MEDIUM else ExitCode.CLEAN
    assert run(monkeypatch, finding(severity, confidence), limits=limits, format_name=format_name)[0] is expected
    problem = Problem("b.yaml", "unreadable")
    code, _ = run(monkeypatch, finding(severity, confidence), problem, limits=limits, format_name=format_name)
    assert code is ExitCode.INCOMPLETE


@pytest.mark.parametrize("status", [Status.KNOWN, Status.WAIVED])
def test_what_is_settled_never_fails(status: Status, monkeypatch: pytest.MonkeyPatch) -> None:
    settled = finding(Severity.CRITICAL, CERTAIN, status)
    assert run(monkeypatch, settled, limits=Limits(Severity.INFO, POSSIBLE))[0] is ExitCode.CLEAN


DEFAULT = Limits(Severity.LOW, LIKELY)
HIGH = Severity.HIGH


@pytest.mark.parametrize(
    ("results", "said", "unsaid"),
    [
        ([], "the last line", "No plaintext"),
        ([finding(HIGH, CERTAIN)], "1 value in clear in 1 of 1 file. Nothing was changed.", "possible"),
        (
            [finding(HIGH, CERTAIN), finding(HIGH, POSSIBLE)],
            "2 values in clear in 1 of 1 file, 1 of them possible only. Nothing was changed.",
            "enough",
        ),
        (
            [finding(HIGH, POSSIBLE)],
            "1 possible value in clear in 1 of 1 file: not sure enough to fail (see --confidence-threshold).",
            "Nothing was changed",
        ),
        ([finding(Severity.INFO, POSSIBLE)], "info (possible)", "1 possible value"),
        ([finding(HIGH, CERTAIN, Status.KNOWN)], "No new plaintext secret found in 1 file. 1 known.", "secret-data"),
        ([finding(HIGH, CERTAIN, Status.WAIVED)], "secret-data  waived", "known"),
        (
            [finding(HIGH, CERTAIN), finding(HIGH, CERTAIN, Status.KNOWN), finding(HIGH, CERTAIN, Status.WAIVED)],
            "1 value in clear in 1 of 1 file. Nothing was changed. 1 allowed. 1 known.",
            "No new",
        ),
    ],
)
def test_the_closing_lines(results: list[Finding], said: str, unsaid: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _, text = run(monkeypatch, *results, limits=DEFAULT)
    assert said in text
    assert unsaid not in text
    assert text.endswith("the last line\n")


def test_only_what_is_new_and_unsure_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    results = [finding(HIGH, confidence) for confidence in Confidence]
    _, text = run(monkeypatch, *results, limits=DEFAULT)
    assert [line.split("  ")[3:5] for line in text.splitlines()[1:4]] == [
        ["high", ""],
        ["high", ""],
        ["high (possible)", "Secret x keeps `a` in clear"],
    ]
    assert "(possible)" not in run(monkeypatch, finding(HIGH, POSSIBLE, Status.WAIVED), limits=DEFAULT)[1]


def test_other_formats_have_no_closing_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    _, text = run(monkeypatch, finding(HIGH, POSSIBLE), limits=DEFAULT, format_name="json")
    assert json.loads(text)["findings"][0]["confidence"] == "possible"
    assert "the last line" not in text
