"""What CodeCatalyst makes of a SARIF report: does it take it, and does it meet the criteria of success?

Source: docs.aws.amazon.com/codecatalyst, "Supported SARIF properties", "Configuring success criteria".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from actions.codecatalyst.workflow import SEVERITIES

MOST_FINDINGS = 20_000
_REGION = ("startLine", "startColumn", "endLine", "endColumn")
_LEVELS = {"error": "HIGH", "warning": "MEDIUM", "note": "LOW", "none": "INFORMATIONAL"}
_LONGEST = {"id": 1024, "name": 1024, "helpUri": 3000}


def complaint(report: Mapping[str, Any], files: Iterable[Path]) -> str:
    """Why a report fails its action; '' where it does not."""
    found = sorted(files)
    if not found:
        return "no file of this report is there"
    results = [severity for file in found for severity in severities(json.loads(file.read_text(encoding="utf-8")))]
    if len(results) > MOST_FINDINGS:
        return "more findings than a report may have"
    for limit in (report.get("SuccessCriteria") or {}).values():
        least = SEVERITIES.index(limit["Severity"])
        count = sum(SEVERITIES.index(severity) >= least for severity in results)
        if count > limit["Number"]:
            return f"{count} findings at {limit['Severity']} or above"
    return ""


def severities(document: Mapping[str, Any]) -> list[str]:
    """The severity of each result. Fails where a property that CodeCatalyst requires is missing.

    Suppressions are not among the properties that it reads: a result counts, whatever was decided about it.
    """
    assert document["version"] == "2.1.0"
    assert document["$schema"]
    found = []
    for run in document["runs"]:
        driver = run["tool"]["driver"]
        assert driver["name"]
        for rule in driver["rules"]:
            assert all(len(rule.get(key, "")) <= longest for key, longest in _LONGEST.items())
            assert all(len(rule[key]["text"]) <= 3000 for key in ("shortDescription", "fullDescription"))
        found += [_severity(result, driver["rules"]) for result in run["results"]]
    return found


def _severity(result: Mapping[str, Any], rules: list[Mapping[str, Any]]) -> str:
    place = result["locations"][0]["physicalLocation"]
    assert all(isinstance(place["region"][key], int) for key in _REGION)
    assert not place["artifactLocation"]["uri"].startswith("/")
    assert 0 < len(result["message"]["text"]) <= 3000
    rule = rules[result["ruleIndex"]]
    assert rule["id"] == result["ruleId"]
    for properties in (result.get("properties", {}), rule.get("properties", {})):
        if properties.get("severity"):
            severity = str(properties["severity"])
            assert severity in SEVERITIES
            return severity
    return _LEVELS[result.get("level", "warning")]
