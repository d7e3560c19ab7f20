"""The specification's own test cases, and expressions that people run in clusters."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support import NO_SHARED_DATA, ROOT
from unit.policy.cel.conformance_values import same, value_of

from sealwright.policy.cel.checker import check
from sealwright.policy.cel.environment import Environment
from sealwright.policy.cel.errors import BudgetExceeded, EvaluationError, ExpressionError
from sealwright.policy.cel.parser import parse
from sealwright.policy.cel.program import Program
from sealwright.policy.cel.types import DYN

VECTORS = ROOT.parent / "shared" / "vectors" / "cel"

OUT_OF_SCOPE = {
    ("block_ext", "basic"): "cel.block is what optimisers write, not people; Kubernetes does not have it",
    ("dynamic", "value_null"): "messages of protocol buffers",
    ("enums", "strong_proto3"): "enums of protocol buffers",
    ("proto2", "literal_singular"): "messages of protocol buffers",
    ("namespace", "namespace"): "Kubernetes sets no container",
    ("namespace", "namespace_shadowing"): "Kubernetes sets no container",
    ("type_deduction", "functions"): "functions that the test declares itself",
    ("type_deduction", "type_parameters"): "functions that the test declares itself",
}
"""Sections that are not for rules in Kubernetes, with the reason."""

KUBERNETES_DIFFERS = {
    ("optionals", "map_null_entry_no_such_key"): "the API server does not enable errors of presence tests on scalars",
    (
        "optionals",
        "map_present_key_invalid_field",
    ): "the API server does not enable errors of presence tests on scalars",
    ("network_ext", "ipv4_not_equals_ipv6"): "Kubernetes refuses addresses that map IPv4 into IPv6",
    ("parse", "triple_single_quoted_unescaped_punctuation"): "the bytes that are expected have a backslash too many",
}
"""Cases that go by what the API server does, or that are wrong themselves."""

BAR = 0.98
HOMOGENEOUS = "what stands beside others in a list or map"
"""What the checker says of literals of several types, which Kubernetes refuses and the specification does not."""


def cases() -> list[dict[str, Any]]:
    path = VECTORS / "conformance.json"
    if not path.exists():
        pytest.skip(NO_SHARED_DATA)
    listed: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return listed


def outcome(case: dict[str, Any]) -> str:
    """'' for what the case expects, else what came instead."""
    bindings = {name: value_of(written) for name, written in case["bindings"].items()}
    environment = Environment(dict.fromkeys([*bindings, *case["type_env"]], DYN))
    expected = case["expect"]
    try:
        expression = parse(case["expr"])
        if not case["disable_check"]:
            checked(expression, environment)
        value = None if expected["kind"] == "type_only" else Program(expression, environment, DYN).evaluate(bindings)
    except (ExpressionError, EvaluationError, BudgetExceeded) as error:
        return "" if expected["kind"] == "error" else f"{type(error).__name__}: {error}"
    if expected["kind"] == "type_only" or (expected["kind"] == "value" and same(value, value_of(expected["value"]))):
        return ""
    return f"gave {value!r}"


def checked(expression: Any, environment: Environment) -> None:
    try:
        check(expression, environment)
    except ExpressionError as error:
        if HOMOGENEOUS not in error.message:
            raise


def test_cases_of_the_specification() -> None:
    ran, wrong = 0, {}
    for case in cases():
        if (case["file"], case["section"]) not in OUT_OF_SCOPE:
            ran += 1
            if instead := outcome(case):
                wrong[case["file"], case["name"]] = f"{case['expr']}: {instead}"
    assert ran > 1_300
    assert {key: text for key, text in wrong.items() if key not in KUBERNETES_DIFFERS} == {}
    assert len(wrong) <= (1 - BAR) * ran


def test_what_is_declared_out_of_scope_is_there() -> None:
    listed = cases()
    assert set(OUT_OF_SCOPE) <= {(case["file"], case["section"]) for case in listed}
    assert set(KUBERNETES_DIFFERS) <= {(case["file"], case["name"]) for case in listed}


def test_expressions_of_clusters_are_read() -> None:
    path = VECTORS / "kubernetes-expressions.json"
    if not path.exists():
        pytest.skip(NO_SHARED_DATA)
    texts = json.loads(path.read_text(encoding="utf-8"))
    assert len(texts) > 300
    for text in texts:
        parse(text)
