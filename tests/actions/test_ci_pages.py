"""What the pages of docs/ci say can be copied: inputs and settings that are there, files that exist, in valid form."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from support import ROOT, program

PAGES = ROOT / "docs" / "ci"


def blocks(page: str) -> list[Any]:
    """The YAML blocks of a page, parsed."""
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    return [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]


def documented(page: str) -> set[str]:
    """The names in the first column of the tables of inputs."""
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| (`[\w.`, -]+`)(?: \((?:gate|scan)\))? \|", text)
    return {name for row in rows for name in re.findall(r"`([\w.-]+)`", row)}


def declared(file: str) -> set[str]:
    """The inputs of a file under actions/."""
    content = next(yaml.safe_load_all((ROOT / file).read_text(encoding="utf-8")))
    if "parameters" in content:
        return {parameter["name"] for parameter in content["parameters"]}
    if "params" in content["spec"]:
        return {parameter["name"] for parameter in content["spec"]["params"]}
    return set(content["spec"]["inputs"])


def gitlab() -> Iterator[tuple[str, set[str]]]:
    for block in blocks("gitlab"):
        for include in block["include"]:
            place = include.get("file") or include.get("remote") or include["component"]
            step = re.findall(r"/(gate|scan)\b", place)[-1]
            yield f"actions/{step}/gitlab.yml", set(include["inputs"])


def azure() -> Iterator[tuple[str, set[str]]]:
    for block in blocks("azure-pipelines"):
        for step in block["steps"]:
            if "template" in step:
                yield step["template"].partition("@")[0], set(step["parameters"])


def tekton() -> Iterator[tuple[str, set[str]]]:
    for block in blocks("tekton"):
        for task in block["spec"]["tasks"]:
            place = [param["value"] for param in task["taskRef"].get("params", []) if param["name"] == "pathInRepo"]
            if place:
                yield place[0], {param["name"] for param in task["params"]}


@pytest.mark.parametrize("examples", [gitlab, azure, tekton])
def test_examples_give_inputs_that_are_declared(examples: Any) -> None:
    found = list(examples())
    assert found
    for file, given in found:
        assert given
        assert given <= declared(file), file


@pytest.mark.parametrize(
    ("page", "files", "others"),
    [
        ("gitlab", "gitlab.yml", set[str]()),
        ("azure-pipelines", "azure-pipelines.yml", set[str]()),
        ("tekton", "tekton.yaml", {"verdict", "findings"}),
    ],
)
def test_tables_name_all_inputs(page: str, files: str, others: set[str]) -> None:
    inputs = declared(f"actions/gate/{files}") | declared(f"actions/scan/{files}")
    assert {name for name in documented(page) if not name.startswith("actions")} == inputs | others


def test_the_page_of_the_hook_names_its_settings() -> None:
    hook = (ROOT / "actions" / "pre-receive" / "pre-receive").read_text(encoding="utf-8")
    used = set(re.findall(r"setting (\w+)", hook)) | set(re.findall(r"sealwright\.(\w+)\b(?=[ )])", hook))
    assert documented("pre-receive") == {f"sealwright.{name}" for name in used}


def test_the_pipeline_for_azure_is_valid(tmp_path: Path) -> None:
    text = (PAGES / "azure-pipelines.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    file = tmp_path / "azure-pipelines.yml"
    file.write_text(block.replace("fetchDepth: 0", 'fetchDepth: "0"'), encoding="utf-8")  # numbers are text there
    # The schema has patterns that are not valid in the strictest of the ways to read them.
    options = ("--regex-variant", "nonunicode", "--builtin-schema", "vendor.azure-pipelines")
    command = [program("check-jsonschema"), *options, str(file)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
