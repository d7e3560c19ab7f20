"""Two runs compared: what must not be said to be new or gone comes first."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from unit.fleet.made_runs import NAME, QUESTION, account, entry, fleet, made, severe
from unit.report.results import NASTY

from sealwright.errors import ExitCode, SealwrightError, UsageError
from sealwright.finding import Severity, Status
from sealwright.fleet.diff import Change, changes, comparable
from sealwright.fleet.model import Account, Question
from sealwright.fleet.outputs.differences import FORMATS, Differences, exit_code
from sealwright.fleet.run_folder import RunFolder
from sealwright.fleet.thresholds import Thresholds
from sealwright.report.base import Style


def compared(
    folder: Path, old: Iterable[Account], new: Iterable[Account], waiting: Iterable[str] = ()
) -> tuple[list[Change], ExitCode]:
    """What has changed, and what that comes to."""
    with closing(made(folder / "old", old)) as first, closing(made(folder / "new", new, waiting=waiting)) as second:
        assert comparable(first, second) == ""
        told = Differences("text", Style())
        found = list(changes(first, second, Thresholds()))
        for change in found:
            told.add(change)
        return found, exit_code(first, second, told)


def kinds(found: Iterable[Change]) -> list[tuple[str, str]]:
    return [(change.kind.value, change.repository) for change in found]


HIGH = severe(Severity.HIGH, 3)
MOVED = [finding | {"start": {"line": 90, "column": 1}, "message": "in other words"} for finding in HIGH]
DOWN = [HIGH[0] | {"severity": "info"}, *HIGH[1:]]
WAIVED = [HIGH[0] | {"status": Status.WAIVED.value, "reason": "because"}, *HIGH[1:]]


def test_nothing_has_changed(tmp_path: Path) -> None:
    same = [account("b", HIGH), account("a", HIGH)]
    assert compared(tmp_path, same, list(reversed(same))) == ([], ExitCode.CLEAN)


@pytest.mark.parametrize(
    ("old", "new", "expected", "code"),
    [
        (HIGH, MOVED, [], ExitCode.CLEAN),
        (HIGH, HIGH[:1], [("gone", "a"), ("gone", "a")], ExitCode.CLEAN),
        (HIGH[:2], HIGH, [("new", "a")], ExitCode.FINDINGS),
        (HIGH, DOWN, [("changed", "a")], ExitCode.CLEAN),
        (DOWN, HIGH, [("changed", "a")], ExitCode.FINDINGS),
        (HIGH, WAIVED, [("changed", "a")], ExitCode.CLEAN),
        (WAIVED, HIGH, [("changed", "a")], ExitCode.FINDINGS),
        ([], DOWN[:1], [("new", "a")], ExitCode.CLEAN),
        (HIGH[:1], HIGH[:1] * 2, [("new", "a")], ExitCode.FINDINGS),
    ],
)
def test_findings(
    old: list[Any], new: list[Any], expected: list[tuple[str, str]], code: ExitCode, tmp_path: Path
) -> None:
    found, came_to = compared(tmp_path, [account("a", old)], [account("a", new)])
    assert (kinds(found), came_to) == (expected, code)


def test_what_could_not_be_read_is_not_gone(tmp_path: Path) -> None:
    found, code = compared(tmp_path, [account("a", HIGH)], [account("a", HIGH[:2], ["no answer"])])
    assert kinds(found) == [("repository-unreadable", "a"), ("unsure", "a")]
    assert code is ExitCode.INCOMPLETE


def test_what_was_not_looked_at_is_not_gone(tmp_path: Path) -> None:
    found, code = compared(tmp_path, [account("a", HIGH), account("b", HIGH)], [account("b", HIGH)], waiting=["a"])
    assert kinds(found) == [("repository-missing", "a")]
    assert code is ExitCode.INCOMPLETE


def test_repositories_come_and_go(tmp_path: Path) -> None:
    old = [account("a", HIGH), account("b", HIGH), account("c", errors=["no answer"])]
    new = [account("c", HIGH[:1]), account("d", HIGH[:1]), account("b", HIGH)]
    found, code = compared(tmp_path, old, new)
    assert kinds(found) == [
        ("repository-readable", "c"),
        ("new", "c"),
        ("repository-added", "d"),
        ("new", "d"),
        ("repository-removed", "a"),
    ]
    assert code is ExitCode.INCOMPLETE  # the earlier run was


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (QUESTION._replace(command="gate"), "`fleet gate`"),
        (QUESTION._replace(settings={"branches": True}), "they differ in branches"),
        (QUESTION._replace(settings={"branches": False, "rules": "x"}), "they differ in rules"),
        (QUESTION._replace(settings={"branches": True}, engine="2.0"), "they differ in branches"),
    ],
)
def test_what_cannot_be_compared_is_not(question: Question, said: str, tmp_path: Path) -> None:
    with closing(made(tmp_path / "old", [])) as old, closing(made(tmp_path / "new", [], question)) as new:
        with pytest.raises(UsageError, match="asked different things") as caught:
            comparable(old, new)
        assert said in caught.value.hint


def test_another_engine_is_said(tmp_path: Path) -> None:
    other = QUESTION._replace(engine="2.0", settings={"branches": False, "rules": "x"})
    with closing(made(tmp_path / "old", [])) as old, closing(made(tmp_path / "new", [], other)) as new:
        assert "1.0 and 2.0" in comparable(old, new)


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("which", ["hostile", "nothing"])
def test_formats(format_name: str, which: str, tmp_path: Path) -> None:
    new = [*fleet(), account("x", [entry(NASTY)])] if which == "hostile" else []
    with closing(made(tmp_path / "old", new[:2])) as first, closing(made(tmp_path / "new", new)) as second:
        told = Differences(format_name, Style(), "a remark")
        text = "".join(map(told.add, changes(first, second, Thresholds()))) + told.finish()
    if format_name == "text":
        assert "\x1b" not in text
        assert text.endswith("; 4 of them fail\n" if new else "note: a remark\nfindings: 0 new, 0 gone, 0 changed\n")
        return
    entries = (
        [json.loads(line) for line in text.splitlines()] if format_name == "jsonl" else json.loads(text)["changes"]
    )
    assert [one["repository"] for one in entries if one["change"] == "repository-added"] == [
        one.member.name for one in new[2:]
    ]
    if new:
        assert any(
            one["repository"] == NAME and one["finding"]["path"] == "caf\udce9.yaml"
            for one in entries
            if "finding" in one
        )
    if format_name == "json":
        assert json.loads(text)["summary"]["remark"] == "a remark"


@pytest.mark.parametrize("damage", [b"", b"not a database" * 500, b"\0" * 4096])
def test_a_run_that_is_damaged_is_no_bug(damage: bytes, tmp_path: Path) -> None:
    made(tmp_path / "run", [account(f"r{at}", HIGH) for at in range(200)]).close()
    place = tmp_path / "run" / "run.sqlite"
    content = place.read_bytes()
    place.write_bytes(
        content[:8192] + damage + content[8192 + len(damage) :] if damage else content[: len(content) // 2]
    )
    with pytest.raises(SealwrightError, match="run"):
        read_all(str(tmp_path / "run"))


def read_all(folder: str) -> None:
    with closing(RunFolder.open(folder)) as run:
        assert all(run.find(member.name) for _, member in run.members())
        for each in (run.accounts(), run.missing()):
            list(each)
