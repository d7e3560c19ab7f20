"""AWS's own validator takes every workflow that we ship; and it refuses what must not be in one."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from actions.codecatalyst.workflow import LARGEST_FILE, read, uncommented
from oracle_npm import npm_folder
from support import ROOT, project_files, scrubbed

WORKFLOWS = sorted(
    file.relative_to(ROOT).as_posix()
    for file in project_files()
    if file.suffix in (".yaml", ".yml")
    and file.is_relative_to(ROOT / "actions") | file.is_relative_to(ROOT / "examples" / "ci")
    and "codecatalyst" in (file.stem, file.parent.name)
)
_PROGRAM = """\
const { WorkflowDefinition } = require("@aws/codecatalyst-workflows-sdk");
const { readFileSync } = require("fs");
const YAML = require("yaml");
const said = process.argv.slice(1).map((file) => {
  const result = WorkflowDefinition.validate(YAML.parse(readFileSync(file, "utf8")));
  return result.valid ? "" : String(result.errors.map((error) => error.stack));
});
console.log(JSON.stringify(said));
"""


def _said(*files: Path) -> list[str]:
    """What the validator has to say of each file; '' where it is content."""
    environment = scrubbed(os.environ) | {"NODE_PATH": str(npm_folder("@aws/codecatalyst-workflows-sdk"))}
    command = ["node", "-e", _PROGRAM, *map(str, files)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    said: list[str] = json.loads(ended.stdout)
    return said


def test_every_workflow_is_valid() -> None:
    assert len(WORKFLOWS) >= 7
    assert dict(zip(WORKFLOWS, _said(*(ROOT / path for path in WORKFLOWS)), strict=True)) == dict.fromkeys(
        WORKFLOWS, ""
    )


@pytest.mark.parametrize("path", WORKFLOWS)
def test_every_workflow_is_one_for_our_runner_too(path: str) -> None:
    """Small enough, in one format only, on an image that is named: without one, an old Python runs."""
    content = (ROOT / path).read_bytes()
    assert len(content) < LARGEST_FILE
    for action in read(ROOT / path).actions:
        commands = [step["Run"] for step in action.body["Configuration"].get("Steps", ())]
        if any("sealwright" in command for command in commands):
            assert action.body["Configuration"]["Container"]["Image"] == "CodeCatalystLinux_x86_64:2024_03"
            assert any('"sealwright==' in command for command in commands)


def test_what_stands_in_comments_is_valid_when_it_is_taken_in(tmp_path: Path) -> None:
    """Settings that a person may want: an approval, an environment, variables."""
    files = []
    for number, path in enumerate(WORKFLOWS):
        before = (ROOT / path).read_text(encoding="utf-8")
        text = uncommented(before)
        if text != before:
            files.append(tmp_path / f"{number}.yaml")
            files[-1].write_text(text, encoding="utf-8")
            read(files[-1])
    assert len(files) == 3
    assert _said(*files) == [""] * 3


def _lower_case(body: dict[str, Any]) -> None:
    body["Triggers"][0]["Type"] = "Push"


def _no_severity(body: dict[str, Any]) -> None:
    body["Actions"]["Scan"]["Outputs"]["Reports"]["sealwright"]["SuccessCriteria"] = {
        "StaticAnalysisFinding": {"Severity": "High", "Number": 0}
    }


def _no_format(body: dict[str, Any]) -> None:
    body["Actions"]["Scan"]["Outputs"]["Reports"]["sealwright"]["Format"] = "SARIF"


def _no_name(body: dict[str, Any]) -> None:
    body["Name"] = "sealwright scan"


def _empty_value(body: dict[str, Any]) -> None:
    body["Actions"]["Scan"]["Inputs"]["Variables"][0]["Value"] = ""


def _key_of_another_service(body: dict[str, Any]) -> None:
    body["Actions"]["Scan"]["needs"] = []


def _step_of_another_service(body: dict[str, Any]) -> None:
    body["Actions"]["Scan"]["Configuration"]["Steps"][0] = {"run": "true"}


@pytest.mark.parametrize(
    "breaking",
    [
        _lower_case,
        _no_severity,
        _no_format,
        _no_name,
        _empty_value,
        _key_of_another_service,
        _step_of_another_service,
    ],
)
def test_what_must_not_be_in_one_is_refused(tmp_path: Path, breaking: Callable[[dict[str, Any]], None]) -> None:
    body = yaml.safe_load((ROOT / "actions/scan/codecatalyst.yaml").read_text(encoding="utf-8"))
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(yaml.safe_dump(body), encoding="utf-8")
    breaking(body)
    bad.write_text(yaml.safe_dump(body), encoding="utf-8")
    [of_good, of_bad] = _said(good, bad)
    assert of_good == ""
    assert of_bad
