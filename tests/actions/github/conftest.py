"""A checkout as GitHub would deliver it, an engine that is installed already, and a repository to judge."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from composite_action import ActionRun, Event, run_action
from support import ROOT, Repository, project_files

VALUE = "correct-horse-" + "battery-staple"
SECRET = f"""\
apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: shop
stringData:
  password: {VALUE}
"""
CLEAN = SECRET.replace(VALUE, '""')


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is tracked, or would be, without a repository around it: GitHub delivers actions as an archive."""
    folder = tmp_path_factory.mktemp("_actions") / "sealwright"
    for path in project_files():
        target = folder / path.relative_to(ROOT)
        if path.relative_to(ROOT).parts[0] != "tests":
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
    return folder


@pytest.fixture(scope="session")
def runner_temp(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    """Where a runner keeps temporary files, with the engine in it: the one that runs the tests stands in for it."""
    folder = tmp_path_factory.mktemp("_temp")
    for extras in ("", "aws"):
        text = f"{checkout}|{extras}".encode()
        key = subprocess.run(["cksum"], input=text, capture_output=True, check=True).stdout.split()[0].decode()
        engine = folder / f"sealwright-engine-{key}"
        engine.mkdir()
        (engine / "venv").symlink_to(Path(sys.prefix))
        (engine / "installed").touch()
    return folder


class Workspace(Repository):
    """A repository that is checked out on a runner."""

    checkout = Path()
    temporary = Path()

    def use(self, action: str, event: Event = Event(), /, **inputs: str) -> ActionRun:  # noqa: B008 - immutable
        """Run an action of the project. In names of inputs `_` stands for `-`."""
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        return run_action(self.checkout / "actions" / action, self.path, self.temporary, given, event)

    def clone(self, path: Path, *options: str) -> Workspace:
        """Another checkout, made by git as the runner's would be."""
        self.git("clone", "--quiet", *options, self.path.as_uri(), path)
        other = Workspace(path)
        other.checkout, other.temporary = self.checkout, self.temporary
        return other


@pytest.fixture
def workspace(tmp_path: Path, checkout: Path, runner_temp: Path) -> Workspace:
    """A repository with one commit in which nothing is wrong."""
    Repository.init(tmp_path / "work space")
    workspace = Workspace(tmp_path / "work space")
    workspace.checkout, workspace.temporary = checkout, runner_temp
    workspace.write("README.md", "# A repository\n")
    workspace.commit("Begin")
    return workspace


def pull_request(base: str, head: str, **more: Any) -> Event:
    """The event of a pull request, as far as anybody reads it."""
    payload: Mapping[str, Any] = {"pull_request": {"base": {"sha": base, "ref": "main"}, "head": {"sha": head}}, **more}
    return Event("pull_request", payload)
