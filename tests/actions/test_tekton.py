"""The Tekton tasks, whose steps are run as in a pod: what they write as results and reports, and what fails."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from actions.ci_shell import (
    CLEAN,
    SECRET,
    VALUE,
    impostors,
    npm_program,
    package_index,
    path_without_engine,
    run_shell,
    shell_check,
)
from support import ROOT, Repository, posix_only

EXECUTES = ("actions/gate/tekton.yaml", "actions/scan/tekton.yaml")
STEPS = pytest.mark.parametrize("step", ["gate", "scan"])

pytestmark = posix_only


def task(step: str) -> Any:
    return yaml.safe_load((ROOT / "actions" / step / "tekton.yaml").read_text(encoding="utf-8"))


class Outcome(NamedTuple):
    """How a run of a task ended: its exit code, what it said, its results, and its reports by name."""

    code: int
    output: str
    results: dict[str, str]
    reports: dict[str, Path]


class Pod:
    """Runs the step of a task: variables are substituted as Tekton does it, also where that would be dangerous."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repository = Repository.init(folder / "a workspace")

    def run(
        self,
        step: str,
        given: Mapping[str, str] | None = None,
        *,
        bound: bool = True,
        search: str = "",
        env: Mapping[str, str] | None = None,
    ) -> Outcome:
        """`bound`: whether the optional workspace for reports is there."""
        spec = task(step)["spec"]
        reports, results = self.folder / "reports", self.folder / "results"
        for folder in (reports, results):
            folder.mkdir(exist_ok=True)
        params = {param["name"]: param["default"] for param in spec["params"]}
        params |= {"requirement": ""} | dict(given or {})
        assert params.keys() == {param["name"] for param in spec["params"]}
        known = {f"params.{name}": value for name, value in params.items()}
        known |= {f"results.{result['name']}.path": str(results / result["name"]) for result in spec["results"]}
        known["workspaces.source.path"] = str(self.repository.path)
        known["workspaces.reports.path"] = str(reports) if bound else ""

        def fill(text: str) -> str:
            return re.sub(r"\$\(((?:params|results|workspaces)\.[\w.-]+)\)", lambda match: known[match[1]], text)

        (one,) = spec["steps"]
        assert fill(one["workingDir"]) == str(self.repository.path)
        environment = {variable["name"]: fill(variable["value"]) for variable in one["env"]} | dict(env or {})
        code, output = run_shell(["sh"], fill(one["script"]), self.repository.path, environment, search)
        said = {file.name: file.read_text() for file in results.iterdir()}
        files = {file.name: file for file in reports.iterdir()}
        assert all(VALUE.encode() not in file.read_bytes() for file in files.values())
        return Outcome(code, output, said, files)


@pytest.fixture
def pod(tmp_path: Path) -> Pod:
    pod = Pod(tmp_path)
    pod.repository.write("charts/x.yaml", CLEAN)
    pod.repository.commit()
    return pod


@STEPS
def test_a_leak_fails_and_a_clean_repository_passes(pod: Pod, step: str) -> None:
    clean = pod.run(step)
    assert (clean.code, clean.results) == (0, {"verdict": "pass", "findings": "0"})
    pod.repository.write("apps/db.yaml", SECRET)
    pod.repository.write("apps/other.yaml", SECRET)
    leaking = pod.run(step)
    assert (leaking.code, leaking.results) == (1, {"verdict": "fail", "findings": "2"})
    assert "apps/db.yaml" in leaking.output
    names = {f"sealwright-{step}{suffix}" for suffix in (".txt", ".json", ".sarif", "-junit.xml")}
    assert leaking.reports.keys() == names
    assert len(json.loads(leaking.reports[f"sealwright-{step}.sarif"].read_text())["runs"][0]["results"]) == 2


@STEPS
def test_the_workspace_for_reports_may_be_left_out(pod: Pod, step: str) -> None:
    pod.repository.write("apps/db.yaml", SECRET)
    outcome = pod.run(step, bound=False)
    assert (outcome.code, outcome.results) == (1, {"verdict": "fail", "findings": "1"})
    assert outcome.reports == {}
    assert pod.repository.git("status", "--porcelain") == "?? apps/"  # and nothing is left in the source


@STEPS
@pytest.mark.parametrize("suffix", [".txt", ".json", ".sarif", "-junit.xml"])
def test_what_is_committed_by_a_report_s_name_is_not_replaced(pod: Pod, step: str, suffix: str) -> None:
    """Where the workspace for reports is a folder of the one with the clone."""
    report = pod.repository.write(f"out/sealwright-{step}{suffix}", "stays\n")
    pod.repository.commit()
    (pod.folder / "reports").symlink_to(report.parent)
    outcome = pod.run(step)
    assert (outcome.code, outcome.results["verdict"]) == (2, "error")
    assert f"error: sealwright-{step}{suffix} is committed" in outcome.output
    assert report.read_text(encoding="utf-8") == "stays\n"
    assert pod.repository.git("status", "--porcelain") == ""


@STEPS
def test_what_cannot_be_read_is_incomplete(pod: Pod, step: str) -> None:
    pod.repository.write("bad.yaml", "apiVersion: v1\nkind: Secret\ndata: {a: [\n")
    outcome = pod.run(step)
    assert (outcome.code, outcome.results["verdict"]) == (3, "incomplete")


@pytest.mark.parametrize(
    ("step", "given", "code"),
    [
        ("scan", {"path": "$(touch made)"}, 2),
        ("gate", {"path": '"; touch made; "'}, 2),
        ("gate", {"pack": "$(touch made)`touch made`"}, 2),
        ("scan", {"path": "--exit-zero"}, 2),
        ("gate", {"path": "apps of ours"}, 1),
        ("scan", {"path": "charts"}, 0),
        ("gate", {"severity-threshold": "critical"}, 0),
        ("scan", {"severity-threshold": "critical"}, 0),
        ("gate", {"severity-threshold": "High"}, 2),
        ("scan", {"skip-files": "charts/**,apps of ours/**"}, 0),
        ("gate", {"depth": "1"}, 0),
        ("gate", {"base": "main"}, 1),
        ("gate", {"base": "nowhere"}, 2),
        ("scan", {"history": "HEAD"}, 0),
        ("scan", {"history": "nowhere..HEAD"}, 2),
    ],
)
def test_parameters_reach_the_engine_and_nothing_else(pod: Pod, step: str, given: dict[str, str], code: int) -> None:
    pod.repository.write("apps of ours/db.yaml", SECRET)
    outcome = pod.run(step, given)
    assert outcome.code == code, outcome.output
    assert outcome.results["verdict"] == {0: "pass", 1: "fail", 2: "error"}[code]
    assert (outcome.results["findings"] == "") == (code == 2)
    assert not list(pod.folder.rglob("made"))


def test_what_commits_added_and_removed_is_found(pod: Pod) -> None:
    pod.repository.write("db.yaml", SECRET)
    pod.repository.commit()
    (pod.repository.path / "db.yaml").unlink()
    pod.repository.commit()
    assert pod.run("scan").code == 0
    assert pod.run("scan", {"history": "HEAD~2..HEAD"}).code == 1


def test_the_engine_is_installed(pod: Pod, tmp_path_factory: pytest.TempPathFactory) -> None:
    """As in an image that has nothing of ours; what lies in the repository is no module of Python's."""
    installing = [script(step).partition("fi\n")[0] for step in ("gate", "scan")]
    assert installing[0] == installing[1]
    pod.repository.write("db.yaml", SECRET)
    impostors(pod.repository.path)
    default = next(param["default"] for param in task("scan")["spec"]["params"] if param["name"] == "requirement")
    index = package_index(tmp_path_factory)
    outcome = pod.run("scan", {"requirement": default}, search=path_without_engine(), env=index)
    assert (outcome.code, outcome.results) == (1, {"verdict": "fail", "findings": "1"}), outcome.output
    assert not list(pod.folder.rglob("made"))


def script(step: str) -> str:
    (one,) = task(step)["spec"]["steps"]
    return str(one["script"])


@STEPS
def test_tekton_lint_has_nothing_to_say(step: str) -> None:
    command = [npm_program("@ibm/tekton-lint"), "--max-warnings=0", f"actions/{step}/tekton.yaml"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout.strip()) == (0, ""), result.stderr


def test_tekton_lint_would_say_something(tmp_path: Path) -> None:
    """It exits with 0 for much that it does not look at."""
    broken = (
        (ROOT / "actions" / "gate" / "tekton.yaml").read_text(encoding="utf-8").replace("params.pack", "params.none")
    )
    (tmp_path / "task.yaml").write_text(broken, encoding="utf-8")
    command = [npm_program("@ibm/tekton-lint"), "--max-warnings=0", "task.yaml"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 1


@STEPS
def test_shell_check_has_nothing_to_say(step: str) -> None:
    substituted = set(re.findall(r"\$\((\w+\.[\w.-]+)\)", script(step)))
    assert substituted == {"results.verdict.path", "results.findings.path"}  # values come by the environment
    assert shell_check(re.sub(r"\$\(results\.\w+\.path\)", "/tekton/results/x", script(step)), "sh") == ""
