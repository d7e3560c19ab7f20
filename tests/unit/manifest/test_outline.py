"""What an outline makes of broken documents: the same as the parser makes of the whole ones."""

from __future__ import annotations

from typing import Any

import pytest
from unit.manifest.trees import plain, written

from sealwright.manifest.compose import compose
from sealwright.manifest.documents import Document, Form
from sealwright.manifest.limits import Unparsable
from sealwright.manifest.nodes import BINARY_TAG, Mapping
from sealwright.manifest.outline import outline
from sealwright.manifest.resource import resources
from sealwright.manifest.source import Source

CASES: list[tuple[str, Any]] = [
    ("", None),
    ("# c\n\n", None),
    ("a: 1\nb: *x\n", [("a", "1"), ("b", "*x")]),
    ("a:\n- x\n- y: 1\n  z: 2\nb: @\n", [("a", ["x", [("y", "1"), ("z", "2")]]), ("b", "@")]),
    ("- - a\n  - b: @\n-\n", [["a", [("b", "@")]], ""]),
    ("a: @\nb: 'one\n  two'\nc: x\n", [("a", "@"), ("b", "one two"), ("c", "x")]),
    ('a: "never closed\nb: x\n', [("a", '"never closed'), ("b", "x")]),
    ("'a: b': @\nc:d: e\nhttp://x: y\n", [("a: b", "@"), ("c:d", "e"), ("http://x", "y")]),
    ("a: @\nb: |2-\n    x\n   y\nc: >\n  z\n  z\n", [("a", "@"), ("b", "  x\n y"), ("c", "z z\n")]),
    ("a: @\nb: |\n  x\u2028y\n", [("a", "@"), ("b", "x\u2028y\n")]),
    ("a: @\nb: [1,\n  2]\nc: {\n  d: e\n}\nf: 1\n", [("a", "@"), ("b", ["1", "2"]), ("c", [("d", "e")]), ("f", "1")]),
    ("a: @\n--- {b: c}\n", [("a", "@"), ("", [("b", "c")])]),
    ("a: @\nkey:\n  plain\n  text # c\n", [("a", "@"), ("key", "plain text")]),
    ("a: @\r\nb: 1\r\n", [("a", "@"), ("b", "1")]),
    ("kind: Secret\n    metadata:\n  name: x\n", [("kind", "Secret"), ("metadata", [("name", "x")])]),
    ("  kind: Secret\ndata:\n  a: b\n", [("kind", "Secret"), ("data", [("a", "b")])]),
    ("data:\n    a: b\n  c: d\n", [("data", [("a", "b"), ("c", "d")])]),
    ("a: 1\n- b\nc: 2\n", [("a", "1"), ("", ["b"]), ("c", "2")]),
    ("<<: *x\na: 1\n", [("<<", "*x"), ("a", "1")]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_broken_documents_show_their_structure(text: str, expected: Any) -> None:
    assert plain(outline(text)) == expected


def test_spans_count_from_the_base() -> None:
    text = "a: @\nb:\n  c: 'd' # e\n"
    tree = outline(text, 50)
    assert isinstance(tree, Mapping)
    value = tree.entries[1][1]
    assert text[value.start - 50 : value.end - 50] == "c: 'd'"


def test_tags_and_anchors_are_kept() -> None:
    tree = outline("a: @\nb: &x !!binary Zm9v\n")
    assert isinstance(tree, Mapping)
    value = tree.entries[1][1]
    assert (value.tag, value.anchor) == (BINARY_TAG, "x")


MANIFEST = """\
apiVersion: v1
kind: List
items:
- kind: Secret
  metadata:
    name: a
    labels: {app: shop}
  stringData:
    password: "hunter2"  # the old one
    key: |
      -----BEGIN-----
      abc
    note: 'two

      lines'
- kind: ConfigMap
  data: {}
"""


@pytest.mark.parametrize("damage", ["broken: [\n", "broken: *nobody\n", "broken: a: b\n", '"broken\n'])
def test_damage_at_the_end_leaves_the_rest_as_it_was(damage: str) -> None:
    whole = compose(MANIFEST)
    with pytest.raises(Unparsable):
        compose(MANIFEST + damage)
    assert isinstance(whole, Mapping)
    tree = outline(MANIFEST + damage)
    assert isinstance(tree, Mapping)
    for key, value in whole.entries:
        assert (written(key, MANIFEST), plain(value)) in [(written(k, MANIFEST), plain(v)) for k, v in tree.entries]


def test_broken_json_keeps_its_nesting() -> None:
    text = """{
  "items": [
    {
      "kind": "Secret",
      "data": {
        "password": "aHVudGVyMg==",
      },
    },
    {
      "kind": "ConfigMap"
      "data": {"a": "b"}
    }
  ]
}
"""
    document = Document(Source("x", text), 0, len(text), Form.OUTLINE, outline(text))
    assert "aHVudGVyMg==" in str(plain(document.root))
    (root,) = resources(document)
    (items,) = [value for key, value in root.node.entries if written(key, text) == '"items"']
    assert plain(items)[0] == [("kind", "Secret"), ("data", [("password", "aHVudGVyMg==")])]
    assert plain(items)[1] == [("kind", "ConfigMap"), ("data", [("a", "b")])]
