"""The true installation: a clone as `repo:` with a `rev:`, its environment built by pre-commit and by prek."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import OTHER_PLATFORM, ROOT, Repository, project_files

CONFIGURATION = """\
repos:
  - repo: {repository}
    rev: {rev}
    hooks:
      - id: sealwright-scan
"""
NO_INDEX = ("No matching distribution", "Could not find a version", "Failed to fetch", "error sending request")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A repository with this checkout's files in one commit, and the commit's id."""
    repository = Repository.init(tmp_path_factory.mktemp("published") / "sealwright")
    for file in project_files():
        target = repository.path / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    return repository.path, repository.commit("Publish")


def test_installed_from_a_clone(project: Any, published: tuple[Path, str], secret: str, clean: str, value: str) -> None:
    repository, rev = published
    project.write(".pre-commit-config.yaml", CONFIGURATION.format(repository=repository.as_posix(), rev=rev))
    project.commit("Configure the hook")
    installed = project.hook("install", "--install-hooks")
    if installed.returncode and any(words in installed.stdout for words in NO_INDEX):
        pytest.skip(f"{OTHER_PLATFORM}: the package index does not answer")
    assert installed.returncode == 0, installed.stdout
    project.write("db.yaml", secret)
    project.add()
    code, output = project.try_commit()
    assert code == 1, output
    assert "7:13" in output
    assert value not in output
    project.write("db.yaml", clean)
    project.add()
    code, output = project.try_commit()
    assert code == 0, output


@pytest.mark.parametrize("manager", ["pre-commit", "prek"])
def test_the_list_of_hooks_is_valid(make_project: Callable[[str], Any], manager: str) -> None:
    project = make_project(manager)
    checked = project.hook("validate-manifest", str(ROOT / ".pre-commit-hooks.yaml"))
    assert checked.returncode == 0, checked.stdout


def test_sealing_is_serial() -> None:
    """All files or none: several processes would each decide for their own share."""
    text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    assert "require_serial: true" in text.partition("- id: sealwright-seal")[2].partition("- id:")[0]
