"""The labelled cases of benchmarks/quality, as written and rewritten: each secret is found at its line, nothing else.

Failures show whole files; every value in them was made up by the test.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from benchmarks.quality.catalogue import catalogue
from benchmarks.quality.ours import Outcome, outcomes
from benchmarks.quality.slots import ALPHABETS
from benchmarks.quality.variants import variant

CASES = catalogue()
LEAKS = sorted({case.family for case in CASES if case.bad})
LOOK_ALIKES = sorted({case.family for case in CASES if not case.bad})
SHOWN = 3


@cache
def scanned(family: str) -> list[Outcome]:
    """Every case of a family with a password of every alphabet: as written, and in one other form."""
    variants = [
        variant(case, seed, form)
        for case in CASES
        if case.family == family
        for seed in range(len(ALPHABETS))
        for form in (0, seed + 1)
    ]
    with TemporaryDirectory() as folder:
        return outcomes(variants, Path(folder))


def shown(failed: list[Outcome]) -> str:
    names = sorted({outcome.variant.case.id for outcome in failed})
    return "\n\n".join((f"{len(failed)} variants of {', '.join(names)}", *map(str, failed[:SHOWN])))


@pytest.mark.parametrize("family", LOOK_ALIKES)
def test_a_look_alike_is_left_alone(family: str) -> None:
    failed = [outcome for outcome in scanned(family) if outcome.findings or outcome.problems]
    assert not failed, shown(failed)


@pytest.mark.parametrize("family", LEAKS)
def test_every_secret_is_found_at_its_line(family: str) -> None:
    failed = [outcome for outcome in scanned(family) if outcome.missed]
    assert not failed, shown(failed)


@pytest.mark.parametrize("family", LEAKS)
def test_no_finding_tells_a_value(family: str) -> None:
    failed = [outcome for outcome in scanned(family) if outcome.told]
    assert not failed, shown(failed)


@pytest.mark.parametrize("family", LEAKS)
def test_another_form_makes_neither_more_findings_nor_fewer(family: str) -> None:
    failed = [b for a, b in pairs(scanned(family)) if len(a.findings) != len(b.findings)]
    assert not failed, shown(failed)


def pairs(found: list[Outcome]) -> Iterator[tuple[Outcome, Outcome]]:
    """Each case as written and in its other form, with the same values."""
    yield from zip(found[::2], found[1::2], strict=True)


def test_the_catalogue_means_what_it_says() -> None:
    """Every leak has a line to find, no look-alike has one, and no form of a case loses or gains one."""
    for case in CASES:
        counts = {
            sum(len(file.expected) for file in variant(case, seed, form).files)
            for seed in range(5)
            for form in (0, 1, 2)
        }
        assert len(counts) == 1, case.id
        assert bool(counts.pop()) == case.bad, case.id


def test_no_case_holds_a_secret_as_it_is_stored() -> None:
    """So that nobody's push is stopped by this catalogue: what is scanned as stored has nothing in it."""
    import benchmarks.quality.catalogue as module

    stored = [path for path in module.FOLDER.rglob("*") if path.is_file()]
    assert stored
    texts = [path.read_text(encoding="utf-8") for path in stored]
    assert not [
        text
        for text in texts
        if "-----BEGIN " in text or "AGE-SECRET" in text or "ENC[" in text.replace("was ENC[", "")
    ]
