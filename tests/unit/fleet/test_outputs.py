"""What a run writes: the same bytes for the same accounts, whole or a true beginning; no name does anything."""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from support import NOT_AS_ROOT, ROOT
from unit.fleet.made_runs import NAME, QUESTION, STARTED, account, entry, fleet, made, severe
from unit.report import test_sarif
from unit.report.results import NASTY

from sealwright.cli.outputs import write_whole
from sealwright.errors import SealwrightError, UsageError
from sealwright.finding import Severity
from sealwright.fleet.model import Account
from sealwright.fleet.outputs import parquet
from sealwright.fleet.outputs.base import Look
from sealwright.fleet.outputs.columns import COLUMNS
from sealwright.fleet.outputs.registry import FORMATS, Outputs
from sealwright.fleet.outputs.sarif_files import file_name
from sealwright.fleet.summary import figures
from sealwright.fleet.tally import Tally
from sealwright.fleet.thresholds import Thresholds

KILLED = """
import os, sys
from unit.fleet.made_runs import fleet
from unit.fleet.test_outputs import LOOK, Outputs
outputs = Outputs([(sys.argv[1], sys.argv[2])], LOOK)
for position, one in enumerate(fleet()[:3]):
    outputs.add(position, one)
os._exit(9)
"""
LOOK = Look(write_whole, started=STARTED)


def written(folder: Path, accounts: list[Account], *names: str) -> dict[str, bytes]:
    """The content of every file that these formats write, by its path below the folder."""
    folder.mkdir(exist_ok=True)
    tally = Tally(LOOK.thresholds, started=STARTED)
    with Outputs([(name, str(folder / name)) for name in names], LOOK) as outputs:
        for position, one in enumerate(accounts):
            outputs.add(position, one)
            tally.add(position, one)
        outputs.close(figures(QUESTION, len(accounts), tally))
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def lines(content: bytes) -> list[Any]:
    assert content.endswith(b"\n") or not content
    return [json.loads(line) for line in content.decode("ascii").splitlines()]


def test_the_same_accounts_make_the_same_bytes_whichever_way_they_were_kept(tmp_path: Path) -> None:
    """A run sorts the names of fields when it keeps an account."""
    fresh = written(tmp_path / "fresh", fleet(), *FORMATS)
    with closing(made(tmp_path / "run", fleet())) as run:
        kept = [one for _, one in run.accounts()]
    assert written(tmp_path / "kept", kept, *FORMATS) == fresh
    assert {*FORMATS} - {"sarif"} <= fresh.keys()


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_a_valid_output_as_well(name: str, tmp_path: Path) -> None:
    files = written(tmp_path / "out", [], name)
    assert files.keys() == ({name} if name != "sarif" else set())
    if name == "parquet":
        assert pyarrow.parquet.read_table(tmp_path / "out" / name).num_rows == 0


def test_lines_of_findings(tmp_path: Path) -> None:
    found = lines(written(tmp_path / "out", fleet(), "jsonl")["jsonl"])
    assert [next(iter(line)) for line in found] == ["repository"] * len(found)
    assert len(found) == sum(len(one.findings) for one in fleet())
    worst = next(line for line in found if line["severity"] == "critical")
    assert worst["repository"] == NAME
    assert worst["path"] == "caf\udce9.yaml"
    assert worst["owners"] == ["@shop"]
    assert worst["history"] == {
        "first": "3" * 40,
        "last": "4" * 40,
        "at_tip": True,
        "first_day": "2026-09-20",
        "last_day": "2026-09-20",
    }
    assert found[0]["owners"] == []


def test_lines_of_repositories_tell_what_could_not_be_read(tmp_path: Path) -> None:
    found = lines(written(tmp_path / "out", fleet(), "repositories")["repositories"])
    assert [line["repository"] for line in found] == [one.member.name for one in fleet()]
    assert found[3]["errors"] == [{"path": ".", "message": "the repository could not be fetched"}]
    assert found[1]["findings"] == {"high": 4}
    assert [line["failing"] for line in found] == [0, 4, 2, 0, 1, 0]
    assert (found[2]["waived"], found[5]["known"]) == (1, 1)


@pytest.mark.parametrize("name", ["jsonl", "repositories", "csv"])
def test_a_stream_that_is_killed_is_a_true_beginning(name: str, tmp_path: Path) -> None:
    """A process ends without any chance to clean up after some accounts; all of these are there."""
    whole = written(tmp_path / "whole", fleet(), name)[name]
    command = [sys.executable, "-c", KILLED, name, str(tmp_path / name)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "tests"), str(ROOT)))}
    assert subprocess.run(command, env=environment, check=False).returncode == 9
    there = (tmp_path / name).read_bytes()
    assert whole.startswith(there)
    assert there.endswith(b"\n")
    after = (tmp_path / name).with_suffix(".three")
    with Outputs([(name, str(after))], LOOK) as outputs:
        for position, one in enumerate(fleet()[:3]):
            outputs.add(position, one)
    assert after.read_bytes() == there


@pytest.mark.parametrize("name", ["text", "json", "html", "parquet"])
def test_what_is_written_whole_is_not_there_after_an_error(name: str, tmp_path: Path) -> None:
    odd = account("r", [{"status": "new"}])
    with Outputs([(name, str(tmp_path / "report"))], LOOK) as outputs, suppress(KeyError):
        outputs.add(0, fleet()[1])
        outputs.add(1, odd)
    assert list(tmp_path.iterdir()) == []


def test_parquet_holds_what_the_lines_hold_in_row_groups_of_one_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS", 4)
    files = written(tmp_path / "out", fleet(), "parquet", "jsonl", "csv")
    table = pyarrow.parquet.ParquetFile(tmp_path / "out" / "parquet")
    groups = [table.metadata.row_group(at).num_rows for at in range(table.metadata.num_row_groups)]
    found = lines(files["jsonl"])
    assert groups == [4] * (len(found) // 4) + ([len(found) % 4] if len(found) % 4 else [])
    rows = table.read().to_pylist()
    assert list(rows[0]) == list(COLUMNS)
    for row, line in zip(rows, found, strict=True):
        assert row["fingerprint"] == line["fingerprint"]
        assert row["owners"] == [shown(owner) for owner in line["owners"]]
        assert row["path"] == shown(line["path"])
        assert row["at_tip"] == line.get("history", {}).get("at_tip")
        assert row["line"] == line["start"]["line"]


def test_parquet_columns_that_repeat_are_dictionaries(tmp_path: Path) -> None:
    written(tmp_path / "out", [account(f"r{at}", severe(Severity.HIGH, 20)) for at in range(20)], "parquet")
    group = pyarrow.parquet.ParquetFile(tmp_path / "out" / "parquet").metadata.row_group(0)
    encoded = {group.column(at).path_in_schema: group.column(at).encodings for at in range(group.num_columns)}
    assert all("RLE_DICTIONARY" in encoded[name] for name in ("repository", "rule", "severity", "message", "path"))
    assert "RLE_DICTIONARY" not in encoded["fingerprint"]


def shown(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    content = written(tmp_path / "out", fleet(), "csv")["csv"].decode()
    rows = list(csv.DictReader(content.splitlines(keepends=True)))
    assert len(rows) == sum(len(one.findings) for one in fleet())
    assert not [cell for row in rows for cell in row.values() if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert next(row["path"] for row in rows if "cmd" in row["path"]) == "'=cmd()|'x'!A1"


def test_sarif_has_a_file_for_each_repository(tmp_path: Path) -> None:
    files = {name: json.loads(text) for name, text in written(tmp_path / "out", fleet(), "sarif").items()}
    assert files.keys() == {f"sarif/{file_name(one.member.name)}" for one in fleet()}
    for one in fleet():
        report = files[f"sarif/{file_name(one.member.name)}"]
        test_sarif.test_there_is_one_run_of_a_named_tool(report)
        test_sarif.test_rules(report)
        if one.findings:
            test_sarif.test_results(report)
        (run,) = report["runs"]
        marks = {result["partialFingerprints"]["sealwright/v1"] for result in run["results"]}
        assert marks == {finding["fingerprint"] for finding in one.findings}
        assert run["invocations"][0]["executionSuccessful"] is not bool(one.errors)


def test_sarif_of_a_gate_knows_the_rules_of_policy(tmp_path: Path) -> None:
    with Outputs([("sarif", str(tmp_path / "out"))], LOOK._replace(command="gate")) as outputs:
        outputs.add(0, account("r", [entry(rule="WRK001"), entry("b.yaml")]))
    (run,) = json.loads((tmp_path / "out" / file_name("r")).read_text())["runs"]
    assert run["automationDetails"]["id"] == "sealwright/gate/"
    about = {rule["id"]: rule["helpUri"] for rule in run["tool"]["driver"]["rules"]}
    assert "docs/policies/" in about["WRK001"]
    assert "docs/rules.md#secret-data" in about["secret-data"]


def test_names_of_sarif_files_are_safe_and_differ() -> None:
    names = [NASTY, "../../etc/passwd", "..", "", "con", "A/b", "a/b", "a_b", "é" * 500, "\udce9", "x" * 5000]
    made_of = [file_name(name) for name in names]
    assert len({name.lower() for name in made_of}) == len(names)
    for name in made_of:
        assert len(name) < 150
        assert not name.startswith(".")
        assert all(letter.isascii() and (letter.isalnum() or letter in "._-") for letter in name)


@pytest.mark.parametrize("name", FORMATS)
def test_a_place_that_cannot_be_is_said_before_the_run(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "report"
    with pytest.raises(SealwrightError, match="the report cannot be written"), Outputs([(name, str(path))], LOOK):
        pass
    assert (tmp_path / "file").read_text() == ""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason=NOT_AS_ROOT)
def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(SealwrightError, match="cannot be written"), Outputs([("jsonl", str(tmp_path / "x"))], LOOK):
        pass


def test_the_first_output_is_let_go_when_the_second_cannot_be(tmp_path: Path) -> None:
    targets = [("parquet", str(tmp_path / "a")), ("jsonl", str(tmp_path / "none" / "b"))]
    with pytest.raises(SealwrightError, match="cannot be written"):
        Outputs(targets, LOOK)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(UsageError, match="no format `yaml`"):
        Outputs([("jsonl", str(tmp_path / "a")), ("yaml", "x")], LOOK)
    assert list(tmp_path.iterdir()) == []


def test_parquet_without_its_library_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match="pyarrow") as caught:
        Outputs([("jsonl", str(tmp_path / "a")), ("parquet", str(tmp_path / "b"))], LOOK)
    assert "sealwright[fleet-parquet]" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_tally_counts_what_is_there() -> None:
    accounts = fleet()
    tally = Tally(Thresholds(), started=STARTED)
    for position, one in enumerate(accounts):
        tally.add(position, one)
    found = figures(QUESTION, len(accounts) + 2, tally)
    assert found["repositories"] == {
        "listed": 8, "done": 6, "missing": 2, "clean": 2, "failing": 3, "with_errors": 2,
    }  # fmt: skip
    assert found["failing_by_severity"] == {"critical": 1, "high": 5, "low": 1}
    assert found["findings"] == {"critical": 1, "high": 6, "low": 1, "info": 2}
    assert found["statuses"] == {"new": 10, "known": 1, "waived": 1}
    assert (found["past"], found["at_tip"]) == (1, 6)
    assert {age: count for age, count in found["ages"].items() if count} == {
        "less than a week": 1, "more than two years": 1, "unknown": 5,
    }  # fmt: skip
    assert found["owners"] == {
        "@shop": {"findings": 3, "repositories": 2},
        NASTY: {"findings": 1, "repositories": 1},
    }
    assert found["unowned"] == 4
    assert [worst["repository"] for worst in found["worst"]] == [NAME, "github.com/shop/api", "github.com/shop/low"]
    assert len(found["errors"]) == 2


def test_the_worst_are_the_worst_of_many() -> None:
    numbers = list(range(300))
    random.Random(7).shuffle(numbers)
    tally = Tally(Thresholds(), most=20, examples=2)
    for position, number in enumerate(numbers):
        tally.add(position, account(f"r{number}", severe(Severity.LOW, number % 100)))
    worst = tally.worst()
    assert [one.failing for one in worst] == sorted((number % 100 for number in numbers), reverse=True)[:20]
    places = [position for one in worst for position, number in enumerate(numbers) if one.name == f"r{number}"]
    assert places[:3] == sorted(places[:3])  # of equals, the first of the list
    assert [finding["start"]["line"] for finding in worst[0].worst] == [1, 2]


@pytest.mark.parametrize(("severity", "confidence", "failing"), [
    ("info", "possible", 10), ("low", "likely", 7), ("high", "likely", 6), ("critical", "certain", 1),
])  # fmt: skip
def test_thresholds(severity: str, confidence: str, failing: int) -> None:
    limits = Thresholds(severity, confidence)
    assert sum(map(limits.fails, (finding for one in fleet() for finding in one.findings))) == failing


def test_what_is_kept_of_hostile_findings_is_no_more_than_they_are() -> None:
    """A day that is none, an owner twice: nothing fails over it."""
    tally = Tally(Thresholds(), started=STARTED)
    odd = entry(owners=["@a", "@a"]) | {"history": {"first": "", "last": "", "at_tip": True, "first_day": "2026-13-45"}}
    tally.add(0, account("r", [odd]))
    assert tally.ages == {"unknown": 1}
