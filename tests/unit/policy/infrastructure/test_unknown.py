"""What expressions make of a value that nobody knows: nothing, unless the rest of the expression decides."""

from __future__ import annotations

import pytest

from sealwright.policy.cel.environment import Environment
from sealwright.policy.cel.errors import UnknownValue
from sealwright.policy.cel.program import compile_expression
from sealwright.policy.cel.types import DYN
from sealwright.policy.infrastructure.unknown import UNKNOWN, has_unknown

OBJECT = {"spec": {"u": UNKNOWN, "k": True, "l": ["a", UNKNOWN], "t": "${aws_kms_key.a.arn}"}}


def evaluate(expression: str) -> object:
    """The value of an expression over the object above."""
    return compile_expression(expression, Environment({"object": DYN})).evaluate({"object": OBJECT})


@pytest.mark.parametrize(
    "expression",
    [
        "object.spec.u",
        "object.spec.u == true",
        "object.spec.u != ''",
        "object.spec.u == null",
        "object.spec.?u.orValue(false) == true",
        "object.spec.?u.orValue('') != ''",
        "object.spec.u in ['a', 'b']",
        "'a' in object.spec.u",
        "object.spec.u.x == 1",
        "object.spec.u[0] == 1",
        "object.spec.?u.?x.orValue('') == ''",
        "object.spec.u.exists(x, x == 1)",
        "object.spec.u.all(x, x == 1)",
        "size(object.spec.u) > 0",
        "string(object.spec.u) == 'true'",
        "int(object.spec.u) > 3",
        "object.spec.u > 3",
        "object.spec.u.matches('x')",
        "object.spec.u.startsWith('x')",
        "type(object.spec.u) == list",
        "!object.spec.u",
        "object.spec.u ? true : false",
        "object.spec.u && object.spec.k",
        "object.spec.u || false",
        "object.spec.l.exists(x, x == 'b')",
        "object.spec.l.all(x, x == 'a')",
        "[object.spec.u] == [true]",
        "'b' in object.spec.l",
    ],
)
def test_it_is_recognised_whatever_is_asked_of_it(expression: str) -> None:
    try:
        result = evaluate(expression)
    except UnknownValue:
        return
    assert result is UNKNOWN


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("object.spec.u == true || object.spec.k", True),
        ("object.spec.u == 1 && false", False),
        ("object.spec.l.exists(x, x == 'a')", True),
        ("object.spec.l.all(x, x == 'b')", False),
        ("has(object.spec.u)", True),
        ("object.spec.t.startsWith('${')", True),
    ],
)
def test_it_is_absorbed_where_the_rest_decides(expression: str, expected: bool) -> None:
    assert evaluate(expression) is expected


def test_for_python_it_is_nothing_that_code_looks_for() -> None:
    assert not isinstance(UNKNOWN, (dict, list, str))
    assert repr(UNKNOWN) == "UNKNOWN"
    assert has_unknown(OBJECT)
    assert not has_unknown({"a": ["b", {"c": None}]})
