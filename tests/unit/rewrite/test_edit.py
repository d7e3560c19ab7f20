"""Edits: what is refused, then what the others do."""

from __future__ import annotations

import time

import pytest

from sealwright.errors import RewriteError
from sealwright.rewrite.edit import Edit, apply_edits

TEXT = "password: hunter2\r\nnext"


@pytest.mark.parametrize(
    ("edits", "reason"),
    [
        ([Edit(-1, 3, "x")], "outside the text"),
        ([Edit(-2, -1, "x")], "outside the text"),
        ([Edit(0, len(TEXT) + 1, "x")], "outside the text"),
        ([Edit(len(TEXT) + 1, len(TEXT) + 1, "x")], "outside the text"),
        ([Edit(5, 4, "x")], "ends before it starts"),
        ([Edit(0, 4, "x"), Edit(3, 6, "y")], "overlap"),
        ([Edit(3, 6, "y"), Edit(0, 4, "x")], "overlap"),
        ([Edit(0, 9, "x"), Edit(3, 6, "y")], "overlap"),
        ([Edit(0, 4, "x"), Edit(0, 4, "x")], "overlap"),
        ([Edit(0, 4, "x"), Edit(2, 2, "y")], "overlap"),
        ([Edit(3, 3, "x"), Edit(3, 3, "y")], "two insertions"),
        ([Edit(3, 3, "x"), Edit(3, 3, "x")], "two insertions"),
        ([Edit(3, 3, ""), Edit(3, 3, "")], "two insertions"),
        ([Edit(0, 3, "x"), Edit(3, 3, "x"), Edit(3, 3, "y"), Edit(3, 4, "z")], "two insertions"),
    ],
)
def test_refuses(edits: list[Edit], reason: str) -> None:
    with pytest.raises(RewriteError, match=reason) as caught:
        apply_edits(TEXT, edits)
    assert caught.value.hint


def test_a_refusal_quotes_neither_the_text_nor_the_edit() -> None:
    with pytest.raises(RewriteError) as caught:
        apply_edits(TEXT, [Edit(0, 12, "swordfish"), Edit(10, 17, "swordfish")])
    said = f"{caught.value} {caught.value.hint} {caught.value!r}"
    assert "hunter2" not in said
    assert "swordfish" not in said


@pytest.mark.parametrize(
    ("text", "edits", "result"),
    [
        (TEXT, [], TEXT),
        ("", [], ""),
        ("", [Edit(0, 0, "a")], "a"),
        ("abc", [Edit(0, 3, "")], ""),
        ("abc", [Edit(0, 1, "x"), Edit(1, 3, "y")], "xy"),
        ("abc", [Edit(1, 3, "y"), Edit(0, 1, "x")], "xy"),
        ("abc", [Edit(0, 0, "<"), Edit(3, 3, ">")], "<abc>"),
        ("a\r\nb", [Edit(0, 1, "x\n")], "x\n\r\nb"),
        ("\ufeffa: 1", [Edit(4, 5, "2")], "\ufeffa: 2"),
        ("\U0001f511: 1", [Edit(3, 4, "2")], "\U0001f511: 2"),
        ("a\0b", [Edit(0, 1, "x")], "x\0b"),
    ],
)
def test_applies(text: str, edits: list[Edit], result: str) -> None:
    assert apply_edits(text, edits) == result


@pytest.mark.parametrize(
    ("edits", "result"),
    [
        ([Edit(1, 1, "+"), Edit(1, 2, "B")], "a+Bc"),
        ([Edit(2, 2, "+"), Edit(1, 2, "B")], "aB+c"),
        ([Edit(2, 3, "C"), Edit(2, 2, "+"), Edit(1, 2, "B")], "aB+C"),
        ([Edit(1, 1, "+"), Edit(1, 2, "")], "a+c"),
        ([Edit(1, 2, ""), Edit(2, 2, "+")], "a+c"),
        ([Edit(1, 1, "+"), Edit(2, 2, "-")], "a+b-c"),
    ],
)
def test_an_insertion_at_the_border_of_a_replacement_stands_outside_of_it(edits: list[Edit], result: str) -> None:
    assert apply_edits("abc", edits) == result


def test_accepts_any_iterable_once() -> None:
    assert apply_edits("abc", (Edit(index, index + 1, "x") for index in range(3))) == "xxx"


def test_time_grows_with_the_number_of_edits_and_not_with_its_square() -> None:
    ratios = []
    for _ in range(8):  # the machine may be busy with something else
        ratios.append(_seconds(100_000) / max(_seconds(25_000), 1e-3))
        if ratios[-1] < 9:
            return
    pytest.fail(f"{ratios}")


def _seconds(count: int) -> float:
    text, edits = "ab" * count, [Edit(2 * index, 2 * index + 1, "x") for index in range(count)]
    started = time.process_time()
    assert apply_edits(text, edits) == "xb" * count
    return time.process_time() - started
