"""The GitLab components, run by gitlab-ci-local on this machine's shell: what they refuse, the reports they leave."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
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
    npm_program,
    package_index,
    path_with_engine,
    path_without_engine,
    shell_check,
)
from support import ROOT, Repository, posix_only, program, scrubbed

EXECUTES = ("actions/gate/gitlab.yml", "actions/scan/gitlab.yml")
SUFFIXES = ("-codequality.json", "-junit.xml", ".sarif")

pytestmark = posix_only
steps = pytest.mark.parametrize("step", ["gate", "scan"])


def documents(step: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The header with the inputs, and the jobs."""
    text = (ROOT / "actions" / step / "gitlab.yml").read_text(encoding="utf-8")
    header, jobs = yaml.safe_load_all(text)
    return header["spec"]["inputs"], jobs


def script(step: str) -> str:
    (text,) = documents(step)[1]["$[[ inputs.job-name ]]"]["script"]
    return str(text)


class Pipeline(Repository):
    """A repository whose pipeline includes a component."""

    def include(self, step: str, others: Any = None, **inputs: object) -> None:
        """Write and commit the configuration. Without a requirement, what is on PATH is used. `others`: more jobs."""
        shutil.copy(ROOT / "actions" / step / "gitlab.yml", self.path / "component.yml")
        given = {"requirement": ""} | {name.replace("_", "-"): value for name, value in inputs.items()}
        included = {"local": "component.yml", "inputs": given}
        self.write(".gitlab-ci.yml", json.dumps({"include": [included], **(others or {})}))
        self.commit()

    def run(self, variables: Mapping[str, str] | None = None, env: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Exit code and output of the pipeline; the value is in neither, nor in what it leaves."""
        environment = scrubbed(os.environ) | {"PATH": path_with_engine()} | dict(env or {})
        given = [word for name, value in (variables or {}).items() for word in ("--variable", f"{name}={value}")]
        command = [npm_program("gitlab-ci-local"), "--force-shell-executor", "--shell-isolation", *given]
        # What it knows of keywords is older than `reports: sarif`, and the newer schema is asked below.
        command.append("--json-schema-validation=false")
        result = subprocess.run(
            command,
            cwd=self.path,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=600,
        )
        assert VALUE not in result.stdout
        assert all(VALUE.encode() not in path.read_bytes() for path in self.artifacts().values())
        return result.returncode, result.stdout

    def commit(self, message: str = "Change") -> str:
        if self.artifacts():  # the runner puts them beside the files as well, where no server does
            self.write(".git/info/exclude", "sealwright-*\n")
        return super().commit(message)

    def artifacts(self) -> dict[str, Path]:
        folder = self.path / ".gitlab-ci-local" / "artifacts"
        return {path.name: path for path in folder.rglob("*") if path.is_file()}

    def request(self, base: str) -> dict[str, str]:
        """The variables of a pipeline for a merge request."""
        return {"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base}


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    if shutil.which("rsync") is None:
        pytest.skip("rsync is not installed")
    Pipeline.init(tmp_path / "a project")
    pipeline = Pipeline(tmp_path / "a project")
    pipeline.git("remote", "add", "origin", "git@gitlab.com:shop/deploy.git")
    pipeline.write(".gitignore", ".gitlab-ci-local/\n")
    return pipeline


@steps
def test_a_leak_fails_and_a_clean_repository_passes(pipeline: Pipeline, step: str) -> None:
    pipeline.write("apps/db.yaml", SECRET)
    pipeline.include(step)
    code, output = pipeline.run()
    assert code == 1, output
    assert "apps/db.yaml" in output
    assert pipeline.artifacts().keys() == {f"sealwright-{step}{suffix}" for suffix in SUFFIXES}
    quality = json.loads(pipeline.artifacts()[f"sealwright-{step}-codequality.json"].read_text())
    assert [entry["location"]["path"] for entry in quality] == ["apps/db.yaml"]
    pipeline.write("apps/db.yaml", CLEAN)
    pipeline.commit()
    code, output = pipeline.run()
    assert code == 0, output
    assert json.loads(pipeline.artifacts()[f"sealwright-{step}-codequality.json"].read_text()) == []


@steps
def test_what_fails_may_be_let_through(pipeline: Pipeline, step: str) -> None:
    pipeline.write("db.yaml", SECRET)
    pipeline.include(step, allow_failure=True)
    code, output = pipeline.run()
    assert code == 0, output
    assert "WARN" in output


@steps
def test_what_is_committed_by_a_report_s_name_is_refused(pipeline: Pipeline, tmp_path: Path, step: str) -> None:
    """The report takes its place: nothing would have looked at it."""
    outside = tmp_path / "outside"
    outside.write_text("stays\n", encoding="utf-8")
    (pipeline.path / f"sealwright-{step}.sarif").symlink_to(outside)
    pipeline.write(f"sealwright-{step}-codequality.json", SECRET)
    pipeline.write(f"sealwright-{step}-junit.xml/db.json", SECRET)
    pipeline.include(step)
    code, output = pipeline.run()
    assert code != 0, output
    assert "FAIL 2" in re.sub(r"\x1b\[[0-9;]*m", "", output)
    for suffix in SUFFIXES:
        assert f"error: sealwright-{step}{suffix} is committed" in output
    assert pipeline.artifacts() == {}
    assert outside.read_text(encoding="utf-8") == "stays\n"


@steps
def test_what_is_there_by_a_report_s_name_is_neither_published_nor_followed(
    pipeline: Pipeline, tmp_path: Path, step: str
) -> None:
    outside = tmp_path / "outside"
    outside.write_text("stays\n", encoding="utf-8")
    pipeline.write(".git/info/exclude", f"sealwright-{step}*\n")  # what an earlier run has left
    (pipeline.path / f"sealwright-{step}.sarif").symlink_to(outside)
    pipeline.write(f"sealwright-{step}-codequality.json", "[]\n")
    pipeline.write("db.yaml", SECRET)
    pipeline.include(step)
    code, output = pipeline.run()
    assert code == 1, output
    assert outside.read_text(encoding="utf-8") == "stays\n"
    assert json.loads(pipeline.artifacts()[f"sealwright-{step}-codequality.json"].read_text()) != []
    pipeline.write(".sealwright.yaml", "police: {}\n")
    pipeline.commit()
    code, output = pipeline.run()
    assert code == 1, output
    assert pipeline.artifacts() == {}


@pytest.mark.parametrize(
    ("step", "inputs", "code"),
    [
        ("gate", {"path": "$(touch made)"}, 2),
        ("scan", {"path": '"; touch made; "'}, 2),
        ("gate", {"path": "--exit-zero"}, 2),
        ("scan", {"path": "apps of ours"}, 1),
        ("gate", {"path": "charts"}, 0),
        ("scan", {"severity_threshold": "critical"}, 0),
        ("gate", {"severity_threshold": "critical"}, 0),
        ("scan", {"skip_files": "charts/**,apps of ours/**"}, 0),
        ("gate", {"skip_files": "charts/**"}, 1),
        ("scan", {"depth": 1}, 0),
        ("gate", {"pack": "csi,pci-dss-4.0.1", "depth": 2}, 1),
        ("gate", {"pack": "nonsense"}, 2),
    ],
)
def test_inputs_reach_the_engine_and_nothing_else(
    pipeline: Pipeline, step: str, inputs: dict[str, object], code: int
) -> None:
    pipeline.write("apps of ours/db.yaml", SECRET)
    pipeline.write("charts/x.yaml", CLEAN)
    pipeline.include(step, **inputs)
    ended, output = pipeline.run()
    assert (ended != 0) == (code != 0), output
    assert code == 0 or f"FAIL {code}" in re.sub(r"\x1b\[[0-9;]*m", "", output), output
    assert not list(pipeline.path.rglob("made"))


@pytest.mark.parametrize(
    ("step", "inputs"),
    [
        ("gate", {"severity_threshold": "High"}),
        ("gate", {"depth": "deep"}),
        ("gate", {"changes_only": "perhaps"}),
        ("scan", {"commits": "some"}),
        ("scan", {"severity_threshold": ""}),
    ],
)
def test_other_inputs_are_refused(pipeline: Pipeline, step: str, inputs: dict[str, object]) -> None:
    pipeline.include(step, **inputs)
    code, output = pipeline.run()
    assert (code, "sealwright " + step in output) == (1, False), output


@steps
def test_other_jobs_have_no_part_in_it(pipeline: Pipeline, step: str) -> None:
    """Neither what they leave behind, nor what the pipeline has all of them do first."""
    hidden = base64.b64encode(SECRET.replace(VALUE, "another-horse").encode()).decode()
    script = f"echo {hidden} | base64 -d > rendered.yaml"
    kept = {"before_script": [], "after_script": [], "artifacts": {"paths": ["rendered.yaml"]}}
    default = {"before_script": ["exit 9"], "after_script": ["exit 9"]}
    jobs = {"render": {"stage": "build", "script": [script], **kept}, "default": default}
    pipeline.include(step, jobs, skip_files=".gitlab-ci.yml")
    code, output = pipeline.run()
    assert code == 0, output
    assert "rendered.yaml" in pipeline.artifacts()


def test_only_what_a_merge_request_brings_fails(pipeline: Pipeline) -> None:
    pipeline.write("old.yaml", SECRET)
    pipeline.include("gate")
    base = pipeline.git("rev-parse", "HEAD")
    pipeline.write("clean.yaml", CLEAN)
    pipeline.commit()
    assert pipeline.run(pipeline.request(base))[0] == 0
    assert pipeline.run()[0] == 1
    pipeline.include("gate", changes_only=False)
    assert pipeline.run(pipeline.request(base))[0] == 1
    pipeline.include("gate")
    pipeline.write("new.yaml", SECRET)
    new = pipeline.commit()
    assert pipeline.run(pipeline.request(base))[0] == 1
    # Results that are merged first: what the target branch had by then is not the request's.
    merged = pipeline.request(base) | {"CI_MERGE_REQUEST_TARGET_BRANCH_SHA": new}
    assert pipeline.run(merged)[0] == 0
    assert pipeline.run(pipeline.request("1" * 40))[0] == 1


def test_what_a_merge_request_added_and_removed_is_found(pipeline: Pipeline) -> None:
    pipeline.include("scan", commits="merge-request")
    base = pipeline.git("rev-parse", "HEAD")
    pipeline.write("db.yaml", SECRET)
    pipeline.commit()
    (pipeline.path / "db.yaml").unlink()
    tip = pipeline.commit()
    assert pipeline.run(pipeline.request(base))[0] == 1
    assert pipeline.run(pipeline.request(tip))[0] == 0
    assert pipeline.run()[0] == 0
    pipeline.include("scan", commits="history")
    assert pipeline.run()[0] == 1


def test_the_engine_is_installed(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> None:
    """As in the image, where nothing of ours is on PATH; what lies in the repository is no module of Python's."""
    installing = [script(step).partition("fi\n")[0] for step in ("gate", "scan")]
    assert installing[0].replace("-gate", "-scan") == installing[1]
    pipeline.write("db.yaml", SECRET)
    impostors(pipeline.path)
    pipeline.include("scan", requirement=documents("scan")[0]["requirement"]["default"])
    code, output = pipeline.run(env=package_index(tmp_path_factory) | {"PATH": path_without_engine()})
    assert code == 1, output
    assert "secret-string-data" in output
    assert not list(pipeline.path.rglob("made"))


@steps
def test_sarif_is_a_report_where_it_is_asked_for(pipeline: Pipeline, step: str) -> None:
    pipeline.write("db.yaml", SECRET)
    pipeline.include(step, sarif_report=True)
    code, output = pipeline.run()
    assert code == 1, output
    expanded = yaml.safe_load((pipeline.path / ".gitlab-ci-local" / "expanded-gitlab-ci.yml").read_text())
    reports = expanded[f"sealwright-{step}"]["artifacts"]["reports"]
    assert set(reports.values()) == pipeline.artifacts().keys()
    assert json.loads(pipeline.artifacts()[reports["sarif"]].read_text())["version"] == "2.1.0"


@steps
def test_the_jobs_are_what_gitlab_takes(step: str, tmp_path: Path) -> None:
    inputs, jobs = documents(step)
    text = json.dumps(jobs)
    used = set(re.findall(r"\$\[\[ inputs\.([\w-]+) \]\]", text))
    assert used == inputs.keys()
    assert all(said["description"] for said in inputs.values())
    for name in used:
        default = inputs[name]["default"]
        spelled = json.dumps(default) if isinstance(default, bool) else str(default)
        quoted = f'"$[[ inputs.{name} ]]"'
        text = text.replace(quoted, spelled) if name == "allow-failure" else text
        text = text.replace(f"$[[ inputs.{name} ]]", spelled)
    filled = tmp_path / "gitlab-ci.yml"
    filled.write_text(text)
    command = [program("check-jsonschema"), "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"]
    result = subprocess.run([*command, str(filled)], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@steps
def test_shell_check_has_nothing_to_say(step: str) -> None:
    assert "$[[" not in script(step)  # values come by the environment
    assert shell_check(script(step), "sh") == ""
