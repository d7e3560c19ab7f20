"""The machine that workflows run on: an image's Python, and a package index that holds this checkout."""

from __future__ import annotations

import os
import sys
import venv
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from actions.codecatalyst.runner import Machine, Outcome, run
from actions.wheelhouse import settings, wheelhouse
from support import ROOT, Repository

Start = Callable[..., Outcome]


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """One for all runs of a session: what an action installs into its home is there for the next."""
    folder = tmp_path_factory.mktemp("machine")
    # Not the Python of the tests, whose packages would be there without being installed.
    venv.create(folder / "image", with_pip=True)
    path = os.pathsep.join([str(folder / "image" / "bin"), os.environ["PATH"]])
    (folder / "home").mkdir()
    return Machine(path, folder / "home", settings(wheelhouse(folder)))


@pytest.fixture
def start(machine: Machine, tmp_path: Path) -> Start:
    """Run a workflow of this checkout on a repository; several times in one test, if need be."""
    runs = iter(range(100))

    def begin(
        workflow: str, source: Repository, variables: Mapping[str, str] | None = None, refused: tuple[str, ...] = ()
    ) -> Outcome:
        folder = tmp_path / f"run-{next(runs)}"
        return run(ROOT / workflow, source.path, folder, machine, variables=variables, refused=frozenset(refused))

    return begin


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """An empty repository, in a folder with a blank in its name."""
    return Repository.init(tmp_path / "a repository")


if sys.platform == "win32":
    collect_ignore_glob = ["test_*"]
