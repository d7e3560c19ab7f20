"""Without a hook manager: `sealwright scan --staged` in .git/hooks, as husky and lefthook call it too."""

from __future__ import annotations

from typing import Any

import pytest

Project = Any


@pytest.fixture
def project(make_project: Any) -> Project:
    """A repository with a plain shell script as its hook."""
    project = make_project("prek")
    hook = project.write(".git/hooks/pre-commit", "#!/bin/sh\nexec sealwright scan --staged --no-progress\n")
    hook.chmod(0o755)
    project.write("README.md", "x\n")
    project.add()
    assert project.try_commit()[0] == 0
    return project


def test_the_index_is_read_and_not_the_work_tree(project: Project, secret: str, clean: str, value: str) -> None:
    project.write("db.yaml", secret)
    project.add()
    project.write("db.yaml", clean)
    code, output = project.try_commit()
    assert code == 1
    assert "7:13" in output
    assert value not in output
    project.add()
    project.write("db.yaml", secret)
    code, output = project.try_commit()
    assert code == 0, output


def test_commit_all_and_a_commit_of_one_path(project: Project, secret: str, clean: str) -> None:
    project.write("db.yaml", clean)
    project.write("other.txt", "x")
    project.add()
    assert project.try_commit()[0] == 0
    project.write("db.yaml", secret)
    assert project.try_commit("--all")[0] == 1
    project.write("other.txt", "y")
    assert project.try_commit("--", "other.txt")[0] == 0
    assert project.try_commit("--", "db.yaml")[0] == 1


def test_a_commit_from_a_subfolder_and_from_a_linked_work_tree(project: Project, secret: str, value: str) -> None:
    project.write("apps/db.yaml", secret)
    project.add()
    result = project.run("sh", "-c", "cd apps && git commit --message Change")
    assert result.returncode == 1
    assert "\napps/db.yaml" in f"\n{result.stdout}"
    linked = project.path.parent / "linked"
    project.git("worktree", "add", "--quiet", "-b", "linked", linked)
    (linked / "new.yaml").write_text(secret, encoding="utf-8")
    result = project.run("sh", "-c", f"cd '{linked}' && git add -A && git commit --message Change")
    assert result.returncode == 1, result.stdout
    assert "new.yaml" in result.stdout
    assert value not in result.stdout
