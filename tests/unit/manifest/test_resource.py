"""Documents as Kubernetes objects."""

from __future__ import annotations

import pytest

from sealwright.finding import ResourceRef
from sealwright.manifest.documents import read_documents
from sealwright.manifest.resource import Resource, annotations_of, is_core, resources
from sealwright.manifest.source import Source


def objects(text: str) -> list[Resource]:
    return [resource for document in read_documents(Source("x", text)) for resource in resources(document)]


@pytest.mark.parametrize("text", ["", "# c\n", "- a\n- 1\n", "text\n", "[]", "kind: List\nitems: []\n"])
def test_what_holds_no_object_gives_none(text: str) -> None:
    assert objects(text) == []


FOUND = [
    ("{kind: A}", [("", "A", "", "")]),
    ("a: 1\n", [("", "", "", "")]),
    ("- {kind: A}\n- [{kind: B}]\n", [("", "A", "", ""), ("", "B", "", "")]),
    ("kind: List\nitems:\n- {kind: A}\n- kind: List\n  items: [{kind: B}]\n", [("", "A", "", ""), ("", "B", "", "")]),
    (
        "apiVersion: v1\nkind: SecretList\nitems:\n- metadata: {name: a, namespace: n}\n- {kind: B}\n",
        [("v1", "Secret", "n", "a"), ("", "B", "", "")],
    ),
    ("kind: List\nitems: &i\n- {kind: A}\n- kind: List\n  items: *i\n", [("", "A", "", "")]),
    ("&l\nkind: List\nitems:\n- *l\n- {kind: A}\n", [("", "A", "", "")]),
    ("kind: AllowList\nitems: {a: b}\n", [("", "AllowList", "", "")]),
    ("kind: List\n", [("", "List", "", "")]),
    ("kind: A\nkind: B\n", [("", "B", "", "")]),
    ("x: &x {kind: A}\n<<: *x\n", [("", "A", "", "")]),
    ("kind: A\nmetadata: {name: '{{ a }}'}\n", [("", "A", "", "{{ a }}")]),
    ("kind: A\nmetadata:\n  name: {{ a }}-{{ b }}\n", [("", "A", "", "{{}}-{{}}")]),
    ('{"kind":"A"}\n{"kind":"B"}\n', [("", "A", "", ""), ("", "B", "", "")]),
    ("kind: [A]\nmetadata: 1\n", [("", "", "", "")]),
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_objects_are_found(text: str, expected: list[tuple[str, str, str, str]]) -> None:
    assert [tuple(resource.ref) for resource in objects(text)] == expected


def test_items_of_a_typed_list_are_marked() -> None:
    assert [r.in_typed_list for r in objects("kind: SecretList\nitems: [{a: 1}]\n")] == [True]
    assert [r.in_typed_list for r in objects("kind: List\nitems: [{kind: A}]\n")] == [False]


@pytest.mark.parametrize(
    ("version", "core"), [("v1", True), ("", True), ("v2", True), ("apps/v1", False), ("x.example.com/v1", False)]
)
def test_core_kinds_have_no_group(version: str, core: bool) -> None:
    assert is_core(ResourceRef(version, "Secret"), "Secret") is core


def test_annotations_are_text_and_the_last_counts() -> None:
    (resource,) = objects("metadata: {annotations: {a: 1, b: x, a: 2}}\n")
    assert annotations_of(resource.node) == {"a": "2", "b": "x"}
    (resource,) = objects("metadata: {}\n")
    assert annotations_of(resource.node) == {}
