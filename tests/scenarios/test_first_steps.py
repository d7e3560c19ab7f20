"""`init` and `doctor`: what a repository begins with, and whether all that it needs is there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support import Repository, run_program

if TYPE_CHECKING:
    from pathlib import Path

CERTIFICATE = "clusters:\n  prod: {certificate: missing.pem, paths: ['**']}\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.init(tmp_path / "repository")


def test_init_never_touches_what_is_there(repository: Repository) -> None:
    before = {".pre-commit-config.yaml": b"repos: []\r\n", ".sealwright.yaml": b"scan: {}\n"}
    for name, data in before.items():
        repository.write(name, data)
    result = run_program("sealwright", "init", cwd=repository.path)
    assert result.returncode == 0
    assert {name: repository.read(name) for name in before} == before
    assert b"stays as it is" in result.stdout
    assert b"id: sealwright-scan" in result.stdout


def test_init_writes_nothing_when_dry_and_nothing_outside_of_a_repository(
    repository: Repository, tmp_path: Path
) -> None:
    assert run_program("sealwright", "init", "--dry-run", cwd=repository.path).returncode == 0
    assert [path.name for path in repository.path.iterdir()] == [".git"]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert run_program("sealwright", "init", cwd=elsewhere).returncode == 2
    assert list(elsewhere.iterdir()) == []


def test_what_init_writes_is_valid_and_doctor_says_what_is_left(repository: Repository) -> None:
    (repository.path / "below").mkdir()
    assert run_program("sealwright", "init", cwd=repository.path / "below").returncode == 0
    assert run_program("sealwright", "scan", cwd=repository.path).returncode == 0
    found = _doctor(repository)
    assert found["configuration"]["level"] == "ok"
    assert found["hooks"]["level"] == "problem"
    repository.write(".git/hooks/pre-commit", "#!/bin/sh\n")
    assert _doctor(repository)["hooks"]["level"] == "ok"


@pytest.mark.parametrize(
    ("text", "about", "level"),
    [
        ("clsters: {}\n", "configuration", "problem"),
        (CERTIFICATE, "cluster prod", "problem"),
        ("stores:\n  here: {backend: local}\n", "store here", "ok"),
    ],
)
def test_doctor_finds_what_would_fail_later(repository: Repository, text: str, about: str, level: str) -> None:
    repository.write(".sealwright.yaml", text)
    assert _doctor(repository)[about]["level"] == level
    result = run_program("sealwright", "doctor", cwd=repository.path)
    assert result.returncode == (1 if level == "problem" else 0)


def test_the_demo_tells_its_story_and_leaves_nothing(tmp_path: Path) -> None:
    result = run_program("sealwright", "demo", cwd=tmp_path, env={"TMPDIR": str(tmp_path)})
    assert result.returncode == 0, result.stdout
    for part in (b"secret-string-data", b"sealed Secret shop/db", b"opens", b"ESO015", b"That is all."):
        assert part in result.stdout
    assert b"moss" not in result.stdout
    assert list(tmp_path.iterdir()) == []


def _doctor(repository: Repository) -> dict[str, dict[str, str]]:
    result = run_program("sealwright", "doctor", "--format", "json", cwd=repository.path)
    return {check["about"]: check for check in json.loads(result.stdout)["checks"]}
