"""The readers against what was written, against one another and against other parsers."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from property.manifest_texts import documents

from sealwright.manifest.compose import compose
from sealwright.manifest.json_text import compose_json
from sealwright.manifest.limits import Unparsable
from sealwright.manifest.nodes import Alias, Mapping, Node, Scalar, Sequence, walk
from sealwright.manifest.outline import outline

thorough = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def structure(node: Node | None) -> Any:
    if isinstance(node, Scalar):
        return (node.style, node.value)
    if isinstance(node, Mapping):
        return {"pairs": [(structure(key), structure(value)) for key, value in node.entries]}
    assert isinstance(node, Sequence)
    return [structure(item) for item in node.items]


def shape(node: Node) -> list[Any]:
    return [
        (type(n), n.start, n.end, n.tag, n.anchor, (n.value, n.style) if isinstance(n, Scalar) else ())
        for n in walk(node)
    ]


def attempt(text: str, *, libyaml: bool) -> Node | None:
    """The tree, or None where the text is empty or refused; a refusal names a place inside of the text."""
    try:
        return compose(text, libyaml=libyaml)
    except Unparsable as refusal:
        offset = refusal.offset
    assert 0 <= offset <= len(text)
    return None


def alone(node: Scalar, text: str) -> tuple[str, str]:
    """Style and value of a scalar's own slice of the text, read by another parser."""
    loaded = yaml.compose(text[node.start : node.end], Loader=yaml.SafeLoader)
    return (loaded.style or "", loaded.value) if isinstance(loaded, yaml.ScalarNode) else ("", "")


@thorough
@given(documents())
def test_the_tree_is_what_was_written_for_both_loaders(case: tuple[str, Any]) -> None:
    text, expected = case
    trees = [compose(text, libyaml=libyaml) for libyaml in (True, False)]
    assert structure(trees[0]) == expected
    assert trees[0] is not None
    assert trees[1] is not None
    assert shape(trees[0]) == shape(trees[1])


@thorough
@given(documents(), st.integers(0, 99))
def test_a_span_is_its_scalar_as_written(case: tuple[str, Any], base: int) -> None:
    text, _ = case
    tree = compose(text, base)
    assert tree is not None
    for node in walk(tree):
        node.start, node.end = node.start - base, node.end - base
        assert 0 <= node.start <= node.end <= len(text)
        if isinstance(node, Scalar):
            style, value = alone(node, text)
            assert style == node.style
            assert value.rstrip("\n") == node.value.rstrip("\n")
        elif isinstance(node, (Mapping, Sequence)) and node.flow:
            assert (text[node.start], text[node.end - 1]) == (("{", "}") if isinstance(node, Mapping) else ("[", "]"))


@thorough
@given(documents(ordinary=True))
def test_an_outline_of_an_ordinary_document_is_its_tree(case: tuple[str, Any]) -> None:
    text, _ = case
    tree, sketch = compose(text), outline(text)
    assert tree is not None
    assert sketch is not None
    assert structure(sketch) == structure(tree)
    assert shape(sketch) == shape(tree)


@thorough
@given(st.text(st.sampled_from("ab:- \n\t'\"{}[],#&*!|>%@\ufeff\u2028\x85\r😀\0?"), max_size=40), st.booleans())
def test_any_text_gives_a_tree_or_a_reason(text: str, libyaml: bool) -> None:
    tree = attempt(text, libyaml=libyaml)
    for start, end in [(n.start, n.end) for n in walk(tree)] if tree is not None else []:
        assert 0 <= start <= end <= len(text)


@thorough
@given(st.text(st.sampled_from("ab:- \n'\"{}[],#&*!|>"), max_size=40))
def test_both_loaders_agree_where_both_accept(text: str) -> None:
    first, second = attempt(text, libyaml=True), attempt(text, libyaml=False)
    if first is not None and second is not None:
        assert shape(first) == shape(second)


@thorough
@given(st.text(st.sampled_from("ab:- \n\t'\"{}[],#&*!|>%@\ufeff\u2028\x85\r😀\0?"), max_size=60))
def test_an_outline_of_anything_stays_inside_of_the_text(text: str) -> None:
    tree = outline(text)
    for node in walk(tree) if tree is not None else ():
        assert 0 <= node.start <= node.end <= len(text)
        assert not isinstance(node, Alias) or text[node.start] == "*"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def loaded(node: Node) -> Any:
    if isinstance(node, Scalar):
        return node.value if node.style else json.loads(node.value)
    if isinstance(node, Mapping):
        return {loaded(key): loaded(value) for key, value in node.entries}
    assert isinstance(node, Sequence)
    return [loaded(item) for item in node.items]


@thorough
@given(st.dictionaries(st.text(), values), st.sampled_from((None, 0, 2, "\t")), st.booleans())
def test_json_is_read_as_python_reads_it(value: Any, indent: int | str | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    (tree,) = compose_json(text)
    assert loaded(tree) == value
    for node in walk(tree):
        assert json.loads(text[node.start : node.end]) == loaded(node)


@thorough
@given(st.text(st.sampled_from('{}[],:"\\ 01-.eE\ntruefalsn'), max_size=20))
def test_json_that_python_refuses_is_refused(text: str) -> None:
    try:
        json.loads(text)
    except ValueError:
        accepted = False
    else:
        accepted = True
    try:
        roots = compose_json(text)
    except Unparsable:
        assert not accepted
    else:
        assert accepted or len(roots) != 1
        assert len(roots) != 1 or accepted


def test_a_tab_is_no_indentation_for_either_loader() -> None:
    for libyaml in (True, False):
        with pytest.raises(Unparsable):
            compose("a:\n\tb: 1\n", libyaml=libyaml)
