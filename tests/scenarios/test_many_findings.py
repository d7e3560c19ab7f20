"""Three thousand findings through the installed program, thirty thousand through every reporter: within all limits."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from support import Repository, run_program
from unit.report.results import blocking, many, written

from sealwright.finding import Severity
from sealwright.report.base import Style, Summary
from sealwright.report.record import Record
from sealwright.report.registry import FORMATS

FILES, SECRETS = 60, 50
SECRET = """\
apiVersion: v1
kind: Secret
metadata: {{name: db-{number}, namespace: team-{number}}}
stringData:
  password: correct-horse-{number}
---
"""
MIB = 1024 * 1024


def json_is_good(report: bytes) -> None:
    json.loads(report)


def sarif_is_good(report: bytes) -> None:
    """GitHub: 5,000 shown, 25,000 refused; all: 10 MB, here unpacked; CodeCatalyst: 20,000 findings in a report."""
    assert len(report) <= 10_000_000
    (run,) = json.loads(report)["runs"]
    assert 0 < len(run["results"]) <= 5_000
    assert len(run["tool"]["driver"]["rules"]) <= 25_000
    # GitLab gives up where it can use less than half: each has a place, a short message, a rule.
    for result in run["results"]:
        (location,) = result["locations"]
        assert 0 < len(result["message"]["text"]) <= 1024
        assert location["physicalLocation"]["artifactLocation"]["uri"]
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def annotations_are_good(report: bytes) -> None:
    """GitHub shows ten errors and ten warnings of a step."""
    lines = report.decode().splitlines()
    assert 0 < sum(line.startswith(("::error ", "::warning ")) for line in lines) <= 10
    assert len(lines) <= 12
    assert " more: run `sealwright gate`" in lines[10]


def comment_is_good(report: bytes) -> None:
    """GitHub: 65,536 characters of a comment; a job's summary may be sixteen times as long."""
    assert len(report) <= 65_536
    assert b" more: run `sealwright gate`" in report


def junit_is_good(report: bytes) -> None:
    """GitLab: below 30 MB and 250,000 objects; CodeCatalyst: 20,000 test cases."""
    assert len(report) < 30_000_000
    elements = list(ET.fromstring(report).iter())
    assert sum(1 + len(element.attrib) for element in elements) < 250_000
    assert 1_000 < sum(element.tag == "testcase" for element in elements) <= 20_000


def code_quality_is_good(report: bytes) -> None:
    """GitLab keeps 10 MB of what it compares in a merge request."""
    assert len(report) <= 10_000_000
    assert len(json.loads(report)) > 1_000


def artifact_is_good(report: bytes) -> None:
    """Nobody but people and auditors reads it: what every service takes as an artifact."""
    assert 0 < len(report) <= 100 * MIB


LIMITS: dict[str, Callable[[bytes], Any]] = {
    "json": json_is_good,
    "sarif": sarif_is_good,
    "sarif-github": sarif_is_good,
    "github": annotations_are_good,
    "junit": junit_is_good,
    "gitlab": code_quality_is_good,
    "markdown": comment_is_good,
    "in-toto": json_is_good,
    "oscal": json_is_good,
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report in every format about a repository with 3,000 Secrets in clear."""
    folder = tmp_path_factory.mktemp("many")
    repository = Repository.init(folder / "repository")
    for file in range(FILES):
        numbers = range(file * SECRETS, (file + 1) * SECRETS)
        repository.write(f"apps/{file}/secrets.yaml", "".join(SECRET.format(number=number) for number in numbers))
    repository.commit()
    outputs = [f"--output={name}={(folder / name).as_posix()}" for name in FORMATS]
    assert run_program("sealwright", "gate", *outputs, cwd=repository.path).returncode == 1
    return folder


@pytest.mark.parametrize("name", FORMATS)
def test_three_thousand_findings_are_within_every_limit(reports: Path, name: str) -> None:
    report = (reports / name).read_bytes()
    artifact_is_good(report)
    LIMITS.get(name, artifact_is_good)(report)


@pytest.mark.parametrize("name", ["json", "sarif", "sarif-github", "junit", "gitlab"])
def test_none_of_three_thousand_is_left_out_where_there_is_room(reports: Path, name: str) -> None:
    report = (reports / name).read_text(encoding="utf-8")
    assert {int(number) for number in re.findall(r"\bdb-([0-9]+)\b", report)} == set(range(FILES * SECRETS))


@pytest.mark.parametrize("name", FORMATS)
def test_thirty_thousand_findings_are_within_every_limit(name: str) -> None:
    record = Record("gate", "shop", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(0)))
    style = Style(gating=True, blocks=blocking(Severity.MEDIUM), record=record)
    report = written(name, many(30_000), Summary(gating=True), style).encode("utf-8", "surrogateescape")
    artifact_is_good(report)
    LIMITS.get(name, artifact_is_good)(report)
