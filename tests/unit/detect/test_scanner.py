"""One file through all detectors: problems, hostile files, and that no value leaks into what is reported."""

# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable

import pytest
from unit.detect.scans import PARSERS, b64, growth, scan

from sealwright.gate.allowance import apply_allowances
from sealwright.manifest.source import decode

HEAD = "kind: Secret\nstringData:\n"


@pytest.mark.parametrize("libyaml", PARSERS)
@pytest.mark.parametrize(
    ("content", "path", "problems"),
    [
        ("a: b: c\n", "a.yaml", 1),
        ("a: b: c\n", "a.txt", 0),
        ("a: b: c\n", "a.yaml.tmpl", 1),
        (f"{HEAD}  a: x\n---\na: b: c\n", "a.yaml", 1),
        ("a: {{ .b }}\n", "a.yaml", 0),
        ('{"a": 1, // comment\n}', "settings.json", 0),
        (b"a: \xff\n", "a.yaml", 1),
        (b"a: \xff\n", "a.txt", 0),
        ("", "a.yaml", 0),
    ],
)
def test_problems(content: str | bytes, path: str, problems: int, libyaml: bool) -> None:
    assert len(scan(content, path, libyaml=libyaml).problems) == problems or path.endswith(".tmpl")


CANARY = "c4nAry7vAlue9"
ENCODED = b64(CANARY)
KEY = f"-----BEGIN PRIVATE KEY-----\n{CANARY * 4}\n-----END PRIVATE KEY-----\n"
AS_JSON = json.dumps({"kind": "Secret", "stringData": {"a": CANARY}})
META = "sops: {mac: x}\n"
POSITIONS = {
    "value": f"{HEAD}  a: {CANARY}\n",
    "base64": f"kind: Secret\ndata: {{a: {ENCODED}}}\n",
    "block": f"{HEAD}  a: |\n    {CANARY}\n",
    "list": f"{HEAD}  a: [{CANARY}]\n",
    "map": f"{HEAD}  a: {{b: {CANARY}}}\n",
    "no key": f"kind: Secret\nstringData: {CANARY}\n",
    "glued to its key": f"kind: Secret\nstringData: {{password:{CANARY}}}\n",
    "glued to its key, block": f"{HEAD}  password:{CANARY}\n",
    "assigned": f"{HEAD}  password={CANARY}: \n",
    "key of a map": f"{HEAD}  a: {{'{CANARY} x': y}}\n",
    "complex key": f"{HEAD}  ? [{CANARY}]\n  : {CANARY}\n",
    "alias": f"{HEAD}  a: &{CANARY} {CANARY}\n  b: *{CANARY}\n",
    "alias without anchor": f"{HEAD}  a: *{CANARY}\n",
    "tag": f"{HEAD}  a: !{CANARY} {CANARY}\n",
    "undeclared tag": f"{HEAD}  a: !x!{CANARY} {CANARY}\n",
    "broken": f"{HEAD}  a: {CANARY}: {CANARY}\n",
    "broken quote": f'{HEAD}  a: "{CANARY}\n',
    "broken flow": f"{HEAD}  a: {{{CANARY}\n",
    "bad escape": f'{HEAD}  a: "\\q{CANARY}"\n',
    "percent": f"{HEAD}  a: %{CANARY}\n",
    "template": f'{HEAD}  a: "{CANARY}{{{{ .b }}}}"\n  {{{{ if }}}}\n',
    "sops": f"{HEAD}  a: {CANARY}\n{META}",
    "sops, another kind": f"kind: X\nspec: {{a: {CANARY}}}\n{META}",
    "sops, pattern": f"kind: X\nspec: {{a: b}}\nsops: {{mac: x, encrypted_regex: '({CANARY}'}}\n",
    "pem": KEY,
    "pem in base64": b64(KEY),
    "annotation": f"kind: X\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: '{AS_JSON}'\n",
    "embedded": f"kind: ConfigMap\ndata:\n  a: |\n    kind: Secret\n    stringData: {{a: {CANARY}}}\n",
    "embedded and broken": f"kind: ConfigMap\ndata:\n  a: |\n    kind: Secret\n    stringData: {{a: {CANARY}\n",
    "embedded in base64": f"kind: ConfigMap\ndata: {{a: {b64(AS_JSON)}}}\n",
    "looks like an allowance": f"{HEAD}  a: 'x # sealwright: allow[{CANARY}] {CANARY}'\n",
}  # fmt: skip


@pytest.mark.parametrize("libyaml", PARSERS)
@pytest.mark.parametrize("content", POSITIONS.values(), ids=POSITIONS)
def test_no_value_is_repeated(content: str, libyaml: bool) -> None:
    source = decode("a.yaml", content.encode())
    result = scan(content.encode(), "a.yaml", libyaml=libyaml)
    findings = apply_allowances(source, result.findings)
    said = "".join(map(repr, [*findings, *result.problems, *(finding.fingerprint for finding in findings)]))
    assert result.findings or result.problems or "pattern" in content or "encrypted_regex" in content
    for leak in (CANARY, CANARY.lower(), ENCODED.rstrip("="), base64.b16encode(CANARY.encode()).decode()):
        assert leak not in said


HOSTILE = {
    "keys": lambda size: HEAD + "".join(f"  k{index}: x\n" for index in range(size)),
    "placeholders": lambda size: HEAD + "".join(f"  k{index}: CHANGEME\n" for index in range(size)),
    "a long key above many": lambda size: (
        f"kind: X\n{'k' * size}:\n" + "".join(f"  k{i}: Secret\n" for i in range(size))
    ),
    "Secrets below a long key": lambda size: (
        f"kind: X\n{'k' * size}:\n" + "- {kind: Secret, stringData: {a: x}}\n" * size
    ),
    "documents": lambda size: f"---\n{HEAD}  a: x\n" * (size // 4),
    "one large value": lambda size: f"kind: Secret\ndata: {{a: {'QUJD' * (size * 20)}}}\n",
    "embedded": lambda size: (
        "kind: ConfigMap\ndata:\n"
        + "".join(f"  f{i}: '{{kind: Secret, stringData: {{a: x}}}}'\n" for i in range(size // 4))
    ),
    "brackets": lambda size: "kind: Secret\nstringData: " + "[" * size,
    "broken lines": lambda size: f"{HEAD}a: b: c\n" + "  a: {\n" * size,
}


@pytest.mark.parametrize("shape", HOSTILE.values(), ids=HOSTILE)
def test_time_grows_with_the_length(shape: object) -> None:
    def work(size: int) -> Callable[[], object]:
        text = shape(size).encode()  # type: ignore[operator]
        return lambda: scan(text)

    assert growth(work, 1_000) < 9


def values(count: int) -> str:
    return ", ".join(f"k{index}: x" for index in range(count))


BOMBS = {
    "one map in many Secrets": f"a: &m {{{values(1000)}}}\nkind: List\nitems:\n"
    + "- {kind: Secret, stringData: *m}\n" * 1000,
    "placeholders in many Secrets": (
        f"a: &m {{{values(1000).replace('x', 'changeme')}}}\nkind: List\nitems:\n"
        + "- {kind: Secret, stringData: *m}\n" * 1000
    ),
    "merged into many": (
        f"a: &m {{{values(1000)}}}\nkind: List\nitems:\n" + "- {kind: Secret, stringData: {<<: *m, z: y}}\n" * 1000
    ),
    "gzip": "kind: ConfigMap\nbinaryData:\n"
    + "".join(f"  f{i}: {b64(gzip.compress(b' ' * 4_000_000, mtime=0))}\n" for i in range(20)),
}


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS)
def test_what_expands_without_end_is_a_problem(content: str) -> None:
    result = scan(content.encode())
    assert any(
        problem.message.endswith(("not all of it was checked", "expand to too much")) for problem in result.problems
    )
    assert len(result.findings) <= len(content) + 10_000


def test_json_below_a_comment_is_broken_and_searched_all_the_same() -> None:
    """For YAML both lines are one plain text, which would pass for a document without anything in it."""
    text = '// exported\n{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"stringData":{"p":"hunter2"}}\n'
    result = scan(text, "a.json")
    assert [finding.field for finding in result.findings] == ["stringData.p"]
    assert "JSON has no comments" in result.problems[0].message
