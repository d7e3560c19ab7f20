"""What Kubernetes makes of a scalar, and nodes as plain values."""

from __future__ import annotations

import pytest

from sealwright.manifest.compose import compose
from sealwright.manifest.nodes import Mapping, Scalar
from sealwright.manifest.scalars import TooLarge, kind_of, plain_scalar, to_plain

KINDS = {
    "string": ["foo", "yes sir", "1.2.3", "0x", "2001-01-01", "+", ".", "1e", "nul", "tRue", "'1'", '"~"', "!!str 1"],
    "null": ["", "~", "null", "NULL"],
    "boolean": ["y", "No", "ON", "true", "False"],
    "number": ["0", "-1", "+12", "0644", "0o17", "0x1F", "0b101", "1_000", "1.10", ".5", "1.", "1e3", "-.inf", "089"],
    "binary": ["!!binary Zm9v"],
}  # fmt: skip


def scalar(text: str) -> Scalar:
    tree = compose(f"a: {text}\n")
    assert isinstance(tree, Mapping)
    value = tree.entries[0][1]
    assert isinstance(value, Scalar)
    return value


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in KINDS.items() for text in texts])
def test_kinds_are_those_of_kubernetes(kind: str, text: str) -> None:
    assert kind_of(scalar(text)) == kind


def test_numbers_are_not_rounded_and_not_taken_for_text() -> None:
    assert plain_scalar(scalar("1.10")) == "\x001.10"
    assert plain_scalar(scalar("'1.10'")) == "1.10"
    assert plain_scalar(scalar("off")) is False
    assert plain_scalar(scalar("~")) is None
    assert plain_scalar(scalar("!!binary Zm9v")) == "foo"
    assert plain_scalar(scalar("!!binary Z")) == "Z"


def test_a_tree_as_plain_data() -> None:
    tree = compose("a: &x {b: yes}\nc: [*x, 1]\nd:\n  <<: *x\ne: 1\ne: 2\ne: 3\n")
    assert tree is not None
    assert to_plain(tree) == {
        "a": {"b": True},
        "c": [{"b": True}, "\x001"],
        "d": {"b": True},
        "e": "\x001",
        "e\x001": "\x002",
        "e\x002": "\x003",
    }


def test_replaced_nodes_stand_for_others() -> None:
    tree = compose("a: {b: 1}\n")
    assert isinstance(tree, Mapping)
    assert to_plain(tree, {id(tree.entries[0][1]): "other"}) == {"a": "other"}


@pytest.mark.parametrize("text", ["&a [*a]", "&a {b: *a}", "&a {b: {<<: *a, c: *a}}"])
def test_what_holds_itself_is_too_large(text: str) -> None:
    tree = compose(text)
    assert tree is not None
    with pytest.raises(TooLarge):
        to_plain(tree)
