"""Runs the jobs of a workflow one after the other: our actions and scripts for real, the actions of others as below.

The workspace is checked out already. Uploads are remembered, and artifacts go from job to job through a folder.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from actions.github.conftest import Workspace
from composite_action import Event, Job, run_action
from workflow_expressions import holds, interpolate

_TYPES = ("opened", "synchronize", "reopened", "checks_requested")
"""What starts a workflow that names no types, of a pull request or a group of the merge queue."""
_OURS = ("sealwright/sealwright/actions/", "$/actions/")


class JobRun(NamedTuple):
    """What became of a job: success, failure or skipped, and what it printed."""

    status: str
    log: str


class Workflow:
    """One run. `uploads` has what was uploaded to code scanning; artifacts lie in the folder `artifacts`."""

    def __init__(self, file: Path, workspace: Workspace, event: Event, environment: Mapping[str, str] = {}) -> None:
        self._content = yaml.safe_load(file.read_text(encoding="utf-8"))
        self._workspace = workspace
        self._event = event
        self._environment = environment
        self.artifacts = workspace.path.parent / "artifacts"
        self.uploads: list[dict[str, str]] = []

    def run(self, *only: str) -> dict[str, JobRun]:
        """Every job, or these, in the order of the file, which has those first that others need."""
        triggers = self._content[True]  # `on`, as YAML 1.1 reads it
        assert self._event.name in triggers, f"{self._event.name} does not start this workflow"
        types = (triggers[self._event.name] or {}).get("types", _TYPES)
        assert self._event.payload.get("action", "opened") in types, "this does not start the workflow"
        done: dict[str, JobRun] = {}
        for name, job in self._content["jobs"].items():
            if only and name not in only:
                continue
            needed = [done[one].status for one in ([job["needs"]] if "needs" in job else [])]
            status = "success" if all(one == "success" for one in needed) else "failure"
            context = self._context({})
            done[name] = self._job(job) if holds(job.get("if", "success()"), context, status) else JobRun("skipped", "")
        return done

    def group(self, ref: str, run_id: str) -> str:
        """The group of runs that would cancel one another, for a run of this event."""
        github = {"workflow": self._content["name"], "event_name": self._event.name, "ref": ref, "run_id": run_id}
        return interpolate(self._content["concurrency"]["group"], {"github": github})

    def _context(self, steps: dict[str, Any]) -> dict[str, Any]:
        github = {"event_name": self._event.name, "event": self._event.payload, "repository": "example/gitops"}
        return {"github": {**github, "token": "no-token", "run_id": "7"}, "steps": steps, "env": {}, "needs": {}}

    def _job(self, job: Mapping[str, Any]) -> JobRun:
        runner = Job(None, self._workspace.path, self._event, self._workspace.temporary)
        runner.variables |= self._environment
        steps: dict[str, Any] = {}
        status, logs = "success", []
        for number, step in enumerate(job["steps"]):
            context = self._context(steps)
            outputs: dict[str, str] = {}
            outcome, log = "skipped", ""
            if holds(step.get("if", "success()"), context, status):
                good, outputs, log = self._step(step, context, runner)
                outcome = "success" if good else "failure"
            steps[step.get("id", f"__{number}")] = {"outcome": outcome, "outputs": outputs}
            logs.append(log)
            forgiven = interpolate(str(step.get("continue-on-error", "false")).lower(), context) == "true"
            status = "failure" if outcome == "failure" and not forgiven else status
        return JobRun(status, "".join(logs))

    def _step(
        self, step: Mapping[str, Any], context: Mapping[str, Any], runner: Job
    ) -> tuple[bool, dict[str, str], str]:
        given = {name: interpolate(str(value), context) for name, value in step.get("env", {}).items()}
        inputs = {name: interpolate(str(value), context) for name, value in step.get("with", {}).items()}
        if "run" in step:
            code, log, outputs = runner.run(interpolate(step["run"], context), self._workspace.path, given)
            return code == 0, outputs, log
        uses = step["uses"].partition("@")[0]
        if uses.startswith(_OURS):
            action = self._workspace.checkout / "actions" / uses.rpartition("/")[2]
            ran = run_action(action, self._workspace.path, self._workspace.temporary, inputs, self._event)
            return ran.status == "success", ran.outputs, ran.log
        return self._of_others(uses, inputs), {}, ""

    def _of_others(self, uses: str, inputs: dict[str, str]) -> bool:
        if uses == "github/codeql-action/upload-sarif":
            self.uploads.append(inputs)
            return Path(inputs["sarif_file"]).is_file() and not self._environment.get("REFUSE_UPLOADS")
        if uses == "actions/upload-artifact":
            (self.artifacts / inputs["name"]).mkdir(parents=True)
            shutil.copy2(inputs["path"], self.artifacts / inputs["name"])
        elif uses == "actions/download-artifact":
            if not (self.artifacts / inputs["name"]).is_dir():
                return False
            shutil.copytree(self.artifacts / inputs["name"], self._workspace.path, dirs_exist_ok=True)
        elif uses not in ("actions/checkout", "actions/setup-python"):
            raise NotImplementedError(uses)
        return True
