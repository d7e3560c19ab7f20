"""Whole lines: the quick ways agree with the plain one."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from sealwright.convert.lines import line_end, shift

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
texts = st.text("ab \r\n", max_size=12)


@given(texts, st.integers(0, 12))
def test_a_line_ends_where_the_expression_says(text: str, offset: int) -> None:
    match = LINE.match(text, min(offset, len(text)))
    assert match is not None
    assert line_end(text, min(offset, len(text))) == match.end()


@given(texts, st.integers(0, 4))
def test_lines_move_to_the_right_and_empty_ones_stay(text: str, columns: int) -> None:
    lines = [line for line in LINE.findall(text) if line]
    assert shift(text, columns) == "".join(" " * columns + line if line.strip("\r\n") else line for line in lines)
