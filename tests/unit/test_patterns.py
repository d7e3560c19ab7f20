"""A pattern behaves as the expression it stands for, and is compiled when it is used."""

from __future__ import annotations

import re

from sealwright.patterns import Pattern


def test_nothing_is_compiled_before_it_is_used() -> None:
    pattern = Pattern("(")
    assert pattern._compiled is None


def test_every_method_is_that_of_the_expression() -> None:
    pattern, expression, text = Pattern("A+", re.IGNORECASE), re.compile("a+", re.IGNORECASE), "xaAyaz"
    assert pattern.match(text) is None
    for method in ("search", "match"):
        ours, theirs = getattr(pattern, method)(text, 1, 5), getattr(expression, method)(text, 1, 5)
        assert ours.span() == theirs.span()
    assert pattern.fullmatch(text, 1, 3) is not None
    assert [match.span() for match in pattern.finditer(text)] == [match.span() for match in expression.finditer(text)]
    assert pattern.findall(text) == expression.findall(text)
    assert pattern.sub("-", text) == expression.sub("-", text)
    assert pattern.subn("-", text) == expression.subn("-", text)
