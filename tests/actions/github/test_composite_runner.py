"""The runner of these tests: what it takes for a command, what it evaluates, and what it refuses."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from composite_action import run_action
from workflow_expressions import evaluate, holds, interpolate

if sys.platform == "win32":
    pytest.skip("another platform is needed: these run GitHub's Linux runner", allow_module_level=True)

CONTEXT = {"inputs": {"a-b": "x", "none": ""}, "steps": {"one": {"outputs": {"rc": "0"}}}, "github": {"event": {}}}
ACTION = """\
name: try
description: try
inputs: {{text: {{default: "a b"}}}}
outputs: {{got: {{value: "${{{{ steps.one.outputs.got }}}}"}}}}
runs:
  using: composite
  steps:
    - id: one
      shell: bash
      run: |
{script}
      env: {{TEXT: "${{{{ inputs.text }}}}"}}
"""


def run(folder: Path, script: str, **inputs: str) -> Any:
    (folder / "action.yml").write_text(
        ACTION.format(script="".join(f"        {line}\n" for line in script.splitlines())), encoding="utf-8"
    )
    return run_action(folder, folder, folder, inputs)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("inputs.a-b", "x"),
        ("inputs.none || 'error'", "error"),
        ("inputs.a-b && 'yes'", "yes"),
        ("inputs.a-b == 'X'", True),
        ("!(inputs.none != '')", True),
        ("'it''s'", "it's"),
        ("steps.one.outputs.missing", ""),
        ("github.event.pull_request.number", ""),
        ("github.event.fork || false", False),
        ("always()", True),
        ("failure()", False),
    ],
)
def test_an_expression_has_this_value(expression: str, value: object) -> None:
    assert evaluate(expression, CONTEXT) == value


@pytest.mark.parametrize(
    "expression",
    [
        "inputs.typo",
        "steps.two.outputs.rc",
        "secrets.TOKEN",
        "format('{0}', 1)",
        "1 == 1",
        "inputs['a-b']",
        "",
        "a ||",
        "'",
    ],
)
def test_anything_else_is_refused(expression: str) -> None:
    with pytest.raises(NotImplementedError):
        evaluate(expression, CONTEXT)


def test_conditions_ask_for_success_unless_they_ask_for_something_else() -> None:
    assert not holds("inputs.a-b != ''", CONTEXT, "failure")
    assert holds("${{ !cancelled() && inputs.a-b != '' }}", CONTEXT, "failure")
    assert interpolate("a ${{ inputs.a-b }} ${{ always() }}", CONTEXT) == "a x true"


def test_a_script_runs_as_on_github(tmp_path: Path) -> None:
    ran = run(tmp_path, 'echo "got=$TEXT" >> "$GITHUB_OUTPUT"; echo "$INPUT_TEXT$GITHUB_TOKEN|"', text="$(exit 3)")
    assert (ran.status, ran.outputs, ran.log) == ("success", {"got": "$(exit 3)"}, "|\n")
    assert run(tmp_path, "false | true\necho reached").status == "failure"
    assert run(tmp_path, "printf 'got<<E\\n1\\n2\\nE\\n' >> \"$GITHUB_OUTPUT\"").outputs["got"] == "1\n2"
    for bad in ("no sign", "got<<E\\nunfinished"):
        with pytest.raises(ValueError, match="GITHUB_OUTPUT"):
            run(tmp_path, f"printf '{bad}\\n' >> \"$GITHUB_OUTPUT\"")


def test_commands_are_seen_where_the_runner_sees_them(tmp_path: Path) -> None:
    lines = [
        "::error file=a,line=1::one",
        "  ::notice::two",
        "x ::error::no",
        "y ##[warning]three",
        "::stop-commands::t",
    ]
    lines += ["::error::no", "##[error]no", "::t::", "::set-output name=a::four"]
    ran = run(tmp_path, "".join(f"echo '{line}'\n" for line in lines))
    assert [(one.name, one.data) for one in ran.commands] == [
        ("error", "one"),
        ("notice", "two"),
        ("warning", "three"),
        ("set-output", "four"),
    ]


@pytest.mark.parametrize(
    "step",
    [
        "- uses: actions/cache@v4",
        "- {run: 'true'}",
        "- {run: 'true', shell: pwsh}",
        "- {run: x, shell: bash, timeout-minutes: 1}",
    ],
)
def test_steps_that_are_not_of_ours_are_refused(tmp_path: Path, step: str) -> None:
    text = f"name: x\ninputs: {{}}\noutputs: {{}}\nruns:\n  using: composite\n  steps:\n    {step}\n"
    (tmp_path / "action.yml").write_text(text, encoding="utf-8")
    with pytest.raises(NotImplementedError):
        run_action(tmp_path, tmp_path, tmp_path)
