"""The hook `sealwright-scan` under real hook managers: what is about to be committed, and nothing else, decides."""

from __future__ import annotations

import os
import subprocess
from typing import Any

import pytest
from support import OTHER_PLATFORM

Project = Any


def blocked(project: Project, *names: str, value: str) -> str:
    """Commit what is staged; it must be refused because of these files. The output, which never holds the value."""
    code, output = project.try_commit()
    assert code == 1, output
    for name in names:
        assert name in output
    assert "`password`" in output
    assert value not in output
    return str(output)


def test_a_secret_is_blocked_and_its_place_is_named(project: Project, secret: str, clean: str, value: str) -> None:
    project.use()
    project.write("apps/db.yaml", secret)
    project.add()
    output = blocked(project, "apps/db.yaml", "7:13", "secret-string-data", value=value)
    assert "Traceback" not in output
    project.write("apps/db.yaml", clean)
    project.add()
    assert project.try_commit()[0] == 0


def test_what_is_staged_counts_and_not_the_work_tree(project: Project, secret: str, clean: str, value: str) -> None:
    project.use()
    project.write("db.yaml", secret)
    project.add()
    project.write("db.yaml", clean)
    blocked(project, "db.yaml", value=value)
    assert project.read("db.yaml") == clean.encode()
    project.add()
    project.write("db.yaml", secret)
    code, output = project.try_commit()
    assert code == 0, output
    assert project.read("db.yaml") == secret.encode()


def test_a_renamed_file_is_looked_at_and_a_deleted_one_is_not(project: Project, secret: str, value: str) -> None:
    project.write("db.yaml", secret)
    project.use()
    project.git("mv", "db.yaml", "other.yaml")
    blocked(project, "other.yaml", value=value)
    project.git("reset", "--quiet", "--hard")
    project.git("rm", "--quiet", "db.yaml")
    code, output = project.try_commit()
    assert code == 0, output


NAMES = [
    "with space.yaml",
    'it\'s "quoted".yaml',
    "two\nlines.yaml",
    "-x.yaml",
    "--dashes.yaml",
    "-",
    "geheimnis-äöü-秘密.yaml",
    "$(touch x).yaml",
    "%s.yaml",
    "*.yaml",
]


def test_any_name_of_a_file_is_looked_at(project: Project, secret: str, value: str) -> None:
    project.use()
    for name in NAMES:
        project.write(name, secret)
    project.add()
    blocked(project, *(name.replace("\n", "\\n") for name in NAMES), value=value)


def test_a_file_named_like_an_option_does_not_switch_the_hook_off(project: Project, secret: str, value: str) -> None:
    project.use()
    for name in ("--exit-zero", "--skip-files=*", "-h", "--help", "--staged"):
        project.write(name, "nothing\n")
        project.write("db.yaml", secret)
        project.add()
        code, output = project.try_commit()
        assert code == 1
        assert "named like an option" in output or "db.yaml" in output
        assert value not in output
        (project.path / name).unlink()


def test_a_name_that_is_not_utf_8(project: Project, secret: str, value: str) -> None:
    project.use()
    name = os.fsdecode(b"caf\xe9.yaml")
    try:
        project.write(name, secret)
    except OSError:
        pytest.skip(f"{OTHER_PLATFORM}: this file system knows no such name")
    project.add()
    code, output = project.try_commit()
    assert code == 1, output
    assert value not in output


def test_many_long_names_in_many_processes(project: Project, secret: str, value: str) -> None:
    project.use()
    folder = "a-long-name-of-a-folder-" + "x" * 40
    for number in range(3000):
        project.write(f"{folder}/file-{number:04}.yaml", "a: 1\n")
    project.write(f"{folder}/file-2999.yaml", secret)
    project.add()
    blocked(project, "file-2999.yaml", value=value)


def test_every_secret_of_several_processes_is_reported(project: Project, secret: str, value: str) -> None:
    project.use()
    names = [f"app-{number}.yaml" for number in range(12)]
    for name in names:
        project.write(name, secret)
    project.add()
    blocked(project, *names, value=value)


def test_all_files_of_the_repository(project: Project, secret: str, value: str) -> None:
    project.write("old.yaml", secret)
    project.use()
    result = project.hook("run", "--all-files")
    assert result.returncode == 1
    assert "old.yaml" in result.stdout
    assert value not in result.stdout


def test_a_conflict_resolved_with_a_secret_is_blocked(project: Project, secret: str, value: str) -> None:
    """In a merge both managers look at the files that were in conflict; the others were committed before."""
    project.write("db.yaml", "a: 1\n")
    project.use()
    project.git("checkout", "--quiet", "-b", "feature")
    project.write("db.yaml", "a: 2\n")
    project.git("commit", "--quiet", "--all", "--no-verify", "--message", "Two")
    project.git("checkout", "--quiet", "main")
    project.write("db.yaml", "a: 3\n")
    project.git("commit", "--quiet", "--all", "--no-verify", "--message", "Three")
    assert project.run("git", "merge", "feature").returncode == 1
    project.write("db.yaml", secret)
    project.add()
    blocked(project, "db.yaml", value=value)


def test_no_network_is_needed(project: Project, secret: str, value: str) -> None:
    probe = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip(f"{OTHER_PLATFORM}: a network cannot be taken away here")
    project.use()
    project.write("db.yaml", secret)
    project.add()
    result = project.run("unshare", "-rn", "git", "-c", "safe.directory=*", "commit", "--message", "Change")
    assert result.returncode == 1, result.stdout
    assert "`password`" in result.stdout
    assert value not in result.stdout


def test_colour_and_a_terminal_change_nothing_but_the_colour(project: Project, secret: str, value: str) -> None:
    project.use()
    project.write("db.yaml", secret)
    project.write("clean.yaml", "kind: Secret\n")
    project.add()
    environment = {"TERM": "xterm"}
    result = project.hook("run", "--color", "always", "--files", "clean.yaml", "--verbose", env=environment)
    assert result.returncode == 0, result.stdout
    assert "No plaintext secret" not in result.stdout
    result = project.hook("run", "--color", "always", env=environment)
    assert result.returncode == 1
    assert "\x1b[31m" in result.stdout
    assert "\r" not in result.stdout.replace("\r\n", "\n")
    assert value not in result.stdout
