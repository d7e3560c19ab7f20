"""Nodes as Kubernetes reads them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sealwright.manifest.documents import read_documents
from sealwright.manifest.scalars import TooLarge
from sealwright.manifest.source import Source
from sealwright.manifest.values import value_of


def value(text: str) -> Any:
    (document,) = read_documents(Source("a.yaml", text))
    assert document.root is not None
    return value_of(document.root)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'0400'", "0400"),
        ('"yes"', "yes"),
        ("!!str 12", "12"),
        ("2020-01-01", "2020-01-01"),
        ("1.2.3", "1.2.3"),
        ("0x", "0x"),
        ("!Ref x", "x"),
        ("0400", 256),
        ("0o17", 15),
        ("0b11", 3),
        ("-0x1F", -31),
        ("1_000", 1000),
        ("089", 89),
        ("1.0", 1),
        ("1e3", 1000),
        ("1.50", 1.5),
        (".5", 0.5),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", float(2**63)),
        (".inf", math.inf),
        ("1" * 400, math.inf),
        ("-0x" + "f" * 300, -math.inf),
        ("1" * 5000, math.inf),
        ("yes", True),
        ("Off", False),
        ('!!int "5"', 5),
        ("!!binary aGk=", "hi"),
    ],
)
def test_a_scalar_means_what_go_yaml_makes_of_it(text: str, expected: Any) -> None:
    found = value(f"k: {text}\n")["k"]
    assert (type(found), found) == (type(expected), expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\na: 2\n", {"a": 2}),
        ("a:\nb: ~\nc: {d: null}\n", {"c": {}}),
        ("l: [null, 1]\n", {"l": [None, 1]}),
        ("on: 1\n1: 2\n'y': 3\n", {"true": 1, "1": 2, "y": 3}),
        ("x: &x {a: 1, b: 2}\nw: {<<: *x, a: 5}\n", {"x": {"a": 1, "b": 2}, "w": {"a": 5, "b": 2}}),
        ("x: &x {a: 1}\nw: {a: 5, <<: *x}\n", {"x": {"a": 1}, "w": {"a": 1}}),
        ("x: &x {a: 1}\nw: {<<: [*x, {a: 2, b: 3}]}\n", {"x": {"a": 1}, "w": {"a": 1, "b": 3}}),
        ("x: &x [1]\nw: *x\n", {"x": [1], "w": [1]}),
    ],
)
def test_the_last_entry_counts_and_what_has_no_value_is_not_there(text: str, expected: Any) -> None:
    assert value(text) == expected


def test_aliases_do_not_explode() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    with pytest.raises(TooLarge):
        value("\n".join(lines))
    with pytest.raises(TooLarge):
        value("a: &a [*a]\n")
