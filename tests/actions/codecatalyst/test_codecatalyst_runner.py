"""The runner itself: it refuses what the service refuses, and runs commands as the service does."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from actions.codecatalyst.runner import FAILED, SKIPPED, SUCCEEDED, Machine, Outcome, run
from actions.codecatalyst.workflow import LONGEST_VALUE, WorkflowError, read

Body = dict[str, Any]


def _action(*steps: str, **more: Any) -> Body:
    inputs = {"Sources": ["WorkflowSource"], **more.pop("Inputs", {})}
    configuration = {"Steps": [{"Run": step} for step in steps]}
    return {"Identifier": "aws/build@v1", "Inputs": inputs, "Configuration": configuration, **more}


def _approval(**more: Any) -> Body:
    return {"Identifier": "aws/approval@v1", "Configuration": {"ApprovalsRequired": 1}, **more}


def _written(folder: Path, actions: Mapping[str, Any], **more: Any) -> Path:
    body = {"Name": "a", "SchemaVersion": "1.0", "Actions": dict(actions), **more}
    path = folder / "workflow.yaml"
    path.write_text(yaml.safe_dump({key: value for key, value in body.items() if value is not None}), encoding="utf-8")
    return path


def _run(folder: Path, actions: Mapping[str, Any], refused: frozenset[str] = frozenset()) -> Outcome:
    (folder / "source").mkdir()
    (folder / "source" / "a file.txt").write_text("from the repository\n", encoding="utf-8")
    (folder / "home").mkdir()
    machine = Machine(os.environ["PATH"], folder / "home")
    return run(_written(folder, actions), folder / "source", folder / "run", machine, refused=refused)


def _report(severity: str = "HIGH", **criteria: Any) -> Body:
    limits = {"StaticAnalysisFinding": {"Severity": severity, "Number": 0}, **criteria}
    return {"Reports": {"a": {"Format": "SARIFSA", "IncludePaths": ["a.sarif"], "SuccessCriteria": limits}}}


_LONG = "x" * (LONGEST_VALUE + 1)


@pytest.mark.parametrize(
    ("actions", "more"),
    [
        ({}, {}),
        ({"A": _action("true")}, {"SchemaVersion": "2.0"}),
        ({"A": _action("true")}, {"Name": None}),
        ({"A": _action("true")}, {"Name": "a b"}),
        ({"A": _action("true")}, {"RunMode": "SERIAL"}),
        ({"A": _action("true")}, {"On": "push"}),
        ({"A": _action("true")}, {"Triggers": [{"Type": "Push"}]}),
        ({"A": _action("true")}, {"Triggers": [{"Type": "PULLREQUEST"}]}),
        ({"A": _action("true")}, {"Triggers": [{"Type": "PULLREQUEST", "Events": ["OPENED"]}]}),
        ({"A": _action("true")}, {"Triggers": [{"Type": "PUSH", "Branch": "main"}]}),
        ({f"A{number}": _action("true") for number in range(51)}, {}),
        ({"A b": _action("true")}, {}),
        ({"A": _action()}, {}),
        ({"A": _action(*["true"] * 257)}, {}),
        ({"A": _action("true", Identifier="aws/build@v9")}, {}),
        ({"A": _action("true", Inputs={"Sources": []})}, {}),
        ({"A": _action("true", Inputs={"Variables": [{"Name": "A B", "Value": "x"}]})}, {}),
        ({"A": _action("true", Inputs={"Variables": [{"Name": "A", "Value": _LONG}]})}, {}),
        ({"A": _action("true", Inputs={"Variables": [{"Name": "A", "Value": ""}]})}, {}),
        ({"A": _action("true", Inputs={"Variables": [{"Name": "A", "Value": 1}]})}, {}),
        ({"A": _action("true", Inputs={"Artifacts": ["Nobodys"]})}, {}),
        ({"A": _action("true", Outputs={"Artifacts": [{"Name": "a-b", "Files": ["x"]}]})}, {}),
        ({name: _action("true", Outputs={"Artifacts": [{"Name": "A", "Files": ["x"]}]}) for name in "AB"}, {}),
        ({"A": _action("true", Outputs={"Artifacts": [{"Name": f"A{n}", "Files": ["x"]} for n in range(6)]})}, {}),
        ({"A": _action("true", DependsOn=["B"])}, {}),
        ({"A": _action("true", DependsOn=["B"]), "B": _action("true", DependsOn=["A"])}, {}),
        ({"A": _action("true", Outputs={"Reports": {"a": {"Format": "SARIF", "IncludePaths": ["a"]}}})}, {}),
        ({"A": _action("true", Outputs=_report("High"))}, {}),
        ({"A": _action("true", Outputs=_report(Findings={"Severity": "HIGH", "Number": 0}))}, {}),
        ({"A": _action("# " + "x" * 256 * 1024)}, {}),
    ],
)
def test_what_the_service_refuses_is_refused(tmp_path: Path, actions: Mapping[str, Any], more: Body) -> None:
    with pytest.raises(WorkflowError):
        read(_written(tmp_path, actions, **more))


def test_an_action_that_nothing_can_run_here_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkflowError, match="github-actions-runner"):
        read(_written(tmp_path, {"A": _action("true", Identifier="aws/github-actions-runner@v1")}))


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        (["false", "true"], FAILED),
        (["false\ntrue"], SUCCEEDED),  # the last command counts, as in any script without `set -e`
        (["set -e\nfalse\ntrue"], FAILED),
        (["false | true"], SUCCEEDED),  # there is no pipefail
        (["exit 3"], FAILED),
        (["[[ -n x ]]"], FAILED),  # this is no bash
        (["A=1", 'test "$A" = 1'], SUCCEEDED),  # variables are carried on,
        (["mkdir x && cd x", 'test "$(basename "$PWD")" = x'], SUCCEEDED),  # and so is the folder,
        (["set -e", "false\ntrue"], SUCCEEDED),  # but settings of the shell are not
        (["A='a  \"b\" $HOME `id` \\'", 'test "$A" = \'a  "b" $HOME `id` \\\''], SUCCEEDED),
        (['test "$CI" = true && test -f "$CATALYST_DEFAULT_DIR/a file.txt"'], SUCCEEDED),
        (['test "$CATALYST_SOURCE_DIR_WorkflowSource" = "$PWD"'], SUCCEEDED),
        (['test -z "$NOBODY_SET_THIS"'], SUCCEEDED),
    ],
)
def test_steps_run_as_scripts_of_a_plain_shell(tmp_path: Path, steps: list[str], status: str) -> None:
    outcome = _run(tmp_path, {"A": _action(*steps)})
    assert outcome.status == {"A": status}, outcome.log


def test_what_depends_on_a_failure_is_skipped_and_the_rest_runs(tmp_path: Path) -> None:
    group = {"DependsOn": ["A"], "Actions": {"B": _action("true"), "C": _action("true", DependsOn=["B"])}}
    actions = {
        "D": _action("true", DependsOn=["group"]),
        "group": group,
        "A": _action("false"),
        "E": _action("true"),
        "F": _approval(DependsOn=["E"]),
    }
    outcome = _run(tmp_path, actions)
    assert outcome.status == dict.fromkeys(["D", "group@B", "group@C"], SKIPPED) | {
        "A": FAILED,
        "E": SUCCEEDED,
        "F": SUCCEEDED,
    }
    assert outcome.order == ("A", "E", "F")


def test_a_name_in_a_group_means_its_neighbour_first(tmp_path: Path) -> None:
    group = {"Actions": {"A": _action("true"), "B": _action("true", DependsOn=["A"])}}
    actions = {"A": _action("false"), "group": group}
    assert _run(tmp_path, actions).status == {"A": FAILED, "group@A": SUCCEEDED, "group@B": SUCCEEDED}


def test_an_approval_that_is_refused_stops_what_waits_for_it(tmp_path: Path) -> None:
    actions = {"A": _approval(), "B": _action("true", DependsOn=["A"])}
    assert _run(tmp_path, actions, refused=frozenset({"A"})).status == {"A": FAILED, "B": SKIPPED}


def test_artifacts_are_kept_however_the_action_ends_and_are_waited_for(tmp_path: Path) -> None:
    made = {"Artifacts": [{"Name": "Made", "Files": ["out/**/*", "missing"]}]}
    taken = {"Sources": [], "Artifacts": ["Made"]}
    actions = {
        "B": _action('grep -q made "$CATALYST_SOURCE_DIR_Made/out/deep/a"', Inputs=taken),
        "A": _action("mkdir -p out/deep && echo made > out/deep/a", Outputs=made),
        "C": _action(
            "mkdir out && echo left > out/b", "false", Outputs={"Artifacts": [{"Name": "Left", "Files": ["out/b"]}]}
        ),
    }
    outcome = _run(tmp_path, actions)
    assert outcome.status == {"A": SUCCEEDED, "B": SUCCEEDED, "C": FAILED}
    assert outcome.artifact("Made") == {"out/deep/a": b"made\n"}
    assert outcome.artifact("Left") == {"out/b": b"left\n"}


def test_output_variables_are_put_in_before_the_shell_sees_them(tmp_path: Path) -> None:
    given = {"Variables": [{"Name": "GIVEN", "Value": "${group.A.MADE} on ${WorkflowSource.BranchName}"}]}
    actions = {
        "group": {"Actions": {"A": _action("MADE='a b'", Outputs={"Variables": ["MADE"]})}},
        "B": _action("echo ${group.A.MADE}", 'test "$GIVEN" = "a b on main"', DependsOn=["group"], Inputs=given),
        "C": _action('name=a/b && test "${name#a/}" = b'),  # what is the shell's stays
    }
    outcome = _run(tmp_path, actions)
    assert set(outcome.status.values()) == {SUCCEEDED}, outcome.log
    assert "a b" in outcome.log["B"]


def _sarif(*severities: str, **more: Any) -> str:
    place = {"uri": "a.yaml"}, {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2}
    location = {"physicalLocation": {"artifactLocation": place[0], "region": place[1]}}
    results = [
        {
            "ruleId": "a",
            "ruleIndex": 0,
            "message": {"text": "a"},
            "locations": [location],
            "properties": {"severity": severity},
        }
        for severity in severities
    ]
    rule = {"id": "a", "shortDescription": {"text": "a"}, "fullDescription": {"text": "a"}}
    driver = {"tool": {"driver": {"name": "a", "rules": [rule]}}, "results": results}
    return json.dumps({"$schema": "https://example.com/", "version": "2.1.0", "runs": [driver], **more})


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (_sarif(), SUCCEEDED),
        (_sarif("MEDIUM", "LOW"), SUCCEEDED),
        (_sarif("HIGH"), FAILED),
        (_sarif("LOW", "CRITICAL"), FAILED),
        (None, FAILED),
    ],
)
def test_a_report_that_misses_its_criteria_fails_its_action(tmp_path: Path, content: str | None, status: str) -> None:
    step = f"cat > a.sarif <<'END'\n{content}\nEND" if content is not None else "true"
    outcome = _run(tmp_path, {"A": _action(step, Outputs=_report())})
    assert outcome.status == {"A": status}, outcome.log


@pytest.mark.parametrize("more", [{"version": "2.0.0"}, {"$schema": ""}])
def test_a_report_that_the_service_cannot_read_is_no_success(tmp_path: Path, more: Body) -> None:
    with pytest.raises(AssertionError):
        _run(tmp_path, {"A": _action(f"echo '{_sarif(**more)}' > a.sarif", Outputs=_report())})
