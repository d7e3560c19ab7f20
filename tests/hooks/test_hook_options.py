"""Options and the configuration file, as given to the hook by `args:` and by the repository."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sealwright.hooks import _arguments

from sealwright.cli import options

Project = Any


@pytest.fixture
def project(make_project: Any) -> Project:
    """One manager is enough here: how arguments and files reach a hook is the same for both, tested elsewhere."""
    return make_project("prek")


def staged(project: Project, secret: str, *args: str, name: str = "sealwright-scan", extra: str = "") -> None:
    project.use(name, args, extra)
    project.write("apps/db.yaml", secret)
    project.add()


def test_the_threshold(project: Project, secret: str) -> None:
    staged(project, secret, "--severity-threshold", "critical")
    assert project.try_commit()[0] == 0


def test_files_left_out(project: Project, secret: str) -> None:
    staged(project, secret, "--skip-files", "apps/**", "--depth", "0")
    assert project.try_commit()[0] == 0


def test_exit_zero(project: Project, secret: str) -> None:
    staged(project, secret, "--exit-zero")
    assert project.try_commit()[0] == 0


def test_json(project: Project, secret: str, value: str) -> None:
    staged(project, secret, "--format", "json", "--output=json=report.json")
    code, output = project.try_commit()
    assert code == 1
    assert value not in output
    assert '"rule": "secret-string-data"' in output
    report = json.loads(project.read("report.json"))
    assert [finding["path"] for finding in report["findings"]] == ["apps/db.yaml"]


def test_an_unknown_option_is_an_error_and_not_a_pass(project: Project, secret: str) -> None:
    staged(project, secret, "--severity-treshold=critical")
    code, output = project.try_commit()
    assert code == 1
    assert "unknown option --severity-treshold" in output
    assert "exit code: 2" in output


def test_the_manual_stage(project: Project, secret: str, value: str) -> None:
    staged(project, secret, extra="        stages: [manual]\n")
    assert project.hook("run").returncode == 0
    result = project.hook("run", "--hook-stage", "manual")
    assert result.returncode == 1
    assert "apps/db.yaml" in result.stdout
    assert value not in result.stdout


@pytest.mark.parametrize("with_secret", [True, False])
def test_a_broken_configuration_blocks_its_own_commit(project: Project, secret: str, with_secret: bool) -> None:
    staged(project, secret if with_secret else "a: 1\n")
    project.write(".sealwright.yaml", "scan:\n  skip-file: [x]\n")
    project.add()
    code, output = project.try_commit()
    assert code == 1
    assert "exit code: 2" in output
    assert "did you mean `skip-files`?" in output


def test_the_words_that_the_hook_knows_are_those_of_the_parser() -> None:
    known: dict[bool, set[str]] = {True: set(), False: set()}
    commands = next(action for action in options._parser("")._actions if action.dest == "command").choices
    assert isinstance(commands, dict)
    for command in ("scan", "seal", "verify", "convert", "gate"):
        for action in commands[command]._actions:
            known[action.nargs != 0].update(action.option_strings)
    assert known == {True: set(_arguments.WITH_VALUE), False: set(_arguments.FLAGS)}
