"""Reading text for credentials takes time in proportion to its length, whatever the text is."""

from __future__ import annotations

import timeit

import pytest

from sealwright.detect.credentials.assignments import assignments

SMALL, LARGE = 2_000, 16_000


@pytest.mark.parametrize(
    "line",
    ["password=\n", "password: a b\n", "  password x\n", "a password='", "password ", '"password', "x=", "{{ ", "a-"],
)
def test_is_linear(line: str) -> None:
    """Eight times the text may take thirty times as long on a busy machine; the square would be sixty-four times."""

    def cost(count: int) -> float:
        text = line * count
        return min(timeit.repeat(lambda: list(assignments(text)), number=1, repeat=5))

    cost(10)
    assert cost(LARGE) < 30 * cost(SMALL) + 0.01
