"""Spans and values of every style, on both loaders."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from unit.manifest.trees import both_loaders, plain, written

from sealwright.manifest.compose import compose
from sealwright.manifest.limits import Unparsable
from sealwright.manifest.nodes import BINARY_TAG, Alias, Mapping, Node, Scalar, Sequence, text_of, walk

REFUSED = [
    ("a: *hunter2\n", 3, "an alias without its anchor (quote a value that starts with *)"),
    ('a: "hunter2\n', None, "a quote that is never closed"),
    ("a: b: c\n", 4, "a second `:` in one line (quote the value), or wrong indentation"),
    ("a: [hunter2\n", None, None),
    ("a: @hunter2\n", 3, None),
    ("a: `hunter2`\n", 3, None),
    ("a: hunter2\n b: c\n", None, None),
    ("\ta: 1\n", 0, None),
    ("a: !x!hunter2 b\n", None, "a tag whose handle is not declared"),
    ('a: "\\hunter2"\n', None, "an unknown escape after a backslash"),
    ('a: "\\ud83d\\ude00"\n', None, "an escape that is no character"),
    ('a: "\\U00110000"\n', None, None),
    ("a: \x01hunter2\n", 3, "a control character"),
    ("ключ: \x01hunter2\n", 6, "a control character"),
    ("a: 1\n--- \nb: 2\n", 5, "a second document where none can begin"),
    ("a: 1 #\u2028---\u2028b: 2\n", 7, "a second document where none can begin"),
    ("\ufeffa: *b\n", 4, None),
    ("%YAML " + "9" * 5000 + ".1\n---\na: 1\n", None, None),
    ("- a\nb: 1\n", None, None),
    ("{}}", None, None),
]


@both_loaders
@pytest.mark.parametrize(("text", "offset", "reason"), REFUSED)
def test_what_is_no_document_is_refused_in_our_own_words(
    text: str, offset: int | None, reason: str | None, libyaml: bool
) -> None:
    with pytest.raises(Unparsable) as caught:
        compose(text, libyaml=libyaml)
    assert "hunter2" not in caught.value.reason
    assert 0 <= caught.value.offset <= len(text)
    assert offset in {None, caught.value.offset}
    assert reason in {None, caught.value.reason}


ACCEPTED: list[tuple[str, Any]] = [
    ("", None),
    ("# only\n", None),
    ("---\n", ""),
    ("a: foo # c\n", [("a", "foo")]),
    ("a: foo\n  bar\n  baz # c\n", [("a", "foo\n  bar\n  baz")]),
    ('a: "x\n\n  y"\n', [("a", '"x\n\n  y"')]),
    ("a: 'it''s'\n", [("a", "'it''s'")]),
    ("a: | # why\n  x\n\n\nb: 1\n", [("a", "| # why\n  x"), ("b", "1")]),
    ("a: |2-\n   x\n  y\n\n# c\nb: 1\n", [("a", "|2-\n   x\n  y"), ("b", "1")]),
    ("a: >+\n  x\n\n\nb: 1\n", [("a", ">+\n  x"), ("b", "1")]),
    ("a: |\n\n\nb: 1\n", [("a", "|"), ("b", "1")]),
    ("a: |\n  x\u00a0\n", [("a", "|\n  x\u00a0")]),
    ("- |\n x\n-  >-\n  y\n", ["|\n x", ">-\n  y"]),
    ("--- |\n x\n", "|\n x"),
    ("--- # c\na: 1\n", [("a", "1")]),
    ("--- {a: b}\n...\n", [("a", "b")]),
    ("{a: b, c: , 'd': [e, {}]}", [("a", "b"), ("c", ""), ("'d'", ["e", []])]),
    ("[a: b, ? c : d]", [[("a", "b")], [("c", "d")]]),
    ("? a\n: b\n? |\n  k\n: - x\n", [("a", "b"), ("|\n  k", ["x"])]),
    ("a:\nb: # c\nc:\n- x\n-\n", [("a", ""), ("b", ""), ("c", ["x", ""])]),
    ("- - a\n  - b\n", [["a", "b"]]),
    ("a: &x foo\nb: *x\n", [("a", "foo"), ("b", "*x")]),
    ("a: !!str &x # c\n  foo\n", [("a", "foo")]),
    ("a: &x !<tag:yaml.org,2002:str> 'foo'\n", [("a", "'foo'")]),
    ("a: &x:y z\n", None),
    ("a: ! |\n  x\n", [("a", "|\n  x")]),
    ("a: &x\nb: !!str\nc: &y # c\n", [("a", ""), ("b", ""), ("c", "")]),
    ("[&a 1, !!str , *a]", ["1", "", "*a"]),
    ("a: &m\n  b: 1\nc: !!map {d: 1}\n", [("a", [("b", "1")]), ("c", [("d", "1")])]),
    ("&a k: !!binary |\n  Zm9v\n", [("k", "|\n  Zm9v")]),
    ("a: 1\na: 2\n'a': 3\n", [("a", "1"), ("a", "2"), ("'a'", "3")]),
    ("<<: &m {a: 1}\nb: {<<: *m}\n", [("<<", [("a", "1")]), ("b", [("<<", "*m")])]),
    ("a: 1\r\nb: 2\r\n", [("a", "1"), ("b", "2")]),
    ("\ufeff# c\n\ufeffa: 1\n", None),
    ("\ufeff\ufeffa: 1\n", [("a", "1")]),
    ('a: "x\ufeffy"\n', [("a", '"x\ufeffy"')]),
    ('a: "x\u2028  y"\n', [("a", '"x\u2028  y"')]),
    ("a: 😀\nb: e\u0301\n", [("a", "😀"), ("b", "e\u0301")]),
    ("%YAML 1.2\n%TAG !e! tag:x,2000:\n---\na: !e!foo b\n", [("a", "b")]),
    ("a: x#y\nb: http://h:1/\nc: -1\n", [("a", "x#y"), ("b", "http://h:1/"), ("c", "-1")]),
]


@both_loaders
@pytest.mark.parametrize(("text", "expected"), [case for case in ACCEPTED if case[1] is not None or len(case[0]) < 8])
def test_spans_show_everything_as_it_is_written(text: str, expected: Any, libyaml: bool) -> None:
    tree = compose(text, libyaml=libyaml)
    assert written(tree, text) == expected
    if isinstance(tree, Mapping) and not tree.flow:
        assert tree.end == tree.entries[-1][1].end


@both_loaders
@pytest.mark.parametrize(
    "text",
    [
        text
        for text, _ in ACCEPTED
        if "<<" not in text and "!e!" not in text and "\n\ufeff" not in text and "&x:" not in text
    ],
)
def test_values_are_those_of_pyyaml(text: str, libyaml: bool) -> None:
    try:
        tree = compose(text, libyaml=libyaml)
    except Unparsable:
        return
    other = yaml.compose(text.lstrip("\ufeff"), Loader=yaml.BaseLoader)

    def simple(node: Any) -> Any:
        if isinstance(node, yaml.MappingNode):
            return [(simple(key), simple(value)) for key, value in node.value]
        return [simple(item) for item in node.value] if isinstance(node, yaml.SequenceNode) else node and node.value

    def followed(node: Node | None) -> Any:
        if isinstance(node, Alias):
            return followed(node.target)
        if isinstance(node, Mapping):
            return [(followed(key), followed(value)) for key, value in node.entries]
        return [followed(item) for item in node.items] if isinstance(node, Sequence) else plain(node)

    assert followed(tree) == simple(other)


def test_an_anchor_ends_where_its_characters_end() -> None:
    text = "a: &x:y z\n"
    assert written(compose(text, libyaml=True), text) == [("a", ":y z")]


@both_loaders
def test_styles_tags_and_anchors_are_kept(libyaml: bool) -> None:
    text = "a: !!binary &x |\n  Zm9v\nb: &y {c: 'd'}\n"
    tree = compose(text, 100, libyaml=libyaml)
    assert isinstance(tree, Mapping)
    (_, first), (_, second) = tree.entries
    assert isinstance(first, Scalar)
    assert isinstance(second, Mapping)
    assert (first.start, first.style, first.tag, first.anchor) == (115, "|", BINARY_TAG, "x")
    assert (second.flow, second.anchor, text[second.start - 100 : second.end - 100]) == (True, "y", "{c: 'd'}")


@both_loaders
def test_an_alias_has_its_own_place_and_its_targets_node(libyaml: bool) -> None:
    tree = compose("a: &x {b: 1}\nc: *x\nd: &r [*r]\n", libyaml=libyaml)
    assert isinstance(tree, Mapping)
    target, alias, loop = (value for _, value in tree.entries)
    assert isinstance(alias, Alias)
    assert alias.target is target
    assert (alias.start, alias.end) == (16, 18)
    assert isinstance(loop, Sequence)
    assert isinstance(loop.items[0], Alias)
    assert loop.items[0].target is loop
    assert sum(1 for _ in walk(tree)) == 10


@both_loaders
def test_nodes_do_not_show_their_text(libyaml: bool) -> None:
    tree = compose("a: hunter2\n", libyaml=libyaml)
    assert tree is not None
    assert all("hunter2" not in repr(node) for node in walk(tree))


def test_a_tab_behind_a_value_is_known_to_libyaml_only() -> None:
    assert plain(compose("a:\t1\t\n", libyaml=True)) == [("a", "1")]
    with pytest.raises(Unparsable):
        compose("a: 1\t\nb: 2\n", libyaml=False)


@both_loaders
def test_words_in_base64_are_read_as_the_cluster_reads_them(libyaml: bool) -> None:
    text = '!!binary a2luZA==: !!binary "U2VjcmV0"\napiVersion: !<tag:yaml.org,2002:%62inary> djE=\na: !!binary eA==\n'
    root = compose(text, libyaml=libyaml)
    assert isinstance(root, Mapping)
    assert [(text_of(key), text_of(value)) for key, value in root.entries] == [
        ("kind", "Secret"),
        ("apiVersion", "v1"),
        ("a", "eA=="),  # a value stays as it is written
    ]
    key, value = root.entries[0]
    assert (text[key.start : key.end], text[value.start : value.end]) == ("a2luZA==", '"U2VjcmV0"')
