"""Keys that count: own ones, duplicates, merged ones."""

from __future__ import annotations

import pytest
from unit.manifest.trees import both_loaders

from sealwright.manifest.compose import compose
from sealwright.manifest.nodes import Mapping, entries, lookup, mapping_at, text_of

BASE = "x: &x {a: x, b: x}\ny: &y {a: y, c: y}\n"
CASES = [
    ("<<: *x", {"a": "x", "b": "x"}),
    ("<<: *x\n  a: own", {"a": "own", "b": "x"}),
    ("a: own\n  <<: *x", {"a": "own", "b": "x"}),
    ("<<: [*x, *y]", {"a": "x", "b": "x", "c": "y"}),
    ("<<: [*y, *x, *y]", {"a": "y", "b": "x", "c": "y"}),
    ("<<: *x\n  <<: *y", {"a": "x", "b": "x", "c": "y"}),
    ("<<: {<<: *x, c: in}", {"a": "x", "b": "x", "c": "in"}),
    ("'<<': *x", {}),
    ("<<: 1", {}),
    ("a: 1\n  a: 2\n  <<: *x", {"a": "2", "b": "x"}),
]


@both_loaders
@pytest.mark.parametrize(("text", "expected"), CASES)
def test_own_keys_win_and_then_the_first_merged(text: str, expected: dict[str, str], libyaml: bool) -> None:
    tree = compose(f"{BASE}z:\n  {text}\n", libyaml=libyaml)
    assert isinstance(tree, Mapping)
    inner = mapping_at(tree, "z")
    assert inner is not None
    found = {key: text_of(lookup(inner, key)) for key in "abc" if lookup(inner, key) is not None}
    assert found == expected


def test_entries_keep_duplicates_and_give_own_ones_first() -> None:
    tree = compose(f"{BASE}<<: [*x, *y]\nq: 1\nq: 2\n")
    assert isinstance(tree, Mapping)
    assert [name for name, _, _ in entries(tree)] == ["x", "y", "q", "q", "a", "b", "a", "c"]


@pytest.mark.parametrize("path", [("x", "none"), ("none", "y"), ("x", "a"), ("l",), ("x", "a", "b")])
def test_a_path_that_leads_nowhere_is_none(path: tuple[str, ...]) -> None:
    tree = compose("x: {a: 1}\nl: [{}]\n")
    assert isinstance(tree, Mapping)
    assert mapping_at(tree, *path) is None
