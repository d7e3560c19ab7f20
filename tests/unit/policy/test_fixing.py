"""Mechanical repairs: every byte that a rule does not speak of stays, and what cannot be done cleanly is refused."""

from __future__ import annotations

import itertools
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Mapping
from sealwright.manifest.source import decode
from sealwright.manifest.values import value_of
from sealwright.policy.fixing import fixed
from sealwright.policy.packs.load import load_packs
from sealwright.policy.patching import Unfixable, patch_edit, patched, pointer
from sealwright.rewrite.edit import apply_edits

STORE_CLASS = """\
# keep me
apiVersion: storage.k8s.io/v1   # and me
kind: StorageClass
metadata:
  name: fast
provisioner: ebs.csi.aws.com
parameters:
  type: gp3   # fast enough
---
kind: ConfigMap
apiVersion: v1
metadata: {name: other}
"""

MUST_NOT = [
    ("a: *x\nb: &x {c: 1}\n", "replace", ("a", "c"), 2),
    ("a: &x 1\n", "replace", ("a",), 2),
    ("a: |\n  b\n", "replace", ("a",), 2),
    ("base: &b {x: 1}\na:\n  <<: *b\n", "add", ("a", "y"), 2),
    ("a: 1\n", "remove", ("b",), None),
    ("a: 1\n", "remove", ("a",), None),
    ("a: text\n", "add", ("a", "b"), 2),
]

MUST = [
    ("a: 1 # c\n", "replace", ("a",), 2, "a: 2 # c\n"),
    ("a: 'x'\n", "replace", ("a",), "y", "a: 'y'\n"),
    ('a: "x"\n', "replace", ("a",), "true", 'a: "true"\n'),
    ("a: x\n", "replace", ("a",), "true", 'a: "true"\n'),
    ("a:\n  b: 1\nc: 2\n", "add", ("a", "d"), False, "a:\n  b: 1\n  d: false\nc: 2\n"),
    ("a:\n  b: 1", "add", ("a", "d"), 3, "a:\n  b: 1\n  d: 3"),
    ("a:\r\n  b: 1\r\nc: 2\r\n", "add", ("a", "d"), 3, "a:\r\n  b: 1\r\n  d: 3\r\nc: 2\r\n"),
    ("a: {b: 1}\n", "add", ("a", "d"), "x", "a: {b: 1, d: x}\n"),
    ('{"a": {"b": 1}}\n', "add", ("a", "d"), "x", '{"a": {"b": 1, "d": "x"}}\n'),
    ("a: {}\n", "add", ("a", "d"), "x", "a: {d: x}\n"),
    ("a: 1\n", "add", ("b", "c", "d"), True, "a: 1\nb:\n  c:\n    d: true\n"),
    ("a: 1\n", "add", ("b", "-"), "tls", "a: 1\nb:\n  - tls\n"),
    ("a:\n- x\n- y\n", "add", ("a", "-"), "z", "a:\n- x\n- y\n- z\n"),
    ("a:\n- - x\n- y\n", "add", ("a", 0, "-"), "z", "a:\n- - x\n  - z\n- y\n"),
    ("a: [x]\n", "add", ("a", "-"), "z", "a: [x, z]\n"),
    ("a:\n  b: 1\n  c: 2 # c\nd: 3\n", "remove", ("a", "b"), None, "a:\n  c: 2 # c\nd: 3\n"),
    ("a:\n  b: 1\nd: 3\n", "remove", ("a", "b"), None, "d: 3\n"),
    ("a:\n  - b: 1\n    c: 2\n  - d: 1\n", "remove", ("a", 0, "b"), None, "a:\n  - c: 2\n  - d: 1\n"),
    ("a:\n  - x: 1\n  - y: 2\n", "remove", ("a", 1), None, "a:\n  - x: 1\n"),
    ("a: {b: 1, c: 2}\n", "remove", ("a", "c"), None, "a: {b: 1}\n"),
    ("a: {b: 1, c: 2}\n", "remove", ("a", "b"), None, "a: {c: 2}\n"),
]


def edited(text: str, operation: str, path: tuple[str | int, ...], value: Any) -> str:
    source = decode("a.yaml", text.encode())
    root = next(read_documents(source)).root
    assert isinstance(root, Mapping)
    return apply_edits(source.text, [patch_edit(source, root, operation, path, value)])


@pytest.mark.parametrize(("text", "operation", "path", "value"), MUST_NOT)
def test_what_is_shared_or_large_or_missing_is_refused(
    text: str, operation: str, path: tuple[str | int, ...], value: Any
) -> None:
    with pytest.raises(Unfixable):
        edited(text, operation, path, value)


@pytest.mark.parametrize(("text", "operation", "path", "value", "after"), MUST)
def test_one_place_changes_and_no_other(
    text: str, operation: str, path: tuple[str | int, ...], value: Any, after: str
) -> None:
    assert edited(text, operation, path, value) == after


FIELDS = ("provisioner", "parameters", "parameters.encrypted")

KEYS = st.sampled_from(["a", "b", "c.d/e", "on"])
VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(0, 99), st.text(string.ascii_letters + " #:'\"-", max_size=6)),
    lambda inner: st.one_of(
        st.dictionaries(KEYS, inner, min_size=1, max_size=3), st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    steps: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        steps = list(value.items())
    elif isinstance(value, list):
        steps = list(enumerate(value))
    return [path, *itertools.chain.from_iterable(paths(inner, (*path, step)) for step, inner in steps)]


@given(
    st.dictionaries(KEYS, VALUES, min_size=1, max_size=3),
    st.sampled_from(["add", "replace", "remove"]),
    st.booleans(),
    st.data(),
)
def test_what_is_not_refused_is_what_the_patch_says(
    content: dict[str, Any], operation: str, flow: bool, data: st.DataObject
) -> None:
    import yaml

    text = yaml.safe_dump(content, default_flow_style=flow, sort_keys=False)
    source = decode("a.yaml", text.encode())
    before = content_of(source.text)
    known = paths(before)[1:]
    path = data.draw(st.sampled_from(known))
    if operation == "add":
        path = (*path[:-1], "new") if isinstance(path[-1], str) else (*path[:-1], "-")
    try:
        after = edited(text, operation, path, "value")
    except Unfixable:
        return
    expected = patched(before, operation, path, "value")
    assert content_of(after) == expected


def content_of(text: str) -> Any:
    root = next(read_documents(decode("a.yaml", text.encode()))).root
    assert root is not None
    return value_of(root)


@pytest.mark.parametrize(
    ("path", "found"),
    [("/a/b~1c", ("a", "b/c")), (".", ("x", 0)), ("./k", ("x", 0, "k")), ("../k", ("x", "k"))],
)
def test_a_fix_names_its_place_from_the_object_or_from_the_blamed_value(
    path: str, found: tuple[str | int, ...]
) -> None:
    assert pointer(("x", 0), path) == found


def test_a_file_is_repaired_and_says_so() -> None:
    rules = load_packs(["eks-best-practices"], root="")
    source = decode("class.yaml", STORE_CLASS.encode())
    text, repairs = fixed(source, rules, {("STO001", "StorageClass fast", field) for field in FIELDS})
    assert text == STORE_CLASS.replace("# fast enough\n", '# fast enough\n  encrypted: "true"\n')
    assert [(repair.rule, repair.reason) for repair in repairs] == [("STO001", "")]
    assert fixed(
        decode("class.yaml", text.encode()), rules, {("STO001", "StorageClass fast", field) for field in FIELDS}
    ) == (text, [])
