"""The hook `sealwright-history`: real pushes, with the hook on this side of them or on the other."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sealwright.hooks import history
from support import Repository, run_program

Project = Any
ZERO = "0" * 40


@pytest.fixture
def server(tmp_path: Path) -> Repository:
    """Where the pushes go."""
    bare = Repository(tmp_path / "server.git")
    bare.path.mkdir()
    bare.git("init", "--quiet", "--bare", "--initial-branch=main")
    return bare


@pytest.fixture
def clone(project: Project, server: Repository) -> Project:
    """A repository with one commit on the server, and the hook before every push."""
    project.use("sealwright-history")
    project.git("remote", "add", "origin", server.path)
    project.git("push", "--quiet", "--no-verify", "--set-upstream", "origin", "main")
    installed = project.hook("install", "--hook-type", "pre-push")
    assert installed.returncode == 0, installed.stdout
    return project


def commit(project: Project, name: str, content: str | None) -> str:
    if content is None:
        (project.path / name).unlink()
    else:
        project.write(name, content)
    project.add()
    project.git("commit", "--quiet", "--no-verify", "--allow-empty", "--message", "Change")
    return str(project.git("rev-parse", "HEAD"))


def refused(project: Project, *arguments: str, value: str, path: str = "db.yaml") -> str:
    """Push; it must be refused because of the path. The output, which never holds the value."""
    result = project.run("git", "push", *arguments)
    assert result.returncode == 1, result.stdout
    assert path in result.stdout
    assert "secret-string-data" in result.stdout
    assert value not in result.stdout
    assert "Traceback" not in result.stdout
    return str(result.stdout)


def accepted(project: Project, *arguments: str) -> None:
    result = project.run("git", "push", *arguments)
    assert result.returncode == 0, result.stdout


def test_added_and_removed_again_is_refused(clone: Project, secret: str, value: str) -> None:
    added = commit(clone, "db.yaml", secret)
    commit(clone, "db.yaml", None)
    output = refused(clone, value=value)
    assert added[:8] in output
    assert "no longer at the tip" in output
    assert "versions of files" not in output
    clone.git("reset", "--quiet", "--hard", "origin/main")
    commit(clone, "a.txt", "clean")
    accepted(clone)


def test_a_new_branch_is_only_what_the_remote_does_not_have(clone: Project, secret: str, value: str) -> None:
    commit(clone, "old.yaml", secret)
    accepted(clone, "--no-verify")
    clone.git("checkout", "--quiet", "-b", "feature")
    commit(clone, "a.txt", "clean")
    accepted(clone, "--set-upstream", "origin", "feature")
    commit(clone, "db.yaml", secret)
    refused(clone, value=value)
    clone.git("checkout", "--quiet", "-b", "other")
    commit(clone, "db.yaml", None)
    refused(clone, "origin", "other", value=value)


def test_the_first_push_of_all(project: Project, server: Repository, secret: str, value: str) -> None:
    project.use("sealwright-history")
    assert project.hook("install", "--hook-type", "pre-push").returncode == 0
    project.git("remote", "add", "origin", server.path)
    commit(project, "db.yaml", secret)
    commit(project, "db.yaml", None)
    refused(project, "origin", "main", value=value)


def test_what_was_merged_from_the_remote_is_not_ours(clone: Project, secret: str, value: str) -> None:
    clone.git("checkout", "--quiet", "-b", "feature")
    commit(clone, "a.txt", "clean")
    accepted(clone, "--set-upstream", "origin", "feature")
    clone.git("checkout", "--quiet", "main")
    commit(clone, "old.yaml", secret)
    accepted(clone, "--no-verify")
    clone.git("checkout", "--quiet", "feature")
    clone.git("merge", "--quiet", "--no-ff", "--message", "merge", "main")
    accepted(clone)
    commit(clone, "db.yaml", secret)
    refused(clone, value=value)


def test_a_forced_push_and_a_deletion(clone: Project, secret: str, value: str) -> None:
    commit(clone, "a.txt", "clean")
    accepted(clone)
    clone.git("reset", "--quiet", "--hard", "HEAD~1")
    commit(clone, "db.yaml", secret)
    refused(clone, "--force", value=value)
    clone.git("push", "--quiet", "--no-verify", "origin", "HEAD:gone")
    accepted(clone, "origin", ":gone")


def test_somebody_else_has_pushed_meanwhile(clone: Project, server: Repository, secret: str, value: str) -> None:
    other = Repository(server.path.parent / "other")
    server.git("clone", "--quiet", server.path, other.path)
    other.write("theirs.txt", "x")
    other.commit()
    other.git("push", "--quiet")
    commit(clone, "db.yaml", secret)
    refused(clone, "--force", value=value)


def test_by_hand_without_a_push(clone: Project, secret: str, value: str) -> None:
    assert clone.hook("run", "--hook-stage", "pre-push").returncode == 0
    commit(clone, "db.yaml", secret)
    commit(clone, "db.yaml", None)
    result = clone.hook("run", "--hook-stage", "pre-push")
    assert result.returncode == 1
    assert "db.yaml" in result.stdout
    assert value not in result.stdout
    refs = ("--hook-stage", "pre-push", "--from-ref")
    assert clone.hook("run", *refs, "HEAD~1", "--to-ref", "HEAD").returncode == 0
    assert clone.hook("run", *refs, "HEAD~2", "--to-ref", "HEAD").returncode == 1


@pytest.fixture
def plain(make_project: Callable[[str], Project], server: Repository) -> Project:
    """The same without a hook manager."""
    project = make_project("prek")
    commit(project, "README.md", "x\n")
    project.git("remote", "add", "origin", server.path)
    project.git("push", "--quiet", "--set-upstream", "origin", "main")
    hook = project.write(".git/hooks/pre-push", '#!/bin/sh\nexec sealwright-history "$@"\n')
    hook.chmod(0o755)
    return project


def test_plain_git(plain: Project, server: Repository, secret: str, value: str) -> None:
    accepted(plain)  # nothing to push
    commit(plain, "db.yaml", secret)
    commit(plain, "db.yaml", None)
    refused(plain, value=value)
    refused(plain, "origin", "HEAD:refs/heads/new", value=value)
    refused(plain, "origin", "main~2:refs/heads/a", "main:refs/heads/b", value=value)
    refused(plain, str(server.path), "HEAD:refs/heads/new", value=value)
    accepted(plain, "origin", "main~2:refs/heads/a")
    accepted(plain, "origin", ":a")
    plain.git("tag", "v1")
    refused(plain, "origin", "v1", value=value)


def test_plain_git_after_somebody_else(plain: Project, server: Repository, secret: str, value: str) -> None:
    other = Repository(server.path.parent / "other")
    server.git("clone", "--quiet", server.path, other.path)
    other.write("theirs.txt", "x")
    other.commit()
    other.git("push", "--quiet")
    commit(plain, "db.yaml", secret)
    refused(plain, "--force", value=value)


@pytest.fixture
def guarded(make_project: Callable[[str], Project], server: Repository) -> Project:
    """A repository without hooks, whose server has one."""
    hook = server.write("hooks/pre-receive", "#!/bin/sh\nexec sealwright-history --pre-receive\n")
    hook.chmod(0o755)
    project = make_project("prek")
    project.git("remote", "add", "origin", server.path)
    return project


def test_the_server_refuses_what_was_added_and_removed(
    guarded: Project, server: Repository, secret: str, value: str
) -> None:
    commit(guarded, "README.md", "x\n")
    accepted(guarded, "origin", "main")
    added = commit(guarded, "apps/db.yaml", secret)
    commit(guarded, "apps/db.yaml", None)
    output = refused(guarded, "origin", "main", value=value)
    assert f"remote:         in history  first {added[:8]}" in output
    assert "pre-receive hook declined" in output
    refused(guarded, "origin", "main:new", value=value)
    refused(guarded, "origin", "main~2:refs/heads/clean", "main:refs/heads/new", value=value)
    guarded.git("tag", "--annotate", "--message", "x", "v1")
    refused(guarded, "origin", "v1", value=value)
    assert server.git("for-each-ref", "--format=%(refname)") == "refs/heads/main"
    accepted(guarded, "origin", "main~2:refs/heads/clean")
    accepted(guarded, "origin", ":clean")
    guarded.git("reset", "--quiet", "--hard", "main~2")
    commit(guarded, "a.txt", "clean")
    accepted(guarded, "origin", "main")


def test_the_server_does_not_ask_the_pushed_commits_what_to_skip(guarded: Project, secret: str, value: str) -> None:
    guarded.write(".sealwright.yaml", "scan: {skip-files: ['**']}\n")
    guarded.write(".sealwright-baseline.json", '{"version": 1, "entries": []}\n')
    commit(guarded, "db.yaml", secret)
    refused(guarded, "origin", "main", value=value)


def test_the_server_has_a_configuration_of_its_own(guarded: Project, server: Repository, secret: str) -> None:
    commit(guarded, "db.yaml", secret)
    server.write(".sealwright.yaml", "scan: {skip-files: ['db.yaml']}\n")
    accepted(guarded, "origin", "main")


def test_what_is_on_the_server_already_is_not_looked_at_again(
    guarded: Project, server: Repository, secret: str
) -> None:
    commit(guarded, "db.yaml", secret)
    hook = server.path / "hooks" / "pre-receive"
    hook.chmod(0o644)
    guarded.git("push", "--quiet", "origin", "main")
    hook.chmod(0o755)
    accepted(guarded, "origin", "main:other")
    commit(guarded, "a.txt", "clean")
    accepted(guarded, "origin", "main")


def test_a_server_that_is_no_bare_repository(guarded: Project, tmp_path: Path, secret: str, value: str) -> None:
    server = Repository.init(tmp_path / "worktree")
    server.git("config", "receive.denyCurrentBranch", "updateInstead")
    server.write(".git/hooks/pre-receive", "#!/bin/sh\nexec sealwright-history --pre-receive\n").chmod(0o755)
    commit(guarded, "db.yaml", secret)
    refused(guarded, str(server.path), "main", value=value)


def test_what_is_no_commit_is_refused(guarded: Project, secret: str, value: str) -> None:
    """A tag may name a file's content: no commit holds it, and nobody has looked at it."""
    commit(guarded, "README.md", "x\n")
    guarded.git("tag", "blob", guarded.git("hash-object", "-w", "--stdin", stdin=secret.encode()))
    result = guarded.run("git", "push", "origin", "main", "blob")
    assert result.returncode == 1
    assert "pre-receive hook declined" in result.stdout
    assert value not in result.stdout


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("a b\n", "not what git tells a hook"),
        ("a b c d e\n", "not what git tells a hook"),
        (f"{ZERO} {'1' * 40} refs/heads/x\na\n", "not what git tells a hook"),
        (f"{ZERO} --output=x refs/heads/x\n", "needs a range of commits"),
        (f"{ZERO} {'1' * 40} refs/heads/x\n", "does not have"),
    ],
)
def test_other_input_is_an_error(plain: Project, lines: str, said: str) -> None:
    result = run_program("sealwright-history", cwd=plain.path, stdin=lines.encode())
    assert result.returncode == 2
    assert said in result.stderr.decode()


@pytest.mark.parametrize("lines", ["", f"(delete) {ZERO} refs/heads/x {'1' * 40}\n"])
def test_nothing_to_push_is_fine(plain: Project, secret: str, lines: str) -> None:
    commit(plain, "db.yaml", secret)
    assert run_program("sealwright-history", "origin", "url", cwd=plain.path, stdin=lines.encode()).returncode == 0


def test_options_go_to_the_scan(plain: Project, secret: str, value: str) -> None:
    commit(plain, "db.yaml", secret)
    result = run_program("sealwright-history", "--format", "json", "--exit-zero", cwd=plain.path)
    assert result.returncode == 0
    assert b'"path": "db.yaml"' in result.stdout
    assert value.encode() not in result.stdout
    assert run_program("sealwright-history", "--skip-files=db.yaml", cwd=plain.path).returncode == 0
    assert run_program("sealwright-history", "--nonsense", cwd=plain.path).returncode == 2


def test_a_variable_for_the_command_does_not_turn_the_hooks_elsewhere(plain: Project, secret: str) -> None:
    elsewhere = {"SEALWRIGHT_HISTORY": "HEAD..HEAD"}
    plain.write("db.yaml", secret)
    assert run_program("sealwright", "scan", cwd=plain.path, env=elsewhere).returncode == 0
    assert run_program("sealwright-scan", "db.yaml", cwd=plain.path, env=elsewhere).returncode == 1
    commit(plain, "db.yaml", secret)
    assert run_program("sealwright-history", cwd=plain.path, env=elsewhere).returncode == 1


def test_the_module_runs_as_well(plain: Project, secret: str) -> None:
    commit(plain, "db.yaml", secret)
    command = [sys.executable, "-m", "sealwright.hooks.history"]
    assert subprocess.run(command, cwd=plain.path, stdin=subprocess.DEVNULL, check=False).returncode == 1


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "HEAD --not --remotes"),
        ({"TO": "b"}, "b --not --remotes"),
        ({"FROM": "a", "TO": "b"}, "b --not a"),
        ({"FROM": ZERO, "TO": "b"}, "b --not --remotes"),
        ({"FROM": "a", "TO": "b", "REMOTE_NAME": "origin"}, "b --not a --remotes=origin"),
        ({"TO": "b", "REMOTE_NAME": "origin"}, "b --not --remotes=origin"),
        ({"LOCAL_BRANCH": "refs/heads/x", "REMOTE_NAME": "origin"}, "refs/heads/x --not --remotes=origin"),
        ({"TO": "b", "REMOTE_NAME": "/a folder"}, "b"),
        ({"FROM": "1" * 40, "TO": "b", "REMOTE_NAME": "origin"}, "b --not --remotes=origin"),
        ({"FROM": "a", "TO": ZERO}, ""),
    ],
)
def test_what_the_managers_say(environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRE_COMMIT", "1")
    for name, text in environment.items():
        monkeypatch.setenv(f"PRE_COMMIT_{name}{'_REF' if name in ('FROM', 'TO') else ''}", text)
    assert history._pushed(["--x", "apps"]) == (expected, ["--x", "apps"])
