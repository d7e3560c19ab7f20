"""Every detector: its page, with examples that are true, and its words, which the byte test must know."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

import pytest
from unit.detect.scans import PARSERS, scan

from sealwright.detect.registry import detectors
from sealwright.run.scan import scan_bytes

if TYPE_CHECKING:
    from sealwright.detect.base import Detector

DETECTORS = [detector for _, detector in detectors()]
SECTIONS = re.compile(r"^(Finds|Leaves alone|Bad|Good|Fix):", re.MULTILINE)
EXAMPLE = r"^%s:\n\n((?:    [^\n]*\n|\n)+)"


def page(detector: Detector) -> str:
    return f"{textwrap.dedent(detector.__doc__ or '')}\n"


def path_of(detector: Detector) -> str:
    """The name under which the examples are read: some rules are about other files than manifests."""
    return str(getattr(detector, "EXAMPLE", "file.yaml"))


def example(detector: Detector, heading: str) -> str:
    match = re.search(EXAMPLE % heading, page(detector), re.MULTILINE)
    assert match, f"{detector.RULE}: no indented example below `{heading}:`"
    return textwrap.dedent(match.group(1)).strip("\n") + "\n"


every_detector = pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.RULE)


@every_detector
@pytest.mark.parametrize("libyaml", PARSERS)
def test_the_good_example_is_silent(detector: Detector, libyaml: bool) -> None:
    assert scan(example(detector, "Good"), path_of(detector), libyaml=libyaml)[:2] == ([], [])


@every_detector
@pytest.mark.parametrize("libyaml", PARSERS)
def test_the_bad_example_is_found(detector: Detector, libyaml: bool) -> None:
    result = scan(example(detector, "Bad"), path_of(detector), libyaml=libyaml)
    assert {finding.rule for finding in result.findings} == {detector.RULE}
    assert (
        len(scan_bytes(path_of(detector), example(detector, "Bad").encode()))
        == len(result.findings) + len(result.problems) + 1
    )


@every_detector
def test_the_page_has_its_sections_in_order(detector: Detector) -> None:
    assert SECTIONS.findall(page(detector)) == ["Finds", "Leaves alone", "Bad", "Good", "Fix"]
    first = page(detector).splitlines()[0]
    assert first.endswith(".")
    assert len(first) <= 100


def test_names_are_unique() -> None:
    rules = [detector.RULE for _, detector in detectors()]
    assert len(set(rules)) == len(rules)
