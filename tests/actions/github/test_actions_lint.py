"""What linters say of every action, of our workflows and of those that the documentation shows: nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from oracle_npm import GithubParser
from support import ROOT, program

from sealwright.cli.options import parse

ACTIONS = sorted((ROOT / "actions").glob("*/action.yml"))
WORKFLOWS = sorted(
    [*(ROOT / ".github" / "workflows").glob("*.yml"), *(ROOT / "examples" / "ci" / "github").glob("*.yaml")]
)
PAGES = [ROOT / "README.md", ROOT / "docs" / "ci" / "github.md", *(path.with_name("README.md") for path in ACTIONS)]
SCRIPTS = sorted((ROOT / "actions").rglob("*.sh"))
BY_NAME = pytest.mark.parametrize("action", ACTIONS, ids=lambda path: path.parent.name)
NO_OPTIONS = {"paths", "working-directory", "extras"}
BAD_ACTION = """\
name: bad
description: bad
inputs: {text: {description: anything, default: ""}}
runs:
  using: composite
  steps:
    - run: echo ${{ inputs.text }} ${{ secrets.TOKEN }}
      shell: bash
"""


def content(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def scripts() -> Iterator[tuple[str, str]]:
    """Name and text of every script: those in files, and those in the steps of actions and workflows."""
    for path in SCRIPTS:
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    for path in (*ACTIONS, *WORKFLOWS):
        loaded = content(path)
        jobs = [loaded["runs"]] if "runs" in loaded else loaded["jobs"].values()
        for number, step in enumerate(step for job in jobs for step in job.get("steps", ())):
            if "run" in step:
                text = re.sub(r"\$\{\{.*?\}\}", "expression", step["run"])
                yield f"{path.relative_to(ROOT)}, step {number}", f"#!/usr/bin/env bash\nset -eo pipefail\n{text}\n"


def pinned(path: Path, folder: Path) -> Path:
    """A copy in which our own actions, of which there is no release yet, are pinned as the comment beside them says."""
    text = path.read_text(encoding="utf-8")
    copy = folder / path.name
    release = re.compile(r"(uses: sealwright/sealwright/actions/\w+)@(v[\d.]+) # better the id of its commit.*")
    copy.write_text(release.sub(rf"\1@{'1234' * 10} # \2", text), encoding="utf-8")
    return copy


def zizmor(*paths: Path) -> tuple[int, str]:
    """With every audit that needs no network, and nothing configured away."""
    command = [program("zizmor"), "--offline", "--no-config", "--persona", "auditor", "--quiet", *map(str, paths)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_there_are_actions_and_workflows() -> None:
    assert [path.parent.name for path in ACTIONS] == ["convert", "gate", "scan", "verify"]
    assert len(WORKFLOWS) >= 4


def test_zizmor_has_no_findings(tmp_path: Path) -> None:
    hooks = tmp_path / ".pre-commit-config.yaml"
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"^```yaml\n(repos:.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    hooks.write_text(text, encoding="utf-8")
    workflows = [pinned(path, tmp_path) for path in WORKFLOWS]
    assert zizmor(*ACTIONS, *workflows) == (0, "No findings to report. Good job!\n")
    assert zizmor(hooks)[0] == 0


def test_zizmor_looks(tmp_path: Path) -> None:
    (tmp_path / "action.yml").write_text(BAD_ACTION, encoding="utf-8")
    code, said = zizmor(tmp_path / "action.yml")
    assert code
    assert "template-injection" in said


def test_the_schemas_accept_them() -> None:
    for schema, paths in (("github-actions", ACTIONS), ("github-workflows", WORKFLOWS)):
        command = [program("check-jsonschema"), "--builtin-schema", f"vendor.{schema}", *map(str, paths)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_the_parser_of_github_accepts_them(tmp_path: Path) -> None:
    parser = GithubParser(tmp_path)
    bad = tmp_path / "bad" / "action.yml"
    bad.parent.mkdir()
    bad.write_text(BAD_ACTION, encoding="utf-8")
    said = parser.complaints([*ACTIONS, *WORKFLOWS, bad])
    assert list(said) == [str(bad)]
    assert any("secrets" in message for message in said[str(bad)])


@pytest.mark.skipif(sys.platform == "win32", reason="another platform is needed: shellcheck wants LF")
@pytest.mark.parametrize(("name", "text"), list(scripts()), ids=lambda value: value if "\n" not in value else "")
def test_shellcheck_has_nothing_to_say(name: str, text: str) -> None:
    command = [
        program("shellcheck"),
        "--shell=bash",
        "--severity=style",
        "--enable=quote-safe-variables,deprecate-which",
        "-",
    ]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.stdout == "", name


@BY_NAME
def test_an_action_has_nothing_but_run_steps(action: Path) -> None:
    """Nested actions would be fetched for everybody, whether they run or not, and other runners do not have them."""
    runs = content(action)["runs"]
    assert runs["using"] == "composite"
    for step in runs["steps"]:
        assert step.keys() <= {"id", "shell", "run", "env", "working-directory"}
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], "what is put into a script is run"


@BY_NAME
def test_every_input_is_used_and_every_use_is_an_input(action: Path) -> None:
    loaded = content(action)
    text = action.read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", text)) == set(loaded["inputs"])
    steps = {step["id"] for step in loaded["runs"]["steps"]}
    assert set(re.findall(r"steps\.([\w-]+)\.", text)) <= steps
    assert text.count("${{") == len(re.findall(r"\$\{\{ (?:inputs|steps)\.", text))


@BY_NAME
def test_inputs_are_options_of_the_command(action: Path) -> None:
    loaded = content(action)
    command = action.parent.name
    options = {option for known in parse([command]).actions for option in known.option_strings}
    assert {f"--{name}" for name in loaded["inputs"] if name not in NO_OPTIONS} <= options
    environment = loaded["runs"]["steps"][-1]["env"]
    for name in set(loaded["inputs"]) - {"working-directory", "extras"}:
        assert environment[f"SEALWRIGHT_{name.upper().replace('-', '_')}"] == f"${{{{ inputs.{name} }}}}"
    for one in (*loaded["inputs"].values(), *loaded["outputs"].values()):
        assert one["description"].endswith(".")


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_permissions_are_given_by_jobs_only(workflow: Path) -> None:
    assert content(workflow)["permissions"] == {}


@pytest.mark.parametrize("file", [*WORKFLOWS, *PAGES], ids=lambda path: str(path.relative_to(ROOT)))
def test_every_step_of_others_is_pinned_by_commit_with_its_version_beside_it(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert "uses: " in text
    for line in re.findall(r"uses: (.*)", text):
        ours = line.startswith(("sealwright/sealwright/", "$/actions/"))
        assert ours or re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


def test_pages_say_what_the_actions_say() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "write_action_pages.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", [path.with_name("README.md") for path in ACTIONS], ids=lambda path: path.parent.name)
def test_the_example_of_a_page_is_valid(page: Path) -> None:
    (text,) = re.findall(r"^```yaml\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    for step in yaml.safe_load(text):
        if step["uses"].startswith("sealwright/"):
            name = step["uses"].partition("@")[0].rpartition("/")[2]
            assert name == page.parent.name
            assert set(step.get("with", {})) <= set(content(page.parent / "action.yml")["inputs"])
