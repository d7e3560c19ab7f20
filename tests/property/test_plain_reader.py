"""The strict reader gives what the parser gives, or says that it is not sure."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from property.manifest_texts import documents

from sealwright.manifest.compose import compose
from sealwright.manifest.limits import Unparsable
from sealwright.manifest.nodes import Mapping, Node, Scalar, Sequence, walk
from sealwright.manifest.plain import LONGEST, Unsure, compose_plain

SECRET = """---
# a comment
apiVersion: v1
kind: Secret
metadata:
  name: db   # why
  labels: # none yet
    "a/b": 'c'
type: Opaque
stringData:
  password: hunter2#x
  url: postgres://u:p@h:5432/db?x=1
  empty:
  quoted: "it's"
  text: |
    first

      deeper
    last
  other: |-
    one
items:
- a
- name: x
  list:
    - - 1
      - -2
- {name: LOG, value: info}
- [a, "b", {c: 'd e'}, [], {}]   # why
- path: {"a/b": x:1 , c: [ -x ] }
"""
LINES = st.lists(
    st.sampled_from((*SECRET.splitlines(), "", " ", "  - a: b", "x: y: z", "  x", "- ", "a: |+", "'q': 1", "a: {b: c}"))
)
PIECES = st.sampled_from(
    ("", " ", "\n", "- ", ": ", "#", " #", '"', "'", "|", "  ", "-", ":", "\n\n", "{", "---\n", "|-\n", "\t", "é", "?")
)
FLOWS = st.lists(
    st.sampled_from(
        (
            *("{", "}", "[", "]", ",", ", ", " ,", ":", ": ", " :", "a", "b c", "-1", "- ", "-", "x:1", "x:", ":x"),
            *("a: b", '"a"', "'b'", "'", '"', "#", " #", "?", "? ", "<<: a", "{a: b}", "[c]", " ", "*a", "&a", "!"),
            *("|", ">", "@"),
        )
    ),
    max_size=9,
).map("".join)


def shape(node: Node | None) -> list[Any]:
    if node is None:
        return []
    return [
        (
            type(n),
            (n.start, n.end, n.tag, n.anchor),
            (n.value, n.style) if isinstance(n, Scalar) else (),
            n.flow if isinstance(n, (Mapping, Sequence)) else None,
            n.merges if isinstance(n, Mapping) else None,
        )
        for n in walk(node)
    ]


def check(text: str) -> bool:
    """Whether the strict reader was sure; it must be right then."""
    try:
        tree = compose_plain(text, 7)
    except Unsure:
        return False
    try:
        expected = compose(text, 7)
    except Unparsable as error:
        raise AssertionError(f"accepted what the parser refuses: {error.reason}") from None
    assert shape(tree) == shape(expected)
    return True


def test_the_usual_secret_needs_no_parser() -> None:
    assert check(SECRET)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "a: {b: c\n  }\n",
            "a: {b: c} d\n",
            "a: {b}\n",
            "a: [b: c]\n",
            "a: [b,]\n",
            "a: [b]: c\n",
            'a: {"b":c}\n',
            "a: {b: c}#\n",
            "a: {b: , c: d}\n",
            "a: {b: c}\n  d: e\n",
            "a: {<<: c}\n",
            f"{'k' * 1100}: b\n",
            f"a: {{{'k' * 1100}: b}}\n",
            f'- "{"k" * 1100}": b\n',
            f"a: {'[' * 30}{']' * 30}\n",
            "a: &x b\n",
            "a: *x\n",
            "a: !!str b\n",
            "a: >\n  b\n",
            "a: b\n  c\n",
            "a:\tb\n",
            "a: b",
            "é: b\n",
        ),
        *(
            "a: @b\n",
            "? a\n: b\n",
            "<<: a\n",
            "a: b: c\n",
            'a: "\\x41"\n',
            "--- a\n",
            "...\n",
            "%YAML 1.2\n---\na: b\n",
        ),
        *("a: b\n--- \nc: d\n", "a: |\n   b\n  c\n", "a: |2\n  b\n", "a: b\r\n", "text\n", "[a]\n", "a: b\n" * LONGEST),
    ],
)
def test_everything_else_is_left_to_the_parser(text: str) -> None:
    with pytest.raises(Unsure):
        compose_plain(text)


@settings(deadline=None, max_examples=600)
@given(st.integers(0, len(SECRET)), st.integers(0, 4), PIECES, st.integers(0, len(SECRET)), PIECES)
def test_a_changed_secret(at: int, size: int, piece: str, second: int, other: str) -> None:
    text = SECRET[:at] + piece + SECRET[at + size :]
    check(text)
    check(text[:second] + other + text[second:])


@settings(deadline=None, max_examples=400)
@given(LINES)
def test_any_lines(lines: list[str]) -> None:
    check("".join(f"{line}\n" for line in lines))


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents())
def test_any_document(case: tuple[str, Any]) -> None:
    check(case[0])


@settings(deadline=None, max_examples=1500)
@given(FLOWS, st.sampled_from(("a: ", "- ", "- a: ", "  - ")), st.sampled_from(("{}", "[{}]", "{{{}}}", "{{a: {}}}")))
def test_any_flow_collection(flow: str, before: str, around: str) -> None:
    check(f"{before}{around.format(flow)}\n")


def test_flow_collections_need_no_parser() -> None:
    assert check("a: {b: c, d: [e, {f: g:1}]}\nh:\n  - {i: 'j', \"k\": -1}  # l\n")
