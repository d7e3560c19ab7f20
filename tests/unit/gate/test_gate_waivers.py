"""Waivers as the gate takes them: by object and fingerprint, for a time, with approvals."""

from __future__ import annotations

import pytest

from sealwright.config import Config, parse_config
from sealwright.finding import Confidence, Finding, Location, Position, ResourceRef, Severity, Status
from sealwright.gate.rule_names import unknown_packs, unknown_params, unknown_rules
from sealwright.gate.waiver import EXPIRED_RULE, INVALID, REFUSED_RULE, UNUSED_RULE, Waivers

TODAY = "2026-06-15"
HERE = Location("apps/shop/api.yaml", Position(9, 5), Position(9, 12))
API = ResourceRef("apps/v1", "Deployment", "shop", "api-server")
FINDING = Finding("WRK001", Severity.HIGH, Confidence.CERTAIN, HERE, "it is so", API, "spec.containers[name=a].env")
NOWHERE = FINDING._replace(resource=ResourceRef())
LIMITS = "{maximum-days: {high: 90, critical: 30}, approvals: {critical: 2, high: 1}}"
WHO = "reason: why, owner: team-shop"
AGREED = "approved-by: [ann, bob]"


def read(waiver: str, limits: str = "{}") -> Config:
    return parse_config(f"policy: {{waivers: {limits}}}\nwaivers:\n- {{{waiver}, {WHO}}}\n".encode(), "c.yaml")


def waived(waiver: str, finding: Finding = FINDING, limits: str = "{}") -> tuple[Finding, list[Finding]]:
    """The finding after the waiver, and what is said of the waiver when all was seen."""
    config = read(waiver, limits)
    waivers = Waivers(config.waivers, "c.yaml", TODAY, config.policy.waivers)
    return waivers.apply(finding), list(waivers.complaints(complete=True))


NOT_COVERED = {
    "another rule of the list": "rule: [WRK002, ESO001], path: apps/**",
    "another path": "rule: WRK001, path: clusters/**",
    "another kind": "rule: WRK001, resource: {kind: StatefulSet}",
    "the kind in lower case": "rule: WRK001, resource: {kind: deployment}",
    "a part of the name": "rule: WRK001, resource: {name: api}",
    "another namespace": "rule: WRK001, resource: {namespace: 'shop-*', name: 'api-*'}",
    "the path, but another object": "rule: WRK001, path: apps/**, resource: {name: web}",
    "the object, but another path": "rule: WRK001, path: docs/**, resource: {name: api-server}",
    "another fingerprint": f"rule: WRK001, path: apps/**, fingerprint: {'a' * 32}",
}


@pytest.mark.parametrize("text", NOT_COVERED.values(), ids=NOT_COVERED)
def test_not_covered(text: str) -> None:
    finding, complaints = waived(text)
    assert finding == FINDING
    assert {complaint.rule for complaint in complaints} == {UNUSED_RULE}


def test_what_is_about_no_object_is_not_selected() -> None:
    assert waived("rule: WRK001, resource: {namespace: '*', name: '*'}", NOWHERE)[0].status is Status.NEW


COVERED = {
    "a rule of the list": "rule: [WRK002, WRK001], path: apps/**",
    "the object": "rule: WRK001, resource: {kind: Deployment, namespace: shop, name: api-server}",
    "by patterns": "rule: WRK001, resource: {kind: 'Deploy*', name: 'api-[rs]erver'}",
    "any namespace": "rule: WRK001, resource: {namespace: '*'}",
    "path and object": "rule: WRK001, path: '*.yaml', resource: {name: 'api-*'}",
    "the finding": f"rule: WRK001, fingerprint: {FINDING.fingerprint}",
    "the finding among others": f"rule: WRK001, fingerprint: [{'a' * 32}, {FINDING.fingerprint}]",
    "dates and approvals that nobody asks for": f"rule: WRK001, path: apps, created: 2001-01-01, {AGREED}",
}


@pytest.mark.parametrize("text", COVERED.values(), ids=COVERED)
def test_covered(text: str) -> None:
    finding, complaints = waived(text)
    assert (finding.status, finding.reason) == (Status.WAIVED, "why")
    assert [complaint.rule for complaint in complaints if complaint.rule in INVALID] == []


def test_each_rule_of_a_list_is_needed_by_itself() -> None:
    _, [complaint] = waived("rule: [WRK001, WRK002], path: apps/**")
    assert (complaint.rule, complaint.location.start) == (UNUSED_RULE, (3, 19))
    assert complaint.message == "this waiver of WRK002 covers nothing: delete it"


REFUSED = {
    "no approvals": ("created: 2026-05-01, expires: 2026-07-01", 3, "has 0 of the 1 approvals that high needs"),
    "its owner's approval": (
        "approved-by: [Team-Shop], created: 2026-05-01, expires: 2026-07-01",
        3,
        "has 0 of the 1 approvals",
    ),
    "the same person twice": (
        "approved-by: [ann, Ann], created: 2026-06-01, expires: 2026-06-20",
        4,
        "has 1 of the 2 approvals that critical needs",
    ),
    "a day too long": (
        f"{AGREED}, created: 2026-05-01, expires: 2026-07-31",
        3,
        "lasts 91 days, and may last 90 days for what is high",
    ),
    "too long for what is critical": (
        f"{AGREED}, created: 2026-05-01, expires: 2026-07-01",
        4,
        "lasts 61 days, and may last 30 days for what is critical",
    ),
    "no end": (f"{AGREED}, created: 2026-05-01", 3, "does not say when it ends (`expires`), and may last 90 days"),
    "no beginning": (f"{AGREED}, expires: 2026-07-01", 3, "does not say when it began (`created`)"),
    "a beginning in the future": (
        f"{AGREED}, created: 2026-06-16, expires: 2026-07-01",
        3,
        "is dated 2026-06-16, which is yet to come",
    ),
}


@pytest.mark.parametrize(("text", "severity", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_as_the_policy_asks_does_not_count(text: str, severity: int, reason: str) -> None:
    finding, [complaint] = waived(
        f"rule: WRK001, path: apps/**, {text}", FINDING._replace(severity=Severity(severity)), LIMITS
    )
    assert finding.status is Status.NEW
    assert finding.message.startswith(f"it is so; its waiver {reason}")
    assert (complaint.rule, complaint.severity) == (REFUSED_RULE, Severity.HIGH)
    assert complaint.message.startswith(f"this waiver of WRK001 {reason}")
    assert (complaint.location.path, complaint.location.start, complaint.location.end) == ("c.yaml", (3, 10), (3, 16))


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("", 2),
        ("approved-by: [ann], created: 2026-05-01, expires: 2026-07-30", 3),
        (f"{AGREED}, created: 2026-06-15, expires: 2026-07-15", 4),
    ],
)
def test_what_is_as_the_policy_asks_counts(text: str, severity: int) -> None:
    rest = f", {text}" if text else ""
    finding, complaints = waived(
        f"rule: WRK001, path: apps/**{rest}", FINDING._replace(severity=Severity(severity)), LIMITS
    )
    assert (finding.status, complaints) == (Status.WAIVED, [])


@pytest.mark.parametrize(("limits", "severity"), [("{}", Severity.HIGH), (LIMITS, Severity.HIGH)])
def test_an_expired_waiver_fails_the_gate_and_says_what_to_do(limits: str, severity: Severity) -> None:
    finding, [complaint] = waived(
        f"rule: WRK001, path: apps/**, {AGREED}, created: 2026-05-01, expires: 2026-06-14", limits=limits
    )
    assert finding.message == "it is so; its waiver expired on 2026-06-14"
    assert (complaint.rule, complaint.severity) == (EXPIRED_RULE, severity)
    assert complaint.message.startswith(
        "this waiver of WRK001 expired on 2026-06-14; what it covered counts again; mend"
    )


def test_a_scan_asks_for_no_more_than_before() -> None:
    config = read("rule: WRK001, path: apps/**, created: 2026-06-16", LIMITS)
    waivers = Waivers(config.waivers, "c.yaml", TODAY)
    assert waivers.apply(FINDING).status is Status.WAIVED


def test_a_good_waiver_counts_beside_a_bad_one() -> None:
    text = "waivers:\n- {rule: WRK001, path: apps, expires: 2026-01-01, %s}\n- {rule: WRK001, path: apps, %s}\n"
    config = parse_config((text % (WHO, WHO)).encode(), "c")
    waivers = Waivers(config.waivers, "c", TODAY, config.policy.waivers)
    assert waivers.apply(FINDING).status is Status.WAIVED
    assert [complaint.rule for complaint in waivers.complaints(complete=False)] == [EXPIRED_RULE]


NAMES = """\
policy:
  packs: [baseline, ./ours.yaml, policies/theirs, pci]
  params: {regions: [a], rgions: [b]}
  overrides: [{paths: [a], rules: {WRK001: off, secret-data: low, WKR001: off}}]
waivers:
- {rule: [WRK001, hunter2 x], path: a, reason: b, owner: c}
"""
RULES = {"WRK001", "WRK002", "secret-data"}


def test_names_that_there_are_not() -> None:
    config = parse_config(NAMES.encode(), "c")
    error = unknown_rules(config, RULES)
    assert error is not None
    assert (error.place, error.message, error.hint) == (
        "c:4:67",
        "there is no rule `WKR001`",
        "did you mean `WRK001`?",
    )
    error = unknown_rules(config, RULES | {"WKR001"})
    assert error is not None
    assert (error.place, error.message) == ("c:6:19", "there is no such rule")
    error = unknown_packs(config, ["baseline", "pci-dss-4.0.1", "csi"])
    assert error is not None
    assert (error.place, error.message, error.exit_code) == ("c:2:51", "there is no pack `pci`", 2)
    assert error.hint == "did you mean `pci-dss-4.0.1`?"
    error = unknown_params(config, ["regions", "rotationDays"])
    assert error is not None
    assert (error.place, error.hint) == ("c:3:26", "did you mean `regions`?")


def test_names_that_there_are() -> None:
    config = parse_config(NAMES.encode(), "c")
    assert unknown_rules(config, RULES | {"WKR001", "hunter2 x"}) is None
    assert unknown_packs(config, ["baseline", "pci"]) is None
    assert unknown_params(config, ["regions", "rgions"]) is None
    assert unknown_rules(Config(), ()) is unknown_packs(Config(), ()) is unknown_params(Config(), ()) is None


def test_a_name_in_other_letters_is_the_nearest() -> None:
    error = unknown_rules(parse_config(b"waivers: [{rule: wrk001, path: a, reason: b, owner: c}]", "c"), RULES)
    assert error is not None
    assert error.hint == "did you mean `WRK001`?"
