"""Whole files before and after, as people would read them."""

from __future__ import annotations

import re

import pytest
from support import ROOT
from unit.convert.sealing_again import load_all, opened, sealed, values_of

from sealwright.convert.seal import SealOptions
from sealwright.sealing.scope import Scope

FOLDER = ROOT / "tests" / "golden" / "seal"
CASES = sorted(path.name for path in FOLDER.iterdir())
OPTIONS = {"scope-chosen": SealOptions(Scope.STRICT), "namespace-given": SealOptions(namespace="prod")}
CIPHERTEXT = re.compile(r"AQ[A-Za-z0-9+/=]{300,}")


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str) -> None:
    text = (FOLDER / case / "input.yaml").read_bytes().decode()
    made = sealed(text, options=OPTIONS.get(case)).text
    shown = CIPHERTEXT.sub("<sealed>", made).encode()
    assert shown == (FOLDER / case / "expected.yaml").read_bytes()
    for before, after in zip(load_all(text), load_all(made), strict=True):
        if before.get("kind") == "Secret":
            assert opened(after) == values_of(before)


def test_there_are_cases() -> None:
    assert len(CASES) >= 12
