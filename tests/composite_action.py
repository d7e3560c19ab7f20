"""Executes a composite action as GitHub's runner does, as far as the project's actions go; raises for anything else.

A step's script is run by the shell with the runner's own flags, in an environment that has only what a runner would put
there. Inputs without INPUT_ variables, files for outputs, variables, paths and the summary, conditions, failures.
Source: actions/runner, src/Runner.Worker: ActionManifestManager, CompositeActionHandler, ActionCommandManager.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from support import scrubbed
from workflow_expressions import holds, interpolate

_BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail")
_STEP_KEYS = {"name", "id", "if", "run", "shell", "env", "working-directory", "continue-on-error"}
_ANNOTATIONS = ("error", "warning", "notice")
_COMMAND = re.compile(r"\s*::(?P<name>[\w-]+)(?: (?P<properties>.*?))?::(?P<data>.*)")
_OLD_COMMAND = re.compile(r".*##\[(?P<name>[\w-]+)(?: (?P<properties>.*?))?\](?P<data>.*)")


class Event(NamedTuple):
    """What started the workflow: the name of the event, and what GitHub writes into its file.

    `into`: a runner that writes no file, and names this branch as the base.
    """

    name: str = "workflow_dispatch"
    payload: Mapping[str, Any] = {}
    into: str | None = None


class Command(NamedTuple):
    """A workflow command that the runner has understood, its properties as they were written."""

    name: str
    properties: str
    data: str


class StepRun(NamedTuple):
    """What became of a step: `outcome` is success, failure or skipped."""

    id: str
    outcome: str
    log: str


class ActionRun(NamedTuple):
    """What became of an action."""

    status: str
    outputs: dict[str, str]
    summary: str
    steps: tuple[StepRun, ...]

    @property
    def log(self) -> str:
        """Everything that the steps have printed."""
        return "".join(step.log for step in self.steps)

    @property
    def commands(self) -> list[Command]:
        """The workflow commands in the log, as the runner would see them."""
        return list(_commands(self.log))

    @property
    def annotations(self) -> list[Command]:
        """Errors, warnings and notices."""
        return [command for command in self.commands if command.name in _ANNOTATIONS]


class Job:
    """What steps share, and what is different for each."""

    def __init__(self, action: Path | None, workspace: Path, event: Event, temporary: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="_runner-", dir=temporary))
        self.summary = self._file("summary")
        self.variables: dict[str, str] = {}
        self.paths: list[str] = []
        self._fixed = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            **({"GITHUB_ACTION_PATH": str(action)} if action else {}),
            "GITHUB_EVENT_NAME": event.name,
            "GITHUB_REPOSITORY": "example/gitops",
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_WORKSPACE": str(workspace),
            "RUNNER_OS": "Linux",
            "RUNNER_TEMP": str(temporary),
        }
        if event.into is not None:
            self._fixed["GITHUB_BASE_REF"] = event.into
        else:
            event_file = self._file("event.json")
            event_file.write_text(json.dumps(event.payload), encoding="utf-8")
            self._fixed["GITHUB_EVENT_PATH"] = str(event_file)

    def run(self, script: str, folder: Path, given: Mapping[str, str]) -> tuple[int, str, dict[str, str]]:
        """Exit code, log and outputs of one script."""
        files = {name: self._file(name) for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH")}
        script_file = self._file("script.sh")
        script_file.write_text(script, encoding="utf-8")
        environment = {**scrubbed(os.environ), **self._fixed, **self.variables, **given}
        environment |= {name: str(file) for name, file in files.items()}
        environment["PATH"] = os.pathsep.join([*self.paths, environment["PATH"]])
        done = subprocess.run(
            [*_BASH, str(script_file)],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
            timeout=600,
        )
        self.variables |= _pairs(files["GITHUB_ENV"])
        self.paths[:0] = files["GITHUB_PATH"].read_text(encoding="utf-8").split()
        return done.returncode, done.stdout, _pairs(files["GITHUB_OUTPUT"])

    def _file(self, name: str) -> Path:
        handle, path = tempfile.mkstemp(prefix=f"{name}-", dir=self.folder)
        os.close(handle)
        return Path(path)


def run_action(
    action: Path,
    workspace: Path,
    temporary: Path,
    inputs: Mapping[str, str] | None = None,
    event: Event = Event(),  # noqa: B008 - immutable
    environment: Mapping[str, str] | None = None,
) -> ActionRun:
    """Run an action in a checked out repository. `temporary`: the folder that RUNNER_TEMP names."""
    content = yaml.safe_load((action / "action.yml").read_text(encoding="utf-8"))
    if content["runs"]["using"] != "composite":
        raise NotImplementedError("no composite action")
    unknown = set(inputs or {}) - set(content["inputs"])
    if unknown:
        raise ValueError(f"unexpected inputs: {unknown}")  # the runner only warns
    job = Job(action, workspace, event, temporary)
    job.variables |= environment or {}
    defaults = {name: one["default"] for name, one in content["inputs"].items()}
    steps: dict[str, Any] = {}
    context: dict[str, Any] = {
        "inputs": {**defaults, **(inputs or {})},
        "steps": steps,
        "github": {"event_name": event.name, "event": event.payload},
        "runner": {"temp": str(temporary), "os": "Linux"},
        "env": job.variables,
    }
    status, done = "success", []
    for number, step in enumerate(content["runs"]["steps"]):
        ran, outputs = _step(step, job, context, workspace, status)
        steps[step.get("id", f"__{number}")] = {"outcome": ran.outcome, "outputs": outputs}
        done.append(ran)
        if ran.outcome == "failure" and not step.get("continue-on-error"):
            status = "failure"
    values = {name: interpolate(one["value"], context, status) for name, one in content["outputs"].items()}
    return ActionRun(status, values, job.summary.read_text(encoding="utf-8"), tuple(done))


def _step(
    step: Mapping[str, Any], job: Job, context: Mapping[str, Any], workspace: Path, status: str
) -> tuple[StepRun, dict[str, str]]:
    if set(step) - _STEP_KEYS or step.get("shell") != "bash":
        raise NotImplementedError(f"no plain run step for bash: {sorted(step)}")
    name = step.get("id", "")
    if not holds(str(step.get("if", "success()")), context, status):
        return StepRun(name, "skipped", ""), {}
    given = {key: interpolate(str(value), context, status) for key, value in step.get("env", {}).items()}
    folder = workspace / interpolate(step.get("working-directory", "."), context, status)
    code, log, outputs = job.run(interpolate(step["run"], context, status), folder, given)
    return StepRun(name, "failure" if code else "success", log), outputs


def _pairs(file: Path) -> dict[str, str]:
    """`name=value`, and `name<<END` with lines up to END. Raises ValueError as the runner refuses anything else."""
    pairs: dict[str, str] = {}
    lines = iter(file.read_text(encoding="utf-8").split("\n"))
    for line in lines:
        name, sign, rest = line.partition("<<")
        if sign and "=" not in name:
            value: list[str] = []
            for part in lines:
                if part == rest:
                    break
                value.append(part)
            else:
                raise ValueError(f"{file.name}: no line {rest!r}")
            pairs[name] = "\n".join(value)
        elif "=" in line:
            key, _, text = line.partition("=")
            pairs[key] = text
        elif line:
            raise ValueError(f"{file.name}: invalid format {line!r}")
    return pairs


def _commands(log: str) -> Iterator[Command]:
    """A line is a command where it begins with `::`, after blanks, or has `##[`; after stop-commands none is."""
    token = ""
    for line in re.split(r"\r?\n|\r", log):
        match = _COMMAND.match(line) or _OLD_COMMAND.match(line)
        if match is None:
            continue
        name, properties, data = match["name"], match["properties"] or "", match["data"]
        if token:
            token = "" if name == token and not data else token
        elif name == "stop-commands":
            token = data
        else:
            yield Command(name, properties, data)
