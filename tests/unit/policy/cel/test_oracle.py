"""The same expressions by Google's implementation: no value, and no error, may differ."""

from __future__ import annotations

import importlib.util
import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from support import NO_SHARED_DATA, OTHER_PLATFORM
from unit.policy.cel.test_blame import RULES

from sealwright.policy.cel.environment import Environment
from sealwright.policy.cel.errors import EvaluationError
from sealwright.policy.cel.parser import parse
from sealwright.policy.cel.program import Program
from sealwright.policy.cel.types import DYN

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("cel_expr_python") is None,
    reason=f"{OTHER_PLATFORM}: cel-expr-python is not installed",
)

DOCUMENT = {"a": 1, "s": "text", "b": True, "l": [1, 2, 3], "m": {"k": "v", "deep": {"n": 5}}, "e": [], "f": 1.5}
OPERANDS = [
    "object.a",
    "object.s",
    "object.b",
    "object.l",
    "object.m",
    "object.gone",
    "1",
    "2u",
    "1.0",
    "'text'",
    "true",
]
BINARY = ["==", "!=", "<", ">=", "&&", "||", "+", "-", "in"]
FORMS = [
    "{0}.all(i, i > 1)",
    "{0}.exists(i, i == 2)",
    "{0}.exists_one(i, i == 2)",
    "size({0}.filter(i, i != 2))",
    "size({0}.map(i, i))",
    "size({0})",
    "has({0}.k)",
    "has({0}.deep.n)",
    "{0}.deep.n",
    "{0}[0]",
    "{0}['k']",
    "{0} ? 1 : 2",
    "!{0}",
    "-{0}",
    "{0}.?k.orValue('none')",
    "{0}[?'k'].hasValue()",
    "{0}.startsWith('te')",
    "{0}.matches('^t.*t$')",
    "string({0})",
    "int({0})",
    "type({0}) == int",
    "[{0}, 1].exists(i, i == 1)",
    "{0} in [1, 'text', true]",
    "cel.bind(v, {0}, v == v)",
]
SCALARS = ("object.s", "object.a", "object.b", "1", "2u", "1.0", "'text'", "true")
"""Scalars have no fields: an error to a presence test there, absent for the API server."""
GO_DIFFERS = ("int(object.b)", "int(true)", "object.l in object.m", "object.m in object.m")
"""As cel-go has it, which the API server uses: no int of a bool, and what cannot be a key is in no map."""
PRESENCE = ("has({0}.k)", "has({0}.deep.n)", "{0}.?k.orValue('none')", "{0}[?'k'].hasValue()")


def expressions() -> list[str]:
    unary = [
        form.format(operand)
        for form in FORMS
        for operand in OPERANDS
        if not (form in PRESENCE and operand in SCALARS) and not (operand[0].isdigit() and "{0}." in form)
    ]
    binary = [" ".join(parts) for parts in itertools.product(OPERANDS, BINARY, OPERANDS)]
    return [text for text in unary + binary if text not in GO_DIFFERS]


def theirs(tasks: list[tuple[str, Any]]) -> list[list[Any]]:
    program = [sys.executable, str(Path(__file__).with_name("oracle_cel.py"))]
    lines = "".join(json.dumps(task) + "\n" for task in tasks)
    run = subprocess.run(program, input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def ours(text: str, document: Any) -> list[Any]:
    try:
        value = Program(parse(text), Environment({"object": DYN}), DYN).evaluate({"object": document})
    except EvaluationError:
        return ["error"]
    name = {bool: "BOOL", int: "INT", str: "STRING"}.get(type(value))
    return ["value", name, value] if name else ["value", None, None]


def differences(tasks: list[tuple[str, Any]]) -> list[Any]:
    found = []
    for (text, document), their in zip(tasks, theirs(tasks), strict=True):
        if their != ["refused"]:
            our = ours(text, document)
            if our != their and not (our == ["value", None, None] and their[0] == "value"):
                found.append((text, our, their))
    return found


def test_operators_and_macros_over_all_types() -> None:
    tasks = [(text, DOCUMENT) for text in expressions()]
    assert len(tasks) > 1_000
    assert differences(tasks) == []


def test_rules_over_all_fixtures() -> None:
    if not RULES.exists():
        pytest.skip(NO_SHARED_DATA)
    reference = json.loads(RULES.read_text(encoding="utf-8"))
    rules = reference["rules"]
    tasks = [
        (written(rule["cel"], reference["variables"]), yaml.safe_load(fixture))
        for rule, other in itertools.product(rules, rules)
        if set(rule["kinds"]) & set(other["kinds"])
        for fixture in (other["pass"][0], *other["fail"])
    ]
    assert len(tasks) > 1_000
    assert differences(tasks) == []


def written(text: str, variables: dict[str, str]) -> str:
    """The rule with the shared expressions written out."""
    for _ in range(2):
        for name, definition in variables.items():
            text = text.replace(f"variables.{name}", f"({definition})")
    return text
