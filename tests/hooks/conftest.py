"""Real pre-commit and real prek over throw-away repositories, with the installed console scripts as hooks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from support import Repository, program, scrubbed

LOCAL = """\
repos:
  - repo: local
    hooks:
      - id: {name}
        name: {name}
        entry: {entry}
        language: system
        {types}
        args: {args}
"""
TYPES = {
    "sealwright-scan": "types: [file]",
    "sealwright-seal": "types_or: [yaml, json]\n        require_serial: true",
    "sealwright-external-secret": "types_or: [yaml, json]\n        require_serial: true",
    "sealwright-verify": "types_or: [yaml, json, text]\n        require_serial: true",
    "sealwright-gate": "types: [file]\n        require_serial: true",
    "sealwright-history": "pass_filenames: false\n        always_run: true\n        stages: [pre-push]",
}


class Project(Repository):
    """A repository whose commits go through a hook manager."""

    manager = "pre-commit"
    home = Path()

    def run(self, *command: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run any command here; stdout and stderr together, as a person reads them."""
        return subprocess.run(
            list(command),
            cwd=self.path,
            env=self.environment() | dict(env or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
            timeout=120,
        )

    def environment(self) -> dict[str, str]:
        """The environment of the tests, with the programs on PATH and a home of their own for both managers."""
        path = f"{Path(program('sealwright')).parent}{os.pathsep}{os.environ['PATH']}"
        return scrubbed(os.environ) | {"PATH": path, "PRE_COMMIT_HOME": str(self.home), "PREK_HOME": str(self.home)}

    def hook(self, *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """`pre-commit ...` or `prek ...`."""
        return self.run(program(self.manager), *arguments, env=env)

    def use(self, name: str = "sealwright-scan", args: Sequence[str] = (), extra: str = "") -> None:
        """Configure one hook, commit the configuration, and let the manager run before every commit."""
        entry = Path(program(name)).as_posix()
        text = LOCAL.format(name=name, entry=entry, types=TYPES[name], args=list(args)) + extra
        self.write(".pre-commit-config.yaml", text)
        self.commit("Configure the hook")
        installed = self.hook("install")
        assert installed.returncode == 0, installed.stdout

    def try_commit(self, *arguments: str, env: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Exit code and output of a `git commit` of what is staged."""
        result = self.run("git", "commit", "--message", "Change", *arguments, env=env)
        return result.returncode, result.stdout


@pytest.fixture(scope="session")
def manager_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the managers keep their data, one for each worker."""
    return tmp_path_factory.mktemp("managers")


@pytest.fixture
def make_project(tmp_path: Path, manager_home: Path) -> Callable[[str], Project]:
    def make(manager: str) -> Project:
        Project.init(tmp_path / "project")
        project = Project(tmp_path / "project")
        project.manager = manager
        project.home = manager_home / manager
        return project

    return make


@pytest.fixture(params=["pre-commit", "prek"])
def project(request: pytest.FixtureRequest, make_project: Callable[[str], Project]) -> Project:
    """An empty repository, once for each manager."""
    return make_project(request.param)


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


@pytest.fixture
def value() -> str:
    """What must never be shown."""
    return VALUE


@pytest.fixture
def secret() -> str:
    """A manifest with one value in clear, at 7:13."""
    return SECRET


@pytest.fixture
def clean() -> str:
    """The same without the value."""
    return CLEAN


@pytest.fixture(scope="session")
def key_pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """A private key and a certificate as the controller makes them (PEM)."""
    from sealwright.sealing.keys import generate_keypair

    return generate_keypair()


if sys.platform == "win32":
    collect_ignore_glob = ["test_*"]
