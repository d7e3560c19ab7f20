"""Waivers and overrides of the configuration: what they must not cover, then what they do."""

from __future__ import annotations

import pytest
from unit.gate.judging import baseline_of, judge, statuses

from sealwright.config import Override, Waiver, parse_config
from sealwright.finding import Finding
from sealwright.gate.judge import Scope
from sealwright.gate.source_checks import SourceChecks
from sealwright.gate.waiver import EXPIRED_RULE, UNUSED_RULE, Waivers

TODAY = "2026-06-15"
PATH = "apps/legacy/db.yaml"
SECRET = (
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {a: not-a-Real-1}\ndata: {b: bm90LWEtUmVhbC0x}\n"
)
ALLOWED = SECRET.replace("{a: not-a-Real-1}", "\n  a: not-a-Real-1 # sealwright: allow[secret-string-data] in the file")


def waivers(*texts: str) -> Waivers:
    """From `rule path [expires]`, one waiver on a line of the configuration."""
    lines = ["waivers:"]
    for text in texts:
        rule, path, *expires = text.split()
        end = f", expires: {expires[0]}" if expires else ""
        lines.append(f"- {{rule: {rule}, path: '{path}', reason: 'why {rule}', owner: me{end}}}")
    return Waivers(parse_config("\n".join(lines).encode(), "c").waivers, "c.yaml", TODAY)


def run(*texts: str, secret: str = SECRET, path: str = PATH, scope: Scope = Scope.PART) -> list[Finding]:
    return judge({path: secret}, waivers=waivers(*texts), scope=scope)[1]


NOT_COVERED = {
    "another rule": "known-token apps/**",
    "another path": "secret-string-data apps/new/**",
    "another name": "secret-string-data web.yaml",
    "the folder's content but not the file": f"secret-string-data {PATH}/x",
    "the path in capitals": "secret-string-data Apps/**",
    "a piece of the path": "secret-string-data legacy/db.yaml",
    "no path": "secret-string-data /",
    "yesterday": "secret-string-data apps/** 2026-06-14",
    "long ago": "secret-string-data apps/** 2001-01-01",
}


@pytest.mark.parametrize("text", NOT_COVERED.values(), ids=NOT_COVERED)
def test_not_covered(text: str) -> None:
    assert {finding.status.value for finding in run(text)} == {"new"}


COVERED = {
    "a folder": "secret-string-data apps/legacy",
    "everything below": "secret-string-data apps/**",
    "the file": f"secret-string-data {PATH}",
    "its name": "secret-string-data db.yaml",
    "a pattern": "secret-string-data **/*.yaml",
    "until today": "secret-string-data apps/** 2026-06-15",
    "until later": "secret-string-data apps/** 2031-01-01",
}


@pytest.mark.parametrize("text", COVERED.values(), ids=COVERED)
def test_covered(text: str) -> None:
    findings = run(text, scope=Scope.WHOLE)
    assert statuses(findings) == {"stringData.a": "waived", "data.b": "new"}
    assert [finding.reason for finding in findings] == ["why secret-string-data", ""]


def test_an_expired_waiver_hides_nothing_and_says_so() -> None:
    finding, other, complaint = run("secret-string-data apps/** 2026-01-31")
    assert finding.status.value == other.status.value == complaint.status.value == "new"
    assert finding.message.endswith("; its waiver expired on 2026-01-31")
    assert "expired" not in other.message
    assert (complaint.rule, complaint.severity.label) == (EXPIRED_RULE, "info")
    assert complaint.message.startswith("this waiver of secret-string-data expired on 2026-01-31")
    assert (complaint.location.path, complaint.location.start, complaint.location.end) == ("c.yaml", (2, 10), (2, 28))


def test_an_expired_waiver_does_not_stand_in_the_way_of_another() -> None:
    findings = run("secret-string-data apps/** 2026-01-31", "secret-string-data db.yaml")
    assert statuses(findings)["stringData.a"] == "waived"
    assert [finding.rule for finding in findings[2:]] == [EXPIRED_RULE]
    twice = run("secret-string-data apps/** 2026-01-31", "secret-string-data db.yaml 2026-02-28")
    assert twice[0].message.endswith("its waiver expired on 2026-02-28")


@pytest.mark.parametrize(
    ("text", "scope", "said"),
    [
        ("secret-data web.yaml", Scope.PART, []),
        ("secret-data web.yaml 2001-01-01", Scope.PART, []),
        ("secret-data db.yaml", Scope.WHOLE, []),
        ("secret-data web.yaml", Scope.WHOLE, [UNUSED_RULE]),
        ("secret-data web.yaml 2031-01-01", Scope.WHOLE, [UNUSED_RULE]),
        ("secret-data web.yaml 2001-01-01", Scope.WHOLE, [EXPIRED_RULE]),
    ],
)
def test_a_waiver_that_covers_nothing_is_mentioned_when_all_was_seen(text: str, scope: Scope, said: list[str]) -> None:
    assert [finding.rule for finding in run(text, scope=scope)[2:]] == said


def test_nothing_is_said_of_waivers_while_files_could_not_be_read() -> None:
    files = {PATH: SECRET, "web.yaml": None}
    _, findings = judge(files, waivers=waivers("secret-data web.yaml", "private-key x 2001-01-01"))
    assert len(findings) == 2


def test_complaints_come_in_the_order_of_the_file() -> None:
    names = ("secret-data a", "private-key b", "secret-data c")
    assert [finding.location.start.line for finding in run(*names, scope=Scope.WHOLE)[2:]] == [2, 3, 4]


def test_what_is_allowed_in_the_file_stays_allowed_and_counts_as_covered() -> None:
    findings = run("secret-string-data apps/**", secret=ALLOWED, scope=Scope.WHOLE)
    assert [(finding.status.value, finding.reason) for finding in findings[:1]] == [("waived", "in the file")]
    assert len(findings) == 2
    expired = run("secret-string-data apps/** 2026-01-31", secret=ALLOWED)
    assert "expired" not in expired[0].message


def test_a_waiver_comes_before_the_baseline() -> None:
    before = baseline_of({PATH: SECRET})
    judged, findings = judge({PATH: SECRET}, before, waivers=waivers("secret-string-data apps/**"))
    assert statuses(findings) == {"stringData.a": "waived", "data.b": "known"}
    assert judged.stale() == 0
    _, findings = judge({PATH: SECRET}, before, waivers=waivers("secret-string-data apps/** 2001-01-01"))
    assert statuses(findings[:2]) == {"stringData.a": "known", "data.b": "known"}


def overridden(overrides: str, path: str = PATH, secret: str = SECRET) -> dict[str, str]:
    """Severity by rule under `scan.overrides`."""
    parsed: tuple[Override, ...] = parse_config(f"scan: {{overrides: {overrides}}}".encode(), "c").overrides
    _, findings = judge({path: secret}, checks=SourceChecks(parsed))
    return {finding.rule: finding.severity.label for finding in findings}


HIGH = {"secret-string-data": "high", "secret-data": "high"}


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ("[]", HIGH),
        ("[{paths: [], rules: {secret-data: off}}]", HIGH),
        ("[{paths: [docs/**], rules: {secret-data: off}}]", HIGH),
        ("[{paths: [apps], rules: {}}]", HIGH),
        ("[{paths: [apps], rules: {private-key: off}}]", HIGH),
        ("[{paths: [apps], rules: {secret-data: off}}]", {"secret-string-data": "high"}),
        ("[{paths: [docs, db.yaml], rules: {secret-data: info}}]", {**HIGH, "secret-data": "info"}),
        ("[{paths: [apps], rules: {secret-data: critical, secret-string-data: 'off'}}]", {"secret-data": "critical"}),
        # The first that matches and names the rule counts; one that names others does not stand in the way.
        (
            "[{paths: [apps], rules: {secret-data: low}}, {paths: ['**'], rules: {secret-data: off}}]",
            {**HIGH, "secret-data": "low"},
        ),
        (
            "[{paths: [apps], rules: {private-key: low}}, {paths: ['**'], rules: {secret-data: medium}}]",
            {**HIGH, "secret-data": "medium"},
        ),
    ],
)
def test_overrides(overrides: str, expected: dict[str, str]) -> None:
    assert overridden(overrides) == expected


def test_an_allowance_for_a_rule_that_is_off_is_used() -> None:
    assert overridden("[{paths: [apps], rules: {secret-string-data: off}}]", secret=ALLOWED) == {"secret-data": "high"}


def test_a_waiver_is_read_as_it_is_written() -> None:
    text = b"waivers:\n- {rule: a-b, path: c, reason: ' d e ', owner: f, expires: 2026-01-31}\n"
    [waiver] = parse_config(text, "c").waivers
    assert isinstance(waiver, Waiver)
    assert (waiver.rule.name, waiver.reason, waiver.expires) == ("a-b", "d e", "2026-01-31")
