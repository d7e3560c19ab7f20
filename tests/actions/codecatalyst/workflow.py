"""A CodeCatalyst workflow, read and checked as the service checks it, for the runner beside this file.

Sources: docs.aws.amazon.com/codecatalyst, "Workflow YAML definition", "Quotas for workflows", "Setting up dependencies
between actions"; JSON Schemas of AWS's codecatalyst-workflows-sdk. What the documentation does not say is not assumed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

SEVERITIES = ("INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL")
LARGEST_FILE = 256 * 1024
MOST_ACTIONS = 50
MOST_ARTIFACTS = 5
"""Of an action, in and out: the schema's limit, which is below that of the page on quotas."""
MOST_STEPS = 256
LONGEST_VALUE = 1000
RUN = frozenset({"aws/build@v1", "aws/managed-test@v1"})
"""Actions whose steps are commands."""
RECORDED = frozenset(
    {"aws/approval@v1", "aws/kubernetes-deploy@v1", "aws/ecs-deploy@v1", "aws/cfn-deploy@v1", "aws/cdk-deploy@v2"}
)
"""Actions that need an account of AWS, or a person: a run notes that they had their turn."""

_TOP = frozenset({"Name", "SchemaVersion", "RunMode", "Triggers", "Compute", "Actions"})
_RUN_MODES = frozenset({"PARALLEL", "QUEUED", "SUPERSEDED"})
_TRIGGERS = {"PUSH": frozenset({"Branches", "FilesChanged"}), "SCHEDULE": frozenset({"Expression", "Branches"})}
_PULL_REQUEST = frozenset({"Events", "Branches", "FilesChanged"})
_EVENTS = frozenset({"DRAFT", "OPEN", "CLOSED", "MERGED", "REVISION"})
_FORMATS = frozenset({"SARIFSA", "SARIFSCA", "JUNITXML"})
_CRITERIA = re.compile(r"PassRate|Vulnerabilities|StaticAnalysis(Bug|Security|Quality|CodeSmell|Other|Finding)")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")
_ARTIFACT = re.compile(r"[A-Za-z0-9_]{1,100}")
_COMMENTED = re.compile(r"(?m)^( *)# ( *(?:- )?[A-Z]\w*:.*)$")
_VARIABLE = re.compile(r"[A-Za-z0-9_]{1,255}")


class WorkflowError(Exception):
    """The service would refuse this workflow."""


class Action(NamedTuple):
    """An action; `key` is `group@name` in a group. `needs` are the keys of those that must have succeeded before."""

    key: str
    identifier: str
    body: Mapping[str, Any]
    needs: frozenset[str]

    def inputs(self, what: str) -> list[Any]:
        """`Sources`, `Artifacts` or `Variables` of Inputs."""
        return list((self.body.get("Inputs") or {}).get(what) or ())

    def outputs(self, what: str) -> Any:
        """`Artifacts`, `Variables` or `Reports` of Outputs; empty where there are none."""
        return (self.body.get("Outputs") or {}).get(what) or ()


class Workflow(NamedTuple):
    """`actions` in the order of the file."""

    name: str
    run_mode: str
    triggers: tuple[Mapping[str, Any], ...]
    actions: tuple[Action, ...]


def read(path: Path) -> Workflow:
    """The workflow of a file. Raises WorkflowError."""
    content = path.read_bytes()
    _demand(len(content) <= LARGEST_FILE, "the file has more than 256 KB")
    body = yaml.safe_load(content)
    _demand(isinstance(body, dict), "this is no mapping")
    _demand(not body.keys() - _TOP, f"unknown keys: {sorted(body.keys() - _TOP)}")
    _demand(bool(_NAME.fullmatch(str(body.get("Name", "")))), "Name is missing, or has other characters")
    _demand(body.get("SchemaVersion") == "1.0", 'SchemaVersion is not "1.0"')
    run_mode = body.get("RunMode", "QUEUED")
    _demand(run_mode in _RUN_MODES, f"RunMode {run_mode}")
    triggers = tuple(body.get("Triggers") or ())
    for trigger in triggers:
        _check_trigger(trigger)
    actions = _actions(body.get("Actions") or {})
    _demand(0 < len(actions) <= MOST_ACTIONS, f"{len(actions)} actions")
    workflow = Workflow(body["Name"], run_mode, triggers, actions)
    _check_artifacts(workflow)
    _check_order(workflow)
    return workflow


def uncommented(text: str) -> str:
    """A workflow's text with the settings that stand in comments: lines with a key first, as no sentence has."""
    return _COMMENTED.sub(r"\1\2", text)


def _demand(holds: bool, otherwise: str) -> None:
    if not holds:
        raise WorkflowError(otherwise)


def _check_trigger(trigger: Mapping[str, Any]) -> None:
    kind, rest = trigger.get("Type"), trigger.keys() - {"Type"}
    if kind == "PULLREQUEST":
        _demand(rest <= _PULL_REQUEST, f"a trigger has {sorted(rest)}")
        _demand(bool(trigger.get("Events")) and set(trigger["Events"]) <= _EVENTS, "Events of a trigger")
        return
    _demand(kind in _TRIGGERS, f"a trigger of Type {kind}")
    _demand(rest <= _TRIGGERS[str(kind)], f"a trigger has {sorted(rest)}")


def _actions(body: Mapping[str, Any]) -> tuple[Action, ...]:
    groups = {
        name: [f"{name}@{inner}" for inner in each["Actions"]] for name, each in body.items() if "Actions" in each
    }
    keys = {key for name in body for key in groups.get(name, [name])}

    def resolved(names: list[str], group: str = "") -> Iterator[str]:
        for name in names:
            inner = f"{group}@{name}"
            found = [inner] if inner in keys else groups.get(name, [name])
            _demand(set(found) <= keys, f"DependsOn names {name}, which is not there")
            yield from found

    found = []
    for name, each in body.items():
        _demand(bool(_NAME.fullmatch(name)), f"the name {name}")
        if name not in groups:
            found.append(_action(name, each, frozenset(resolved(each.get("DependsOn") or []))))
            continue
        _demand(each.keys() <= {"DependsOn", "Actions"}, f"group {name} has {sorted(each)}")
        before = frozenset(resolved(each.get("DependsOn") or []))
        for inner, action in each["Actions"].items():
            _demand(bool(_NAME.fullmatch(inner)), f"the name {inner}")
            needs = before | frozenset(resolved(action.get("DependsOn") or [], name))
            found.append(_action(f"{name}@{inner}", action, needs))
    return tuple(found)


def _action(key: str, body: Mapping[str, Any], needs: frozenset[str]) -> Action:
    action = Action(key, str(body.get("Identifier")), body, needs)
    _demand(action.identifier in RUN | RECORDED, f"{key}: Identifier {action.identifier}")
    for artifacts in (action.inputs("Artifacts"), action.outputs("Artifacts")):
        _demand(len(artifacts) <= MOST_ARTIFACTS, f"{key}: more than {MOST_ARTIFACTS} artifacts")
    for variable in action.inputs("Variables"):
        _demand(variable.keys() == {"Name", "Value"}, f"{key}: a variable has {sorted(variable)}")
        _demand(bool(_VARIABLE.fullmatch(variable["Name"])), f"{key}: the variable {variable['Name']}")
        _demand(isinstance(variable["Value"], str), f"{key}: the value of {variable['Name']} is no text")
        _demand(
            0 < len(variable["Value"]) <= LONGEST_VALUE, f"{key}: the value of {variable['Name']} is empty or too long"
        )
    for artifact in action.outputs("Artifacts"):
        _demand(bool(_ARTIFACT.fullmatch(artifact["Name"])), f"{key}: the artifact {artifact['Name']}")
    if action.identifier in RUN:
        _check_commands(action)
    return action


def _check_commands(action: Action) -> None:
    configuration = action.body.get("Configuration") or {}
    steps = configuration.get("Steps") or ()
    _demand(0 < len(steps) <= MOST_STEPS, f"{action.key}: {len(steps)} steps")
    _demand(all(step.keys() == {"Run"} and isinstance(step["Run"], str) for step in steps), f"{action.key}: steps")
    has_input = bool(action.inputs("Sources") or action.inputs("Artifacts"))
    _demand(has_input, f"{action.key}: Inputs names no source and no artifact")
    for name, report in dict(action.outputs("Reports")).items():
        _demand(report.get("Format") in _FORMATS, f"{action.key}: report {name} has Format {report.get('Format')}")
        _demand(bool(report.get("IncludePaths")), f"{action.key}: report {name} includes nothing")
        for criterion, limit in (report.get("SuccessCriteria") or {}).items():
            _demand(bool(_CRITERIA.fullmatch(criterion)), f"{action.key}: criterion {criterion}")
            if isinstance(limit, dict):
                _demand(limit.get("Severity") in SEVERITIES, f"{action.key}: Severity {limit.get('Severity')}")
                _demand(isinstance(limit.get("Number"), int), f"{action.key}: Number {limit.get('Number')}")


def _check_artifacts(workflow: Workflow) -> None:
    made: list[str] = [each["Name"] for action in workflow.actions for each in action.outputs("Artifacts")]
    _demand(len(made) == len(set(made)), "two actions make one artifact")
    for action in workflow.actions:
        for name in action.inputs("Artifacts"):
            _demand(name in made, f"{action.key} takes artifact {name}, which nothing makes")


def _check_order(workflow: Workflow) -> None:
    done: set[str] = set()
    left = list(workflow.actions)
    while left:
        ready = [action for action in left if before(workflow, action) <= done]
        _demand(bool(ready), f"these wait for one another: {sorted(action.key for action in left)}")
        done |= {action.key for action in ready}
        left = [action for action in left if action not in ready]


def before(workflow: Workflow, action: Action) -> frozenset[str]:
    """The keys of what must have succeeded: what it depends on, and who makes its artifacts."""
    taken = set(action.inputs("Artifacts"))
    makers = {each.key for each in workflow.actions if taken & {made["Name"] for made in each.outputs("Artifacts")}}
    return action.needs | makers
