"""The step templates for Azure Pipelines, whose scripts are run as an agent would."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from actions.ci_shell import (
    CLEAN,
    SECRET,
    VALUE,
    impostors,
    package_index,
    path_without_engine,
    run_shell,
    shell_check,
)
from support import ROOT, Repository, posix_only, program

EXECUTES = ("actions/gate/azure-pipelines.yml", "actions/scan/azure-pipelines.yml", "examples/ci/init/azure.yml")
STEPS = pytest.mark.parametrize("step", ["gate", "scan"])

pytestmark = posix_only


def template(step: str) -> Any:
    return yaml.safe_load((ROOT / "actions" / step / "azure-pipelines.yml").read_text(encoding="utf-8"))


def filled(step: str, given: Mapping[str, str]) -> Any:
    """The template with its parameters put in: only such as are declared, and of the values that are declared."""
    content = template(step)
    values = {}
    for parameter in content["parameters"]:
        value = given.get(parameter["name"], parameter["default"])
        assert value in parameter.get("values", [value]), f"{value} is refused"
        # The service spells booleans so where they become text.
        values[parameter["name"]] = value.capitalize() if parameter["type"] == "boolean" else value
    assert given.keys() <= values.keys()

    def fill(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: fill(value) for key, value in node.items()}
        if isinstance(node, list):
            return [fill(value) for value in node]
        return re.sub(r"\$\{\{ parameters\.(\w+) \}\}", lambda match: values[match[1]], node)

    return {"steps": fill(content["steps"])}


class Agent:
    """Runs the script of a template on a repository, and knows where its other steps look for files."""

    def __init__(self, folder: Path) -> None:
        self.repository = Repository.init(folder / "a repository")
        self.temporary = folder / "a temporary folder"
        self.temporary.mkdir()
        self.source = ""
        """The commit that is reviewed, as the service tells it in runs for a pull request."""

    def run(
        self,
        step: str,
        given: Mapping[str, str] | None = None,
        *,
        reason: str = "IndividualCI",
        search: str = "",
        env: Mapping[str, str] | None = None,
    ) -> tuple[int, str]:
        content = filled(step, {"requirement": ""} | dict(given or {}))
        script, *tasks = content["steps"]
        environment = self._said(reason) | script["env"] | dict(env or {})
        ended = run_shell(["bash", "--noprofile", "--norc"], script["bash"], self.repository.path, environment, search)
        for file in self.reports(tasks):
            assert VALUE.encode() not in file.read_bytes()
        return ended

    def run_init(self, reason: str) -> tuple[int, str]:
        """The pipeline that `sealwright init` writes, without the step that installs."""
        *_, step = yaml.safe_load((ROOT / "examples" / "ci" / "init" / "azure.yml").read_text(encoding="utf-8"))[
            "steps"
        ]
        return run_shell(["bash", "--noprofile", "--norc"], step["bash"], self.repository.path, self._said(reason))

    def _said(self, reason: str) -> dict[str, str]:
        known = {"AGENT_TEMPDIRECTORY": str(self.temporary), "BUILD_REASON": reason}
        return known | ({"SYSTEM_PULLREQUEST_SOURCECOMMITID": self.source} if self.source else {})

    def reports(self, tasks: list[Any]) -> list[Path]:
        """What the tasks behind the script find."""
        published, tested = (task["inputs"] for task in tasks)
        folder = self._place(published["PathtoPublish"])
        assert [*folder.glob("*-junit.xml")] == [*folder.parent.glob(self._relative(tested["testResultsFiles"]))]
        return sorted(folder.iterdir()) if folder.exists() else []

    def _relative(self, text: str) -> str:
        return text.removeprefix("$(Agent.TempDirectory)/")

    def _place(self, text: str) -> Path:
        return self.temporary / self._relative(text)


@pytest.fixture
def agent(tmp_path: Path) -> Agent:
    agent = Agent(tmp_path)
    agent.repository.write("charts/x.yaml", CLEAN)
    agent.repository.commit()
    return agent


@STEPS
def test_a_leak_fails_and_a_clean_repository_passes(agent: Agent, step: str) -> None:
    assert agent.run(step)[0] == 0
    agent.repository.write("apps/db.yaml", SECRET)
    code, output = agent.run(step)
    assert code == 1, output
    assert "apps/db.yaml" in output
    reports = agent.reports(filled(step, {})["steps"][1:])
    assert [path.name for path in reports] == [f"sealwright-{step}-junit.xml", f"sealwright-{step}.sarif"]
    (found,) = json.loads(reports[1].read_text())["runs"][0]["results"]
    assert found["ruleId"] == "secret-string-data"


@pytest.mark.parametrize(
    ("step", "given", "code"),
    [
        ("scan", {"path": "$(touch made)"}, 2),
        ("gate", {"path": '"; touch made; "'}, 2),
        ("scan", {"path": "--exit-zero"}, 2),
        ("gate", {"path": "apps of ours"}, 1),
        ("scan", {"path": "charts"}, 0),
        ("gate", {"severityThreshold": "critical"}, 0),
        ("scan", {"severityThreshold": "critical"}, 0),
        ("scan", {"skipFiles": "charts/**,apps of ours/**"}, 0),
        ("gate", {"depth": "1"}, 0),
        ("gate", {"pack": "csi,pci-dss-4.0.1"}, 1),
        ("gate", {"pack": "nonsense"}, 2),
    ],
)
def test_parameters_reach_the_engine_and_nothing_else(
    agent: Agent, step: str, given: dict[str, str], code: int
) -> None:
    agent.repository.write("apps of ours/db.yaml", SECRET)
    assert agent.run(step, given)[0] == code
    assert not list(agent.repository.path.rglob("made"))


def test_the_configuration_says_the_threshold_where_the_caller_does_not(agent: Agent) -> None:
    agent.repository.write("db.yaml", SECRET)
    agent.repository.write(".sealwright.yaml", "policy: {severity-threshold: critical}\n")
    assert agent.run("gate")[0] == 0
    assert agent.run("gate", {"severityThreshold": "high"})[0] == 1


def merged(agent: Agent, *contents: tuple[str, str | None]) -> None:
    """A branch with a commit for each content, merged into main as the service does before a run."""
    repository = agent.repository
    repository.git("checkout", "--quiet", "-b", "topic")
    for name, content in contents:
        if content is None:
            (repository.path / name).unlink()
        else:
            repository.write(name, content)
        agent.source = repository.commit()
    repository.git("checkout", "--quiet", "--detach", "main")
    repository.git("merge", "--quiet", "--no-ff", "--message", "Merge", "topic")


def test_only_what_a_pull_request_brings_fails(agent: Agent) -> None:
    agent.repository.write("old.yaml", SECRET)
    agent.repository.commit()
    merged(agent, ("clean.yaml", CLEAN))
    assert agent.run("gate", reason="PullRequest")[0] == 0
    assert agent.run("gate", {"changesOnly": "false"}, reason="PullRequest")[0] == 1
    assert agent.run("gate")[0] == 1


@pytest.mark.parametrize(("step", "given"), [("gate", {}), ("scan", {"commits": "pull-request"})])
def test_a_leak_in_a_pull_request_fails(agent: Agent, step: str, given: dict[str, str]) -> None:
    merged(agent, ("db.yaml", SECRET), ("other.yaml", CLEAN))
    assert agent.run(step, given, reason="PullRequest")[0] == 1


def test_what_a_pull_request_added_and_removed_is_found(agent: Agent) -> None:
    merged(agent, ("db.yaml", SECRET), ("db.yaml", None))
    assert agent.run("scan", reason="PullRequest")[0] == 0
    assert agent.run("scan", {"commits": "pull-request"}, reason="PullRequest")[0] == 1
    assert agent.run("scan", {"commits": "pull-request"})[0] == 0
    assert agent.run("scan", {"commits": "history"})[0] == 1


@pytest.mark.parametrize(("step", "given"), [("gate", {}), ("scan", {"commits": "pull-request"})])
@pytest.mark.parametrize("how", ["shallow", "not merged", "the author's own merge", "no source"])
def test_a_pull_request_that_cannot_be_compared_is_never_clean(
    agent: Agent, tmp_path: Path, step: str, given: dict[str, str], how: str
) -> None:
    merged(agent, ("db.yaml", SECRET), ("db.yaml", None))
    if how == "shallow":
        agent.repository.git("clone", "--quiet", "--depth=1", agent.repository.path.as_uri(), tmp_path / "shallow")
        agent.repository = Repository(tmp_path / "shallow")
    elif how != "no source":
        agent.repository.git("checkout", "--quiet", "topic")
    if how == "the author's own merge":
        agent.source = own_merge(agent)
    if how == "no source":
        agent.source = ""
    code, output = agent.run(step, given, reason="PullRequest")
    assert code == 3
    assert "fetchDepth: 0" in output
    code, output = agent.run_init("PullRequest")
    assert code == 3
    assert "merge commit" in output


def own_merge(agent: Agent) -> str:
    """The tip of a branch is a merge whose first parent has all of the leaks already; its id. It stays checked out."""
    repository = agent.repository
    repository.write("leak.yaml", SECRET)
    repository.commit()
    repository.git("branch", "other", "main")
    repository.git("checkout", "--quiet", "other")
    repository.write("more.yaml", CLEAN)
    repository.commit()
    repository.git("checkout", "--quiet", "topic")
    repository.git("merge", "--quiet", "--no-ff", "--message", "Merge", "other")
    return repository.git("rev-parse", "HEAD")


def test_what_init_writes_judges_what_a_pull_request_brings_and_else_everything(agent: Agent) -> None:
    agent.repository.write("old.yaml", SECRET)
    agent.repository.commit()
    for reason in ("Manual", "IndividualCI"):  # a checkout whose commits have one parent each
        assert agent.run_init(reason)[0] == 1
    merged(agent, ("clean.yaml", CLEAN))
    assert agent.run_init("PullRequest")[0] == 0
    assert agent.run_init("Manual")[0] == 1
    agent.repository.git("checkout", "--quiet", "topic")
    agent.source = own_merge(agent)
    assert agent.run_init("Manual")[0] == 1


@pytest.mark.parametrize(("step", "signs"), [("gate", "##"), ("scan", "###"), ("gate", "# #####")])
def test_nothing_in_the_output_commands_the_agent(agent: Agent, step: str, signs: str) -> None:
    command = f"{signs}vso[task.complete result=Succeeded;]"
    agent.repository.write(f"{command}/x.yaml", SECRET.replace("name: db", f"name: '{command}'"))
    agent.repository.write("bad.yaml", f"a: [\n{command}\n")
    agent.repository.commit()
    for code, output in (agent.run(step), agent.run_init("Manual")):
        assert code != 0
        assert "vso[task.complete" in output
        assert "##" not in output


def test_the_engine_is_installed(agent: Agent, tmp_path_factory: pytest.TempPathFactory) -> None:
    """As on an agent that has nothing of ours; what lies in the repository is no module of Python's."""
    installing = [template(step)["steps"][0]["bash"].partition("fi\n")[0] for step in ("gate", "scan")]
    assert installing[0].replace("-gate", "-scan") == installing[1]
    agent.repository.write("db.yaml", SECRET)
    impostors(agent.repository.path)
    default = next(one["default"] for one in template("scan")["parameters"] if one["name"] == "requirement")
    index = package_index(tmp_path_factory)
    code, output = agent.run("scan", {"requirement": default}, search=path_without_engine(), env=index)
    assert code == 1, output
    assert "secret-string-data" in output
    assert not list(agent.repository.path.rglob("made"))


@STEPS
def test_the_template_is_what_azure_takes(step: str, tmp_path: Path) -> None:
    content = template(step)
    text = json.dumps(content["steps"])
    assert set(re.findall(r"parameters\.(\w+)", text)) == {one["name"] for one in content["parameters"]}
    whole = {"parameters": content["parameters"], **filled(step, {})}
    # The schema knows no expression where it wants a boolean, and booleans in small letters only.
    file = tmp_path / "azure-pipelines.json"
    file.write_text(json.dumps(whole).replace('"False"', '"false"').replace('"True"', '"true"'))
    command = [program("check-jsonschema"), "--builtin-schema", "vendor.azure-pipelines", str(file)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@STEPS
def test_shell_check_has_nothing_to_say(step: str) -> None:
    script = template(step)["steps"][0]["bash"]
    assert "${{" not in script  # values come by the environment
    assert "$(params" not in script
    assert shell_check(script, "bash") == ""


def test_shell_check_has_nothing_to_say_of_what_init_writes() -> None:
    *_, step = yaml.safe_load((ROOT / "examples" / "ci" / "init" / "azure.yml").read_text(encoding="utf-8"))["steps"]
    assert shell_check(step["bash"], "bash") == ""
