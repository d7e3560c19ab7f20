"""Help pages that a newcomer can follow: every command says what it is for, and shows command lines that work."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator

import pytest

from sealwright.cli.commands import COMMANDS
from sealwright.cli.examples import EXAMPLES, examples
from sealwright.cli.options import parse, whole_parser

WITHOUT = {"sealwright demo", "sealwright version"}
"""Commands that take nothing: there is only one way to type them."""


def pages(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from pages(below)


def command_lines() -> list[str]:
    return [line for lines in EXAMPLES.values() for line, _ in lines]


@pytest.mark.parametrize("line", command_lines())
def test_examples_are_command_lines_that_parse(line: str) -> None:
    words = shlex.split(line, comments=True)
    if words[0] == "source":
        assert words[1:] == ["<(sealwright", "completion", "bash)"]
        return
    assert words[0] == "sealwright"
    if "COMMAND" in words:
        return
    words = words[: words.index(">")] if ">" in words else words
    assert parse(words[1:]).command == words[1]


def test_examples_are_about_pages_that_are_there() -> None:
    known = {page.prog for page in pages(whole_parser())}
    assert EXAMPLES.keys() <= known
    about = EXAMPLES.keys() | {" ".join(name.split()[:2]) for name in EXAMPLES}
    assert {f"sealwright {name}" for name in COMMANDS} - WITHOUT <= about


def test_every_option_and_every_place_says_what_it_is_for() -> None:
    silent = [
        f"{page.prog} {action.metavar or action.option_strings}"
        for page in pages(whole_parser())
        for action in page._actions
        if not action.help and not isinstance(action, argparse._SubParsersAction)
    ]
    assert silent == []


@pytest.mark.parametrize("width", [78, 118])
def test_examples_fit_a_terminal(width: int) -> None:
    wide = [line for name in EXAMPLES for line in examples(name, width).splitlines() if len(line) > max(width, 90)]
    assert wide == []


def test_a_help_page_says_what_the_command_is_for_before_it_lists_options(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["convert", "--help"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "usage: sealwright convert [OPTION ...] [PATH ...]"
    assert lines[2].startswith("Turn plaintext Secrets into")
    assert "examples:" in lines
