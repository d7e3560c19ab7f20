"""Inline allowances: what does not count, then what does."""
# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from unit.detect.scans import growth

from sealwright.detect.scanner import scan_source
from sealwright.finding import Finding, Status
from sealwright.gate.allowance import REASONLESS_RULE, UNUSED_RULE, allowances, apply_allowances
from sealwright.manifest.source import Source

RULE = "secret-string-data"
ALLOW = f"# sealwright: allow[{RULE}] a test fixture"
HEAD = "kind: Secret\nstringData:\n"


def judged(text: str, path: str = "a.yaml") -> list[Finding]:
    source = Source(path, text)
    return apply_allowances(source, scan_source(source).findings)


def statuses(text: str, path: str = "a.yaml") -> dict[str, Status]:
    return {finding.field: finding.status for finding in judged(text, path) if finding.rule == RULE}


def complaints(text: str, path: str = "a.yaml") -> list[str]:
    return [finding.rule for finding in judged(text, path) if finding.rule != RULE]


NOT_COUNTED = {
    "wrong rule": (f"{HEAD}  a: x # sealwright: allow[secret-data] why\n", [UNUSED_RULE]),
    "no rule": (f"{HEAD}  a: x # sealwright: allow[] why\n", [UNUSED_RULE]),
    "no reason": (f"{HEAD}  a: x # sealwright: allow[{RULE}]\n", [REASONLESS_RULE]),
    "blank reason": (f"{HEAD}  a: x # sealwright: allow[{RULE}]  \t\n", [REASONLESS_RULE]),
    "after the previous value": (f"kind: Secret {ALLOW}\nstringData: {{a: x}}\n", [UNUSED_RULE]),
    "below": (f"{HEAD}  a: x\n  {ALLOW}\n", [UNUSED_RULE]),
    "a blank line between": (f"{HEAD}  {ALLOW}\n\n  a: x\n", [UNUSED_RULE]),
    "inside the plain value": (f"{HEAD}  a: x{ALLOW}\n", []),
    "inside quotes": (f'{HEAD}  a: "x {ALLOW}"\n', []),
    "inside single quotes": (f"{HEAD}  a: 'it''s {ALLOW}'\n", []),
    "inside the block": (f"{HEAD}  a: |\n    x {ALLOW}\n    {ALLOW}\n", []),
    "inside quotes over lines": (f'{HEAD}  a: "x\n    {ALLOW}\n    y"\n', []),
    "in another value of the line": (f"{HEAD[:-1]} {{b: 'changeme {ALLOW}', a: x}}\n", []),
    "in a string of JSON": (json.dumps({"kind": "Secret", "note": f"x {ALLOW}", "stringData": {"a": "x"}}), []),
    "another word": (f"{HEAD}  a: x # sealwright: allow {RULE} why\n", []),
}


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("text", "expected"), NOT_COUNTED.values(), ids=NOT_COUNTED)
def test_does_not_count(text: str, expected: list[str], ends: str) -> None:
    text = text.replace("\n", ends)
    assert set(statuses(text).values()) == {Status.NEW}
    assert complaints(text) == expected


COUNTED = {
    "on the line": f"{HEAD}  a: x {ALLOW}\n",
    "on the line above": f"{HEAD}  {ALLOW}\n  a: x\n",
    "above, not indented": f"{HEAD}{ALLOW}\n  a: x\n",
    "above, with other comments": f"{HEAD}  {ALLOW}\n  # more\n  #\n  a: x\n",
    "above another rule's": f"{HEAD}  {ALLOW}\n  # sealwright: allow[{RULE}] twice\n  a: x\n",
    "several rules": f"{HEAD}  a: x # sealwright: allow[secret-data, {RULE}] why\n",
    "without blanks": f"{HEAD}  a: x #sealwright:allow[{RULE}]why\n",
    "on the header of a block": f"{HEAD}  a: | {ALLOW}\n    x\n",
    "on a folded block": f"{HEAD}  a: >- {ALLOW}\n    x\n",
    "after quotes": f'{HEAD}  a: "x # y" {ALLOW}\n',
    "after an apostrophe": f"{HEAD}  a: it's {ALLOW}\n",
    "after an inch": f'{HEAD}  a: 5" {ALLOW}\n',
    "after a line separator": f"# \u2028\u2029\x85\x0b\x0c\x1c\n{HEAD}  {ALLOW}\n  a: x\n",
    "on the first line": f"{ALLOW}\n{{kind: Secret, stringData: {{a: x}}}}\n",
}


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("text", COUNTED.values(), ids=COUNTED)
def test_counts(text: str, ends: str) -> None:
    text = text.replace("\n", ends)
    assert statuses(text) == {"stringData.a": Status.WAIVED}
    assert complaints(text) == []


def test_two_slashes_begin_a_comment_too() -> None:
    """As in JSON with comments, and in code that holds manifests."""
    (allowance,) = allowances(Source("a.json", f'// sealwright: allow[{RULE}] why\n"a": "x"'))
    assert (allowance.rules, allowance.reason, allowance.line) == (frozenset({RULE}), "why", 2)


def test_only_its_own_line() -> None:
    text = f"{HEAD}  a: x\n  b: x {ALLOW}\n  c: x\n"
    assert statuses(text) == {
        "stringData.a": Status.NEW,
        "stringData.b": Status.WAIVED,
        "stringData.c": Status.NEW,
    }


def test_the_reason_is_kept() -> None:
    (finding,) = judged(f"{HEAD}  a: x {ALLOW}\n")
    assert finding.reason == "a test fixture"


def test_a_complaint_repeats_names_of_rules_only() -> None:
    text = "a: b # sealwright: allow[hunter2, secret-data, S3CR3T] hunter2\n"
    (complaint,) = judged(text)
    assert "secret-data" in complaint.message
    assert "hunter2" not in repr(complaint)
    assert "S3CR3T" not in repr(complaint)


def test_inside_nested_text() -> None:
    text = "kind: ConfigMap\ndata:\n  f: |\n    kind: Secret\n    stringData:\n      a: x # sealwright: allow[embedded-manifest] why\n"
    assert [finding.status for finding in judged(text)] == [Status.WAIVED]


SHAPES: dict[str, Callable[[int], str]] = {
    "on every line": lambda size: HEAD + "".join(f"  k{index}: x {ALLOW}\n" for index in range(size)),
    "stacked comments": lambda size: HEAD + f"  {ALLOW}\n" * size + "  a: x\n",
    "one line": lambda size: HEAD + "  a: x " + f"{ALLOW} " * size + "\n",
    "quotes": lambda size: HEAD + "  a: " + "'" * size + f' " {ALLOW}\n' + f"  b: {' ' + chr(34) * 2 * size} {ALLOW}\n",
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_time_grows_with_the_length(shape: Callable[[int], str]) -> None:
    def work(size: int) -> Callable[[], object]:
        source = Source("a.yaml", shape(size))
        findings = scan_source(source).findings
        return lambda: apply_allowances(source, findings)

    assert growth(work, 1000) < 9
