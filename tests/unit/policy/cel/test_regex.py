"""Regular expressions: the syntax and the matches of RE2, by all three ways, in bounded time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import OTHER_PLATFORM

from sealwright.policy.cel.errors import EvaluationError
from sealwright.policy.cel.regex import Expression, compiled, problem
from sealwright.regex.nodes import PatternError

REFUSED = [
    *("(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?>a)", "(?#a)", "(?P=n)", "(?(1)a)", "(?x)a", "(?-)"),
    *(r"(a)\1", r"\8", r"\Z", r"\G", r"\C", r"\u0041", r"\pX", r"\p{Greek}", r"\x{110000}", "\\"),
    *("*a", "a**", "a*+", "a++", "a?+", "a{2}{3}", "a{1001}", "a{2,1}", "(a{100}){100}", "a|*"),
    *("(", ")", "(a", "[", "[a", "[b-a]", "[[:nope:]]", "[]", "(" * 1000 + ")" * 1000),
]

MATCHES = [
    ("", "", (0, 0)),
    ("a|ab", "ab", (0, 1)),
    ("a*?", "aaa", (0, 0)),
    ("(?U)a+", "aaa", (0, 1)),
    ("a+?b??", "aab", (0, 1)),
    ("(?i)straße", "STRAßE", (0, 6)),
    ("(?i)k", "\u212a", (0, 1)),
    (r"(?i)[^k]", "\u212a", None),
    ("a.c", "a\nc", None),
    ("(?s)a.c", "a\nc", (0, 3)),
    ("a$", "a\n", None),
    ("(?m)^b$", "a\nb\nc", (2, 3)),
    (r"\Aa\z", "a", (0, 1)),
    (r"\d+", "٣3", (1, 2)),
    (r"\w+", "é_a", (1, 3)),
    (r"\s", "\v", None),
    (r"\bé", "é", None),
    (r"\B", "", (0, 0)),
    (r"\pN+", "a٣3", (1, 3)),
    (r"\PL+", "ab12", (2, 4)),
    (r"\p{^Lu}", "Aa", (1, 2)),
    (r"[[:alpha:]\d]+", "-a1-", (1, 3)),
    ("[]a]+", "x]a", (1, 3)),
    ("[a-]+", "b-a", (1, 3)),
    (r"\Qa.b\E+", "a.bb", (0, 4)),
    (r"\x41\x{1F389}\101", "A\U0001f389A", (0, 3)),
    ("x{2,}y{1}", "xxxy", (0, 4)),
    ("x{,2}", "x{,2}", (0, 5)),
    ("(|a)*", "aa", (0, 0)),
    ("(|a)+", "aa", (0, 0)),
    ("(a|)+", "aa", (0, 2)),
    ("(?i)a(?-i)b|(?:(?i)c)d", "Ab", (0, 2)),
    ("a{0}b", "ab", (1, 2)),
    ("(?P<name>a)(?<other>b)", "ab", (0, 2)),
    ("ñ+a", "mañana", (2, 4)),
]


def by_automaton(pattern: str) -> Expression:
    """The expression without the two engines that are quicker."""
    expression = Expression(pattern)
    expression._quick = None
    expression.__dict__["_re2"] = None
    return expression


@pytest.mark.parametrize("pattern", REFUSED)
def test_what_is_not_re2_is_refused(pattern: str) -> None:
    assert problem(pattern)
    with pytest.raises(EvaluationError):
        compiled(pattern)


@pytest.mark.parametrize(("pattern", "text", "span"), MATCHES)
def test_every_engine_finds_the_same(pattern: str, text: str, span: tuple[int, int] | None) -> None:
    for expression in (Expression(pattern), by_automaton(pattern)):
        assert expression.search(text) == span
        assert expression.test(text) == (span is not None)


@pytest.mark.parametrize(
    ("pattern", "text", "spans"),
    [
        ("a*", "baac", [(0, 0), (1, 3), (4, 4)]),
        ("^a", "aa", [(0, 1)]),
        (r"\b", "ab", [(0, 0), (2, 2)]),
        ("b|", "ab", [(0, 0), (1, 2)]),
        ("(?m)^", "a\nb", [(0, 0), (2, 2)]),
        ("é", "éé", [(0, 1), (1, 2)]),
    ],
)
def test_all_matches_are_those_of_go(pattern: str, text: str, spans: list[tuple[int, int]]) -> None:
    assert list(Expression(pattern).spans(text)) == spans
    assert list(by_automaton(pattern).spans(text)) == spans


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "a" * 50_000 + "b"),
        ("(x+x+)+y", "x" * 50_000),
        ("(a|aa)+$", "a" * 50_000 + "b"),
        ("(a*)*b", "a" * 50_000),
        ("(.*)(.*)(.*)(.*)(.*)=", "a" * 20_000),
        ("(a?){300}a{300}b", "a" * 300),
    ],
)
def test_what_ruins_backtracking_ends(pattern: str, text: str) -> None:
    assert not by_automaton(pattern).test(text)
    assert Expression(pattern).search(text) is None


ATOMS = st.sampled_from(
    [
        *(
            "a",
            "b",
            ".",
            "[ab]",
            "[^a]",
            r"\d",
            r"\w",
            r"\W",
            r"\s",
            "(a|b)",
            "(?:ab|a)",
            "^",
            "$",
            r"\b",
            "é",
            "(?i:k)",
        ),
        *(
            "[[:alpha:]]",
            r"\pL",
            r"\P{Lu}",
            "(?s:.)",
            "(?m:^)",
            "(?m:$)",
            "(|a)",
            "(a|)",
            "()",
            "\n",
            r"(?i:\W)",
            r"\z",
        ),
    ]
)
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda options: f"(?:{'|'.join(options)})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{0,2}?", "{2,}"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=8,
)
TEXTS = st.text("aabbkK1x \né_\u212a\u017f", max_size=14)


@given(PATTERNS, TEXTS)
def test_the_automaton_finds_what_backtracking_finds(pattern: str, text: str) -> None:
    expression = Expression(pattern)
    if expression._quick:
        found = expression._quick.search(text)
        assert by_automaton(pattern).search(text) == (found.span() if found else None)


@given(PATTERNS, TEXTS)
def test_the_automaton_finds_what_google_re2_finds(pattern: str, text: str) -> None:
    re2 = pytest.importorskip("re2", reason=OTHER_PLATFORM)
    found = re2.compile(pattern).search(text)
    expression = by_automaton(pattern)
    assert expression.search(text) == (found.span() if found else None)
    assert expression.test(text) == bool(found)


TOKENS = (
    "a ( ) [ ] { } * + ? | ^ $ . \\ - , 1 (?: (?i) (?P<n> (?= (?-s:)"
    " \\d \\Q \\E [^ [:alpha:] \\p \\pL {2} {1, é \\x \\07 \\8"
)


@given(st.lists(st.sampled_from(TOKENS.split()), max_size=7).map("".join))
def test_what_is_accepted_is_what_google_re2_accepts(pattern: str) -> None:
    re2 = pytest.importorskip("re2", reason=OTHER_PLATFORM)
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error:
        with pytest.raises(PatternError):
            Expression(pattern)
    else:
        Expression(pattern)
