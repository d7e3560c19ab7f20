"""Whole files before and after, as people would read them."""

from __future__ import annotations

import pytest
from support import ROOT
from unit.convert.external_secret.converting import converted, expected_object, upstream_complaints
from unit.convert.sealing_again import load_all

FOLDER = ROOT / "tests" / "golden" / "external_secret"
CASES = sorted(path.name for path in FOLDER.iterdir())


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str) -> None:
    text = (FOLDER / case / "input.yaml").read_bytes().decode()
    made = converted(text).text
    assert made.encode() == (FOLDER / case / "expected.yaml").read_bytes()
    for before, after in zip(load_all(text), load_all(made), strict=True):
        if before.get("kind") == "Secret":
            assert after == expected_object(before)
            assert upstream_complaints(after) == []


def test_there_are_cases() -> None:
    assert len(CASES) >= 7
