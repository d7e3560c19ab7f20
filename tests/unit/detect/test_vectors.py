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
from sealwright.run import scan_bytes

FAMILIES_OF_THIS_RELEASE = frozenset(
    [
        "B01",
        "B02",
        "B03",
        "B04",
        "B07",
        "B37",
        "B38",
        "B41",
        "B45",
        "B46",
        "B47",
        "B48",
        "B49",
        "B50",
        "B52",
        "B53",
        "B54",
        "B55",
        "B60",
        "B64",
        "B65",
        "B66",
        "B73",
        "B74",
        "B75",
        "B82",
        "B83",
        "B84",
        "B85",
        "B87",
        "B90",
        "B92",
        "B93",
        "B97",
        "B98",
        "B103",
    ]
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
