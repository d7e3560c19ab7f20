"""Texts as trees, and what is said of texts that are none."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright.policy.cel.errors import ExpressionError
from sealwright.policy.cel.parser import parse
from sealwright.policy.cel.syntax import Call, Index, ListOf, Literal, MapOf, Message, Name, Select
from sealwright.policy.cel.values import UInt


@pytest.mark.parametrize(
    ("text", "offset", "said"),
    [
        ("", 0, "expected a value, found the end of the expression"),
        ("a b", 2, "expected an operator or the end of the expression, found b"),
        ("a ? b", 5, "expected :, found the end"),
        ("f(a, ", 5, "expected a value"),
        ("f(a b)", 4, "expected a comma or )"),
        ("[1, 2", 5, "expected a comma or ]"),
        ("{1: 2", 5, "expected a comma or }"),
        ("{1 2}", 3, "expected :"),
        ("(a", 2, "expected )"),
        ("a.", 2, "expected the name of a field"),
        ("a.1", 1, "expected an operator"),
        ("a[1", 3, "expected ]"),
        ("a && ", 5, "expected a value"),
        ("a = b", 2, "'=' has no meaning"),
        ("a # b", 2, "'#' has no meaning"),
        ("for", 0, "for is a reserved word"),
        ("a + package", 4, "package is a reserved word"),
        ("'abc", 0, "not closed"),
        ("'a\nb'", 0, "not closed"),
        ("'''abc''", 0, "not closed"),
        (r"'\q'", 1, "no such escape"),
        (r"'ab\ud800'", 3, "no character"),
        (r"'\U00110000'", 1, "no character"),
        (r"b'\u00e9'", 2, "bytes have no escapes"),
        ("9223372036854775808", 0, "more than 64 bits"),
        ("-9223372036854775809", 1, "more than 64 bits"),
        ("18446744073709551616u", 0, "more than 64 bits"),
        ("9" * 5000, 0, "more than 64 bits"),
        ("12abc", 2, "a number ends"),
        ("-!a", 1, "expected an operand"),
        ("(" * 100 + "1" + ")" * 100, 60, "nested too deeply"),
        ("a" + ".b" * 1000, 0, "nested too deeply"),
        ("1" + "+1" * 1000, 0, "nested too deeply"),
        ("!" * 1000 + "a", 0, "nested too deeply"),
        ("a ? b : " * 1000 + "c", 0, "nested too deeply"),
        ("a ? b ? c : d : e", 6, "expected :, found ?"),
        ("1" * 100_001, 100_000, "longer than"),
    ],
)
def test_what_is_no_expression(text: str, offset: int, said: str) -> None:
    with pytest.raises(ExpressionError, match=re.escape(said)) as caught:
        parse(text)
    assert not offset or caught.value.offset == offset


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None),
        ("true", True),
        ("0x1F", 31),
        ("-0x1f", -31),
        ("-9223372036854775808", -(2**63)),
        ("7u", UInt(7)),
        ("0xFFU", UInt(255)),
        ("1.5e-3", 0.0015),
        (".5", 0.5),
        ("1e3", 1000.0),
        (r"'a\n\x41\101é\U0001F600\`'", "a\nAA\u00e9\U0001f600`"),
        (r"r'a\n'", r"a\n"),
        ("'''it's\nso'''", "it's\nso"),
        ('R"""a"b"""', 'a"b'),
        (r"b'\xff\101é'", b"\xffA\xc3\xa9"),
        (r"rb'\x'", b"\\x"),
        ("'//' // a comment\n", "//"),
    ],
)
def test_literals(text: str, value: Any) -> None:
    found = parse(text)
    assert isinstance(found, Literal)
    assert (type(found.value), found.value) == (type(value), value)


A, B, C = Name("a", 0), Name("b", 0), Name("c", 0)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a.b", Select(A, "b", optional=False, offset=0)),
        ("a.?b", Select(A, "b", optional=True, offset=0)),
        ("a.`b-c/d`", Select(A, "b-c/d", optional=False, offset=0)),
        ("a.package", Select(A, "package", optional=False, offset=0)),
        ("a[?b]", Index(A, B, optional=True, offset=0)),
        (".a.b(c)", Call("b", Name(".a", 0), (C,), 0)),
        ("a + b * c", Call("_+_", None, (A, Call("_*_", None, (B, C), 0)), 0)),
        ("a - b - c", Call("_-_", None, (Call("_-_", None, (A, B), 0), C), 0)),
        ("a in b == c", Call("_==_", None, (Call("@in", None, (A, B), 0), C), 0)),
        ("a || b && c", Call("_||_", None, (A, Call("_&&_", None, (B, C), 0)), 0)),
        ("a ? b : a ? b : c", Call("_?_:_", None, (A, B, Call("_?_:_", None, (A, B, C), 0)), 0)),
        ("!a.b", Call("!_", None, (Select(A, "b", optional=False, offset=0),), 0)),
        ("--a", Call("-_", None, (Call("-_", None, (A,), 0),), 0)),
        ("[a, ?b,]", ListOf((A, B), frozenset({1}), 0)),
        ("{a: b, ?b: c,}", MapOf(((A, B), (B, C)), frozenset({1}), 0)),
        ("a.b{c: a}", Message("a.b", (("c", A),), 0)),
    ],
)
def test_trees(text: str, tree: Any) -> None:
    assert without_offsets(parse(text)) == without_offsets(tree)


def without_offsets(tree: Any) -> Any:
    if isinstance(tree, tuple):
        fields = zip(getattr(tree, "_fields", range(len(tree))), tree, strict=True)
        return (type(tree).__name__, *(without_offsets(part) for name, part in fields if name != "offset"))
    return tree


def test_long_rows_are_shallow() -> None:
    row = " && ".join(f"a{number} || (b && c)" for number in range(1000))
    assert isinstance(parse(row), Call)


PIECES = st.one_of(
    st.sampled_from(["a", "has", "all", "in", "true", "1", "2u", "0x1", "1.5", "'x'", '"y"', "'''", "b'", "`a-b`"]),
    st.sampled_from([*"()[]{}.?:,+-*/%!\\_ \n\ud800\u00e9", "&&", "||", "==", "<=", "//", ".?", "[?"]),
)


@given(
    st.one_of(
        st.text(max_size=60), st.lists(PIECES, max_size=40).map("".join), st.lists(PIECES, max_size=40).map(" ".join)
    )
)
def test_any_text_is_an_expression_or_an_error(text: str) -> None:
    offset = 0
    try:
        parse(text)
    except ExpressionError as error:
        offset = error.offset
    assert 0 <= offset <= len(text)
