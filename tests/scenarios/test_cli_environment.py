"""Every option has a twin SEALWRIGHT_<OPTION>: on the command line and in the environment it does the same."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

import pytest
from support import Repository, run_program

from sealwright.cli import options

VALUE = "correct-horse-" + "battery-staple"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  password: " + VALUE + "\n"


def commands() -> dict[str, argparse.ArgumentParser]:
    choices = next(action for action in options._parser("")._actions if action.dest == "command").choices
    assert isinstance(choices, dict)
    return choices


ALL = [
    (command, action)
    for command, parser in commands().items()
    for action in parser._actions
    if action.option_strings and action.dest != "help"
]


def example(action: argparse.Action) -> tuple[str, Any]:
    """A text for the environment, and the value that it must give."""
    if action.nargs == 0:
        return "yes", True
    if action.choices is not None:
        last = list(action.choices)[-1]
        return str(last), last
    if isinstance(action, argparse._AppendAction):
        return "a=b,c=d", ["a=b", "c=d"]
    return ("7", 7) if action.type is not None else ("text", "text")


@pytest.mark.parametrize(("command", "action"), ALL, ids=[f"{c}-{a.dest}" for c, a in ALL])
def test_every_option_of_every_command(command: str, action: argparse.Action, monkeypatch: pytest.MonkeyPatch) -> None:
    text, value = example(action)
    assert getattr(options.parse([command]), action.dest) is None
    monkeypatch.setenv(f"SEALWRIGHT_{action.dest.upper()}", text)
    assert getattr(options.parse([command]), action.dest) == value
    flag = action.option_strings[0]
    if action.nargs != 0 and action.choices is not None:
        first = str(next(iter(action.choices)))
        assert getattr(options.parse([command, flag, first]), action.dest) == first


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("FORMAT", "hunter2", "must be one of text, json"),
        ("SEVERITY_THRESHOLD", "hunter2", "must be one of info"),
        ("DEPTH", "hunter2", "must be a whole number"),
        ("EXIT_ZERO", "hunter2", "neither true nor false"),
        ("OUTPUT", "hunter2", "--output needs FORMAT=FILE"),
        ("COLOR", "hunter2", "must be one of auto"),
    ],
)
def test_a_wrong_value_in_the_environment_is_named_and_not_repeated(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    result = run_program("sealwright", "scan", cwd=tmp_path, env={f"SEALWRIGHT_{name}": text})
    assert result.returncode == 2
    assert said in result.stderr.decode()
    assert text not in result.stderr.decode()


def test_the_installed_program_obeys(tmp_path: Path) -> None:
    repository = Repository.init(tmp_path)
    repository.write("a/b/db.yaml", SECRET)

    def scan(**env: str) -> tuple[int, bytes]:
        named = {f"SEALWRIGHT_{name}": value for name, value in env.items()}
        result = run_program("sealwright", "scan", cwd=tmp_path, env=named)
        return result.returncode, result.stdout

    assert scan()[0] == 1
    assert scan(EXIT_ZERO="on")[0] == 0
    assert scan(EXIT_ZERO="off")[0] == 1
    assert scan(SEVERITY_THRESHOLD="critical")[0] == 0
    assert scan(SKIP_FILES="x/**,a/**") == (0, b"")
    assert scan(DEPTH="1") == (0, b"")
    assert scan(STAGED="1") == (0, b"")
    assert json.loads(scan(FORMAT="json")[1])["summary"]["findings"] == {"high": 1}
    scan(OUTPUT="json=one.json,sarif=two.sarif")
    assert (tmp_path / "one.json").exists()
    assert (tmp_path / "two.sarif").exists()
    # A report is scanned like any other file, so it must hold nothing that looks like a Secret.
    assert json.loads(scan(FORMAT="json")[1])["summary"]["findings"] == {"high": 1}
    assert os.environ.get("SEALWRIGHT_FORMAT") is None
