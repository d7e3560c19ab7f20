"""What a run keeps: accounts in the order of the list, whatever order they come in, and nothing half."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from sealwright.errors import SealwrightError, UnreadableError, UsageError
from sealwright.fleet.model import Account, Member, Question
from sealwright.fleet.run_folder import FILE_NAME, RunFolder

QUESTION = Question("scan", {"history": "--all"}, "1+2", 1_700_000_000)
MEMBERS = [Member(name, f"/{name}", "main") for name in ("b", "a", "c\udcff")]


def account(number: int, *errors: str) -> Account:
    found = ({"rule": "secret-data", "path": "x\udcff", "status": "new"},)
    return Account(MEMBERS[number], ("t",), found, tuple({"path": ".", "message": text} for text in errors), files=3)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[RunFolder]:
    run = RunFolder.create(str(tmp_path / "run"), QUESTION, MEMBERS)
    yield run
    run.close()


def test_accounts_come_back_in_the_order_of_the_list(run: RunFolder) -> None:
    run.add([(2, account(2))])
    run.add([(0, account(0))])
    again = RunFolder.open(run.folder)
    assert list(again.accounts()) == [(0, account(0)), (2, account(2))]
    assert list(again.accounts(1)) == [(2, account(2))]
    assert list(again.missing()) == [(1, MEMBERS[1])]
    assert (again.count(), again.question) == (2, QUESTION)
    again.close()


def test_to_go_on_is_to_ask_again_where_there_were_errors(run: RunFolder) -> None:
    run.add([(0, account(0)), (1, account(1, "gone")), (2, account(2))])
    run.reopen()
    assert [position for position, _ in run.missing()] == [1]


def test_what_is_there_is_not_begun_again(run: RunFolder) -> None:
    with pytest.raises(UsageError, match="a run in this folder already"):
        RunFolder.create(run.folder, QUESTION, MEMBERS)


def test_a_run_that_could_not_begin_leaves_nothing(tmp_path: Path) -> None:
    def members() -> Iterator[Member]:
        yield MEMBERS[0]
        raise UsageError("no such list")

    with pytest.raises(UsageError, match="no such list"):
        RunFolder.create(str(tmp_path), QUESTION, members())
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run in this folder"):
        RunFolder.open(str(tmp_path))
    (tmp_path / FILE_NAME).write_bytes(b"something else" * 100)
    with pytest.raises(UnreadableError):
        RunFolder.open(str(tmp_path))


def test_a_run_of_another_version(run: RunFolder) -> None:
    with sqlite3.connect(f"{run.folder}/{FILE_NAME}") as connection:
        connection.execute("update run set value = '0' where name = 'version'")
    with pytest.raises(SealwrightError, match="another version"):
        RunFolder.open(run.folder)


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UnreadableError, match="cannot be kept here"):
        RunFolder.create(str(tmp_path / "file" / "run"), QUESTION, MEMBERS)
