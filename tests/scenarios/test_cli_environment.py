"""Every option has a twin SEALWRIGHT_<OPTION>: on the command line and in the environment it does the same."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from support import Repository, run_program

from sealwright.cli import options
from sealwright.errors import UsageError

Parsed: TypeAlias = tuple[list[str], argparse.ArgumentParser]
VALUE = "correct-horse-" + "battery-staple"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  password: " + VALUE + "\n"


def commands() -> dict[str, argparse.ArgumentParser]:
    choices = next(action for action in options._parser("")._actions if action.dest == "command").choices
    assert isinstance(choices, dict)
    return choices


def options_parsers(words: tuple[str, ...] = (), parser: argparse.ArgumentParser | None = None) -> Iterator[Parsed]:
    """Every command and verb, as its words and its parser."""
    for action in (parser or options.whole_parser())._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield [*words, name], below
                yield from options_parsers((*words, name), below)


def formats_of(parser: argparse.ArgumentParser) -> list[str]:
    """What `--format` takes there."""
    return [str(name) for action in parser._actions if action.dest == "format" for name in action.choices or ()]


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
        ("OUTPUT", "json=a,hunter2", "--output needs FORMAT=FILE"),
        ("COLOR", "hunter2", "must be one of auto"),
    ],
)
def test_a_wrong_value_in_the_environment_is_named_and_not_repeated(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    result = run_program("sealwright", "scan", cwd=tmp_path, env={f"SEALWRIGHT_{name}": text})
    assert result.returncode == 2
    assert said in result.stderr.decode()
    assert f"SEALWRIGHT_{name}" in result.stderr.decode()
    assert "hunter2" not in result.stderr.decode()


@pytest.mark.parametrize(
    ("command", "name", "text"),
    [
        ("scan", "OUTPUT", "jsom=report.json"),
        ("scan", "OUTPUT", "json=here,sarif=./here"),
        ("scan", "OUTPUT", "json=no/such/folder"),
        ("scan", "CONFIG", "nosuch.yaml"),
        ("scan", "BASELINE", "nosuch.json"),
        ("scan", "HISTORY", "nosuch..HEAD"),
        ("scan", "IMPORT_BASELINE", "nosuch"),
        ("gate", "BASE", "nosuch"),
        ("gate", "PACK", "nosuch"),
        ("verify", "CERTIFICATE", "nosuch.pem"),
        ("verify", "CLUSTER", "nosuch"),
        ("verify", "CONTROLLER", "nosuch"),
        ("verify", "FINGERPRINT", "abc"),
        ("verify", "PRIVATE_KEY", "nosuch"),
        ("inventory", "OUTPUT", "x"),
        ("inventory", "POINTS", "999"),
        ("convert", "WORKLIST", "nosuch"),
    ],
)
def test_an_error_names_the_variable_that_led_to_it(tmp_path: Path, command: str, name: str, text: str) -> None:
    repository = Repository.init(tmp_path)
    repository.write("a.yaml", "kind: ConfigMap\n")
    repository.commit()
    variable, flag = f"SEALWRIGHT_{name}", f"--{name.lower().replace('_', '-')}"
    by_variable = run_program("sealwright", command, cwd=tmp_path, env={variable: text})
    by_flag = run_program("sealwright", command, *(f"{flag}={part}" for part in text.split(",")), cwd=tmp_path)
    assert by_flag.returncode == by_variable.returncode >= 2
    assert variable not in by_flag.stderr.decode()
    assert f"{flag} comes from {variable}" in by_variable.stderr.decode()


def test_an_error_names_no_variable_that_has_nothing_to_do_with_it(tmp_path: Path) -> None:
    Repository.init(tmp_path)
    env = {"SEALWRIGHT_SKIP_FILES": "vendor/**", "SEALWRIGHT_DEPTH": "3", "SEALWRIGHT_OUTPUT": "json=report.json"}
    result = run_program("sealwright", "scan", "--config=nosuch.yaml", cwd=tmp_path, env=env)
    assert result.returncode == 2
    assert "SEALWRIGHT_" not in result.stderr.decode()


FORMATTED = [(command, parser) for command, parser in options_parsers() if formats_of(parser)]


@pytest.mark.parametrize(("command", "parser"), FORMATTED, ids=[" ".join(command) for command, _ in FORMATTED])
def test_a_format_for_a_whole_job_stops_no_command(
    command: list[str],
    parser: argparse.ArgumentParser,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    everywhere = {name for _, other in FORMATTED for name in formats_of(other)}
    known = set(formats_of(parser))
    words = [*command, *(place.dest for place in parser._actions if not place.option_strings and not place.nargs)]
    for name in sorted(everywhere):
        monkeypatch.setenv("SEALWRIGHT_FORMAT", name)
        assert options.parse(words).format == (name if name in known else None)
        assert capsys.readouterr().err.count(name) == (name not in known)
    monkeypatch.setenv("SEALWRIGHT_FORMAT", "jsom")
    with pytest.raises(UsageError, match="SEALWRIGHT_FORMAT: must be one of"):
        options.parse(words)


def test_an_output_for_a_whole_job_is_left_to_the_commands_that_can_write_it(tmp_path: Path) -> None:
    repository = Repository.init(tmp_path)
    repository.write("db.yaml", SECRET)
    env = {"SEALWRIGHT_OUTPUT": "sarif=scan.sarif\ncyclonedx=bill.json\njson=both.json"}
    found = run_program("sealwright", "scan", cwd=tmp_path, env=env)
    assert found.returncode == 1
    assert found.stderr.decode().count("cyclonedx") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [".git", "both.json", "db.yaml", "scan.sarif"]
    (tmp_path / "scan.sarif").unlink()
    told = run_program("sealwright", "inventory", cwd=tmp_path, env=env)
    assert told.returncode == 0
    assert told.stderr.decode().count("sarif") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [".git", "bill.json", "both.json", "db.yaml"]
    # On the command line, it is this command that is meant.
    wrong = run_program("sealwright", "scan", "--output=cyclonedx=bill.json", cwd=tmp_path)
    assert wrong.returncode == 2


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
