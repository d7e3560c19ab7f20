"""The in-toto statement: its result is that of the exit code, and its subject is what was looked at, no more."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from support import ROOT
from unit.report.evidence.runs import (
    ALLOWED,
    CLOSED,
    EVERYTHING,
    KNOWN,
    LEAK,
    LOW,
    OPEN,
    RECORD,
    UNREADABLE,
    UNSURE,
    WAIVED,
    code_of,
    document,
    text,
)
from unit.report.evidence.shapes import assert_statement

from sealwright.errors import ExitCode
from sealwright.report.evidence.in_toto import CHECKED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GOLDEN = ROOT / "tests" / "golden" / "report" / "gate.in-toto.json"


def predicate(*results: Any) -> Any:
    statement = document("in-toto", results)
    assert_statement(statement)
    return statement["predicate"]


@pytest.mark.parametrize(
    ("results", "result"),
    [
        ((UNREADABLE,), "FAILED"),
        ((UNREADABLE, WAIVED), "FAILED"),
        ((LEAK,), "FAILED"),
        ((LEAK, WAIVED, KNOWN), "FAILED"),
        ((CLOSED,), "FAILED"),
        ((LOW,), "WARNED"),
        ((UNSURE,), "WARNED"),
        ((WAIVED,), "WARNED"),
        ((KNOWN, OPEN), "WARNED"),
        ((OPEN,), "PASSED"),
        ((), "PASSED"),
    ],
)
def test_the_result_is_that_of_the_exit_code(results: tuple[Any, ...], result: str) -> None:
    found = predicate(*results)
    assert found["result"] == result
    assert (result == "FAILED") is (code_of(results) is not ExitCode.CLEAN)
    assert bool(found["failedTests"]) is (result == "FAILED")
    assert (CHECKED in found["failedTests"]) is (UNREADABLE in results)


def test_each_rule_has_one_outcome_and_silent_rules_have_none() -> None:
    found = predicate(*EVERYTHING)
    assert found["failedTests"] == [CHECKED, "sealed-secret-does-not-open", "secret-data"]
    assert found["warnedTests"] == ["GIT001", "RBC001", "WRK001", "known-token"]
    assert found["passedTests"] == ["ESO015", "OUR001"]
    about = found["configuration"][0]["annotations"]
    assert about["notEvaluated"] == ["SLS005"]
    assert about["findings"] == {"new": 4, "known": 1, "waived": 2}
    assert about["notChecked"] == ["apps/broken.yaml"]
    assert about["waivers"][0]["approved_by"] == ["b", "c"]
    assert about["notes"] == ["Compared with main: 1 gone."]


def test_a_rule_that_fails_somewhere_is_not_only_warned_of() -> None:
    assert predicate(ALLOWED, LEAK)["failedTests"] == ["secret-data"]
    assert predicate(ALLOWED, LEAK)["warnedTests"] == []


@pytest.mark.parametrize(
    "change",
    [{"dirty": True}, {"partial": True}, {"commit": "", "tree": ""}],
    ids=["uncommitted", "partial", "no commit"],
)
def test_a_commit_is_named_only_where_all_of_it_was_looked_at(change: dict[str, Any]) -> None:
    files = {"b.yaml": "1" * 64, "a/x.yaml": "2" * 64, "a.yaml": "3" * 64}
    statement = document("in-toto", [LOW], RECORD._replace(files=files, **change))
    assert_statement(statement)
    whole, *single = statement["subject"]
    lines = b"".join(f"{files[name]}  {name}\n".encode() for name in ("a.yaml", "a/x.yaml", "b.yaml"))
    assert whole["digest"] == {"dirHash": hashlib.sha256(lines).hexdigest()}
    assert {one["name"]: one["digest"]["sha256"] for one in single} == files
    assert RECORD.commit not in str(statement["subject"])


def test_no_digest_of_a_single_file_stands_beside_a_value_in_clear() -> None:
    record = RECORD._replace(dirty=True, files={"a.yaml": "1" * 64})
    for finding in (LEAK, ALLOWED, KNOWN):
        assert [*document("in-toto", [finding], record)["subject"][0]["digest"]] == ["dirHash"]
        assert "1" * 64 not in text("in-toto", [finding], record)
    # Where a rule is off, nobody knows whether there is one.
    assert "1" * 64 in text("in-toto", [LOW], record)
    assert "1" * 64 not in text("in-toto", [LOW], record._replace(relaxed=True))


def test_thousands_of_files_are_one_digest() -> None:
    files = {f"apps/{number}.yaml": f"{number:064x}" for number in range(20_000)}
    statement = text("in-toto", [LOW], RECORD._replace(partial=True, files=files))
    assert len(statement) < 10_000


def test_who_made_no_record_has_looked_at_nothing_that_could_be_named() -> None:
    statement = document("in-toto", [LEAK], None)
    assert_statement(statement)
    assert [*statement["subject"][0]["digest"]] == ["dirHash"]


def test_names_that_are_no_text_are_written_as_text() -> None:
    name = b"caf\xe9\n.yaml".decode("utf-8", "surrogateescape")
    record = RECORD._replace(partial=True, files={name: "1" * 64}, repository=name)
    statement = document("in-toto", [UNREADABLE._replace(path=name)], record)
    assert_statement(statement)
    str(statement).encode("utf-8")


def test_the_statement_is_what_it_was(golden: Callable[[Path, str], None]) -> None:
    golden(GOLDEN, text("in-toto", EVERYTHING))
