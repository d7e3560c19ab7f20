"""Runs CodeCatalyst workflows on this machine, as far as they are commands; deployments and approvals are recorded.

Each `Run` is a script of its own for /bin/sh, without bash and without pipefail; variables and the current folder are
carried on to the next; `${Action.Variable}` is put in before the shell sees it. Artifacts are what its globs match when
the action ends, however it ends; a report that misses its criteria fails its action.
Sources: docs.aws.amazon.com/codecatalyst; the shell executor of aws/codecatalyst-runner-cli, for what a script is.
"""

from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from actions.codecatalyst.criteria import complaint
from actions.codecatalyst.workflow import RUN, Action, Workflow, before, read

SUCCEEDED, FAILED, SKIPPED = "SUCCEEDED", "FAILED", "SKIPPED"
_REFERENCE = re.compile(r"\$\{([A-Za-z0-9._-]+)\.([A-Za-z0-9_-]+)\}")
_SCRIPT = """\
cd "$(cat "{box}/folder")"
set -a
. "{box}/variables"
{command}
code_of_the_step=$?
export -p > "{box}/variables"
pwd > "{box}/folder"
exit $code_of_the_step
"""


class Machine(NamedTuple):
    """Where actions run: the image's PATH, the home folder, and what else its environment has."""

    path: str
    home: Path
    environment: Mapping[str, str] = {}


class Outcome(NamedTuple):
    """Of a run: how each action ended, what it said, and in which order they had their turn; artifacts by name."""

    status: Mapping[str, str]
    log: Mapping[str, str]
    order: tuple[str, ...]
    artifacts: Path

    def artifact(self, name: str) -> dict[str, bytes]:
        """The files of an artifact, by their path from where the action ran."""
        root = self.artifacts / name
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


class _Run(NamedTuple):
    workflow: Workflow
    source: Path
    folder: Path
    machine: Machine
    variables: Mapping[str, str]
    outputs: dict[str, dict[str, str]]
    log: dict[str, str]


def run(
    path: Path,
    source: Path,
    folder: Path,
    machine: Machine,
    *,
    variables: Mapping[str, str] | None = None,
    refused: frozenset[str] = frozenset(),
) -> Outcome:
    """Run a workflow on a copy of `source`, below `folder`, which is new.

    `variables` replace those of Inputs, as a person who copied the file would edit them; `refused` are the keys of
    recorded actions that do not go well. Raises WorkflowError.
    """
    workflow = read(path)
    known = {"WorkflowSource": {"BranchName": "main", "CommitId": _commit(source)}}
    running = _Run(workflow, source, folder, machine, variables or {}, known, {})
    status: dict[str, str] = {}
    order = []
    (folder / "artifacts").mkdir(parents=True)
    left = list(workflow.actions)
    while left:
        action = next(each for each in left if before(workflow, each) <= status.keys())
        left.remove(action)
        if any(status[key] != SUCCEEDED for key in before(workflow, action)):
            status[action.key] = SKIPPED
            continue
        order.append(action.key)
        if action.identifier in RUN:
            status[action.key] = SUCCEEDED if _carry_out(running, action) else FAILED
        else:
            status[action.key] = FAILED if action.key in refused else SUCCEEDED
    return Outcome(status, running.log, tuple(order), folder / "artifacts")


def _carry_out(running: _Run, action: Action) -> bool:
    box = running.folder / "actions" / action.key
    (box / "sources").mkdir(parents=True)
    environment = {
        "PATH": running.machine.path,
        "HOME": str(running.machine.home),
        "CI": "true",
        **running.machine.environment,
        **_folders(running, action, box),
    }
    for variable in action.inputs("Variables"):
        name, value = variable["Name"], variable["Value"]
        environment[name] = running.variables[name] if name in running.variables else _replaced(running, value)
    folder = Path(environment["CATALYST_DEFAULT_DIR"])
    (box / "variables").write_text("", encoding="utf-8")
    (box / "folder").write_text(str(folder), encoding="utf-8")
    said: list[str] = []
    succeeded = all(
        _step(running, box, step["Run"], environment, said) for step in action.body["Configuration"]["Steps"]
    )
    running.outputs[action.key] = _variables(action, box, environment)
    _keep_artifacts(running, action, folder)
    for name, report in dict(action.outputs("Reports")).items():
        wrong = complaint(report, _matching(folder, report["IncludePaths"]))
        said.append(f"[report {name}: {wrong or 'ok'}]\n")
        succeeded = succeeded and not wrong
    running.log[action.key] = "".join(said)
    return succeeded


def _folders(running: _Run, action: Action, box: Path) -> dict[str, str]:
    """The sources and artifacts that an action takes, each copied to a place of its own."""
    found = {}
    if action.inputs("Sources"):
        copy = box / "sources" / "WorkflowSource"
        shutil.copytree(running.source, copy, symlinks=True)
        found["CATALYST_SOURCE_DIR_WorkflowSource"] = str(copy)
        _give_away(copy)
    for number, name in enumerate(action.inputs("Artifacts"), start=1):
        copy = box / "sources" / f"{number:02}"
        shutil.copytree(running.folder / "artifacts" / name, copy)
        found[f"CATALYST_SOURCE_DIR_{name}"] = str(copy)
    return {**found, "CATALYST_DEFAULT_DIR": next(iter(found.values()))}


def _give_away(folder: Path) -> None:
    """To another user than the one that runs the steps, where that is possible: git looks at who owns a repository."""
    if getattr(os, "geteuid", lambda: 1)() == 0:
        for root, _, _ in os.walk(folder):
            os.chown(root, 65534, 65534)


def _step(running: _Run, box: Path, command: str, environment: Mapping[str, str], said: list[str]) -> bool:
    script = box / "script.sh"
    script.write_text(_SCRIPT.format(box=box, command=_replaced(running, command)), encoding="utf-8")
    ended = subprocess.run(
        ["/bin/sh", str(script)],
        cwd=environment["CATALYST_DEFAULT_DIR"],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=600,
    )
    said.append(ended.stdout.decode("utf-8", "replace"))
    return ended.returncode == 0


def _replaced(running: _Run, text: str) -> str:
    def value(match: re.Match[str]) -> str:
        return running.outputs.get(match[1].replace(".", "@", 1), {}).get(match[2], "")

    return _REFERENCE.sub(value, text)


def _variables(action: Action, box: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The output variables, as the last step left them."""
    wanted = list(action.outputs("Variables"))
    script = f'. "{box}/variables"\n' + "".join(f'printf "%s\\0" "${name}"\n' for name in wanted)
    shown = subprocess.run(["/bin/sh", "-c", script], env=dict(environment), capture_output=True, check=True).stdout
    return dict(zip(wanted, shown.decode("utf-8", "replace").split("\0"), strict=False))


def _keep_artifacts(running: _Run, action: Action, folder: Path) -> None:
    for artifact in action.outputs("Artifacts"):
        root = running.folder / "artifacts" / artifact["Name"]
        root.mkdir(parents=True)
        for path in _matching(folder, artifact["Files"]):
            target = root / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def _matching(folder: Path, patterns: list[str]) -> Iterator[Path]:
    names = {name for pattern in patterns for name in glob.glob(pattern, root_dir=folder, recursive=True)}
    return (folder / name for name in sorted(names) if (folder / name).is_file())


def _commit(source: Path) -> str:
    command = ["git", "-c", f"safe.directory={source}", "rev-parse", "HEAD"]
    shown: Any = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    return str(shown.stdout).strip()
