"""The text report: columns, the commands it names, and names that would disturb a terminal."""

from __future__ import annotations

import os
import subprocess

import pytest

from sealwright.finding import (
    Confidence,
    Finding,
    Location,
    Outcome,
    Position,
    Problem,
    ResourceRef,
    Severity,
    Verdict,
)
from sealwright.report.base import Style, Summary
from sealwright.report.text import TextReporter
from sealwright.report.wording import printable, shell_word, wrapped


def finding(path: str, line: int, rule: str = "secret-data", message: str = "Secret x keeps `a` in clear") -> Finding:
    where = Location(path, Position(line, 3), Position(line, 9))
    return Finding(rule, Severity.HIGH, Confidence.CERTAIN, where, message, ResourceRef("v1", "Secret", "shop", "x"))


def report(*results: Finding | Problem | Verdict, style: Style | None = None) -> list[str]:
    reporter = TextReporter(style or Style())
    text = "".join(map(reporter.write, results)) + reporter.finish(Summary(files=3, findings={"high": len(results)}))
    return text.splitlines()


def test_columns_line_up_and_the_fix_is_said_once() -> None:
    lines = report(finding("a.yaml", 7), finding("a.yaml", 123, "private-key"), finding("b.yaml", 1))
    assert lines[:7] == [
        "a.yaml",
        "    7:3  secret-data  high  Secret x keeps `a` in clear",
        "  123:3  private-key  high  Secret x keeps `a` in clear",
        "    fix  sealwright seal --in-place --certificate CERT a.yaml",
        "",
        "b.yaml",
        "  1:3  secret-data  high  Secret x keeps `a` in clear",
    ]
    assert sum("fix" in line for line in lines) == 2
    assert sum("pushed" in line for line in lines) == 1


def test_what_stands_in_parentheses_is_said_once_in_a_file() -> None:
    lines = report(*(finding("a.yaml", n, message=f"keeps `{n}` (base64 is not encryption)") for n in range(1, 50)))
    assert sum("base64" in line for line in lines) == 1
    assert sum("keeps `" in line for line in lines) == 49


def verdicts(path: str, count: int, *bad: int) -> list[Verdict]:
    place, ref = Location(path, Position(7, 1), Position(7, 2)), ResourceRef("", "SealedSecret", "shop", path)
    outcomes = [Outcome.FAILS if number in bad else Outcome.OPENS for number in range(count)]
    return [Verdict(place, ref, f"i{number}", outcome) for number, outcome in enumerate(outcomes)]


MANY = [*verdicts("a.yaml", 20), *verdicts("b.yaml", 25, 3), *verdicts("c.yaml", 2), *verdicts("d.yaml", 1, 0)]


@pytest.mark.parametrize("style", [Style(), Style(terminal=True, every=True)])
def test_every_item_has_a_line(style: Style) -> None:
    assert sum(line.split()[-1] in {"opens", "fails"} for line in report(*MANY, style=style) if line) == len(MANY)


def test_on_a_terminal_many_that_open_are_counted_and_the_others_named() -> None:
    lines = report(*MANY, style=Style(terminal=True))
    assert sum("opens" in line for line in lines) == 20
    assert lines[23:31] == [
        "b.yaml  24 items of 1 object: open",
        "  SealedSecret shop/b.yaml",
        "    7  i3  fails",
        "",
        "c.yaml  2 items of 1 object: open",
        "d.yaml",
        "  SealedSecret shop/d.yaml",
        "    7  i0  fails",
    ]


def test_what_is_remarked_on_those_that_open_is_counted_too() -> None:
    remarked = [each._replace(reason="key 1; an old format") for each in verdicts("b.yaml", 30)]
    lines = report(*verdicts("a.yaml", 20), *remarked, *verdicts("b.yaml", 1), style=Style(terminal=True))
    assert "b.yaml  31 items of 1 object: open, 30 remarks (--verbose tells)" in lines


def test_width() -> None:
    long = finding("a.yaml", 1, message="word " * 30)
    assert all(len(line) <= 80 for line in report(long, style=Style(width=80)) if "fix" not in line)
    assert max(map(len, report(long))) > 120
    assert wrapped("a b c", 70, 80) == "a b c"


@pytest.mark.parametrize(
    "name", ["a b.yaml", "it's.yaml", "-x.yaml", "two\nlines", "t\tab\\n", "$(x) `y`", "\x1b[2J", "é秘"]
)
def test_a_name_in_a_command_survives_the_shell(name: str) -> None:
    word = shell_word(name)
    assert printable(word) == word
    out = subprocess.run(["bash", "-c", f"printf %s {word}"], capture_output=True, check=True).stdout
    assert os.path.normpath(os.fsdecode(out)) == name


def test_foreign_bytes_in_a_name_survive_the_shell() -> None:
    word = shell_word(os.fsdecode(b"caf\xe9"))
    assert subprocess.run(["bash", "-c", f"printf %s {word}"], capture_output=True, check=True).stdout == b"caf\xe9"


def test_nothing_reaches_the_terminal_that_it_would_act_on() -> None:
    evil = "\x1b]0;x\x07\u202e\r\n"
    lines = report(finding(evil, 1, message=evil), Problem(evil, evil, hint=evil))
    assert all(line.isprintable() for line in lines)
