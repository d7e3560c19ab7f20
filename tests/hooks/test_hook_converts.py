"""The hook `sealwright-external-secret` under real hook managers: no store is asked, and nothing newer is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support import run_program

Project = Any


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))


def test_blocked_with_the_command_then_moved_then_committed(project: Project, secret: str, value: str) -> None:
    project.use("sealwright-external-secret")
    project.write("db.yaml", secret)
    project.write("deployment.yaml", "kind: Deployment\n")
    project.add()
    code, output = project.try_commit()
    assert code == 1, output
    assert "sealwright convert --to external-secret --write db.yaml" in " ".join(output.split())
    assert value not in output
    assert project.read("db.yaml").decode() == secret
    moved = run_program("sealwright", "convert", "--to", "external-secret", "--write", "db.yaml", cwd=project.path)
    assert moved.returncode == 0, moved.stderr
    project.add()
    code, output = project.try_commit()
    assert code == 0, output
    assert b"kind: ExternalSecret" in project.read("db.yaml")


def test_what_comes_back_is_mended_once(project: Project, secret: str, value: str) -> None:
    project.write("db.yaml", secret)
    moved = run_program("sealwright", "convert", "--to", "external-secret", "--write", cwd=project.path)
    assert moved.returncode == 0, moved.stderr
    converted = project.read("db.yaml")
    project.use("sealwright-external-secret")
    project.write("db.yaml", secret)
    project.add()
    code, output = project.try_commit()
    assert (code, value in output) == (1, False), output
    assert project.read("db.yaml") == converted
    project.write("db.yaml", secret.replace(value, f"{value}-newer"))
    project.add()
    code, output = project.try_commit()
    assert code == 1, output
    assert f"{value}-newer".encode() in project.read("db.yaml")
