"""The shared examples: leaks that must be found on their lines, look-alikes that must stay silent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest
from support import needs_shared, shared_dir
from unit.detect.scans import PARSERS

from sealwright.detect.scanner import scan_source
from sealwright.finding import Finding
from sealwright.manifest.source import decode
from sealwright.run.scan import scan_bytes

FAMILIES_OF_THIS_RELEASE = frozenset(
    f"B{number:02}"
    for number in (
        *(1, 2, 3, 4, 7, 37, 38, 41, 45, 46, 47, 48, 49, 50, 52, 53, 54, 55, 60, 64, 65, 66),
        *(31, 39, 43, 56, 57, 59, 68, 73, 74, 75, 82, 83, 84, 85, 87, 90, 92, 93, 97, 98, 103),
    )
)
BROKEN = {"B84"}
"""Examples with a document that does not parse."""


class Vector(NamedTuple):
    path: str
    data: bytes
    lines: list[int]
    broken: bool


def vectors(prefix: str) -> list[object]:
    folder = shared_dir()
    if folder is None:
        return [pytest.param(Vector("", b"", [], False), id="absent")]
    result: list[object] = []
    for example in sorted((folder / "vectors" / "detection").glob(f"{prefix}*")):
        if prefix == "G" or example.name in FAMILIES_OF_THIS_RELEASE:
            result.extend(_files(example))
    return result


def _files(example: Path) -> list[object]:
    expected = json.loads((example / "expected.json").read_text(encoding="utf-8"))["files"]
    return [
        pytest.param(
            Vector(path, (example / path).read_bytes(), what["lines"], example.name in BROKEN),
            id=f"{example.name}-{path}",
        )
        for path, what in expected.items()
    ]


@needs_shared
@pytest.mark.parametrize("libyaml", PARSERS)
@pytest.mark.parametrize("vector", vectors("G"))
def test_look_alikes_are_silent(vector: Vector, libyaml: bool) -> None:
    scan = scan_source(decode(vector.path, vector.data), libyaml=libyaml)
    assert (scan.findings, scan.problems) == ([], [])


@needs_shared
@pytest.mark.parametrize("libyaml", PARSERS)
@pytest.mark.parametrize("vector", vectors("B"))
def test_leaks_are_found_on_their_lines(vector: Vector, libyaml: bool) -> None:
    scan = scan_source(decode(vector.path, vector.data), libyaml=libyaml)
    assert bool(scan.problems) == vector.broken
    for line in vector.lines:
        assert any(_shows(finding, line) for finding in scan.findings), line
    if not vector.lines:
        assert scan.findings == []


@needs_shared
@pytest.mark.parametrize("vector", vectors("B"))
def test_the_byte_test_lets_leaks_through(vector: Vector) -> None:
    direct = scan_source(decode(vector.path, vector.data)).findings
    assert [result for result in scan_bytes(vector.path, vector.data) if isinstance(result, Finding)] == direct


def _shows(finding: Finding, line: int) -> bool:
    """A block scalar is found where its header stands; its text begins on the line below."""
    return finding.location.start.line <= line <= finding.location.end.line
