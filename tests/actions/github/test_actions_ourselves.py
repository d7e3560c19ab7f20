"""Our own gate lets our own repository through, and nothing that would be a Secret in it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from actions.github.conftest import SECRET, Workspace
from actions.github.workflow import Workflow
from composite_action import Event
from support import ROOT, Repository, project_files

if sys.platform == "win32":
    pytest.skip("another platform is needed: these run GitHub's Linux runner", allow_module_level=True)


@pytest.fixture
def ourselves(tmp_path: Path, checkout: Path, runner_temp: Path) -> Workspace:
    """A repository of one commit that holds this checkout."""
    Repository.init(tmp_path / "sealwright")
    workspace = Workspace(tmp_path / "sealwright")
    workspace.checkout, workspace.temporary = checkout, runner_temp
    for path in project_files():
        target = workspace.path / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    workspace.commit("Everything")
    return workspace


def test_our_own_gate(ourselves: Workspace) -> None:
    workflow = ROOT / ".github" / "workflows" / "ci.yml"
    head = ourselves.git("rev-parse", "HEAD")
    payload = {"before": "0" * 40, "after": head, "ref": "refs/heads/main", "repository": {"default_branch": "main"}}
    ran = Workflow(workflow, ourselves, Event("push", payload)).run("gate")["gate"]
    assert ran.status == "success", ran.log

    ourselves.write("deploy/db.yaml", SECRET)
    after = ourselves.commit("A mistake")
    refused = Workflow(workflow, ourselves, Event("push", {**payload, "before": head, "after": after})).run("gate")
    assert refused["gate"].status == "failure"
    assert "deploy/db.yaml" in refused["gate"].log
