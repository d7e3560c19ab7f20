"""Clocks and dates that are wrong or go backwards: what has a date is judged by one day, and by no other clock."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from support import Repository, run_program

from sealwright.config import Named, Waiver, WaiverLimits
from sealwright.errors import CertificateError
from sealwright.finding import Confidence, Finding, Location, Position, Severity, Status
from sealwright.gate.waiver import Waivers
from sealwright.report.days import days_between
from sealwright.sealing.certificate import load_certificate
from sealwright.sealing.keypair import generate_keypair

VALUE = "correct-horse-" + "battery-staple"
SECRET = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: db, namespace: shop}}\nstringData: {{password: {VALUE}}}\n"
DAYS = ("@4102444800 +0000", "@0 +0000", "@1700000000 +1400", "@99999999999 -1200", "@1600000000 +0000")
"""Of commits, one after the other: after this century, the first second, in a zone of tomorrow, the year 5138."""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = Repository.init(tmp_path)
    for number, day in enumerate(DAYS):
        monkeypatch.setenv("GIT_AUTHOR_DATE", day)
        monkeypatch.setenv("GIT_COMMITTER_DATE", day)
        made.write(f"apps/{number}.yaml", SECRET.replace("db", f"db-{number}"))
        made.add()
        made.git("commit", "--quiet", "--message", "x")
    for path in (tmp_path / "apps").iterdir():
        os.utime(path, (0, 2**33))
    return made


@pytest.mark.parametrize(
    "command",
    [
        ("scan", "--history", "HEAD"),
        ("gate", "--base", "HEAD~2"),
        ("inventory", "--points", "5", "--history", "HEAD"),
        ("inventory", "--points", "5", "--history", "HEAD", "--format", "html"),
        ("scan", "--history", "HEAD~3..HEAD", "--format", "json"),
    ],
    ids=" ".join,
)
def test_commits_whose_dates_go_backwards_are_all_counted(command: tuple[str, ...], repository: Repository) -> None:
    done = run_program("sealwright", *command, cwd=repository.path)
    assert done.returncode == (0 if command[0] == "inventory" else 1), done.stderr
    assert done.stderr == b""
    assert VALUE.encode() not in done.stdout
    if command[-1] == "json":
        assert len(json.loads(done.stdout)["findings"]) == 3


def certificate(begins: datetime, days: int = 30) -> bytes:
    return generate_keypair(bits=2048, days=days, now=begins)[1]


def test_a_certificate_is_judged_by_one_clock() -> None:
    begins = datetime(2026, 6, 1, tzinfo=timezone.utc)
    data = certificate(begins)
    for days in (0, 29, -4000, -20_000):  # as upstream: a clock that is behind stops nobody
        assert load_certificate(data, source="c", now=begins + timedelta(days=days)).bits == 2048
    for now in (begins + timedelta(days=31), datetime(9999, 12, 31, tzinfo=timezone.utc)):
        with pytest.raises(CertificateError, match="expired on 2026-07-01"):
            load_certificate(data, source="c", now=now)


def waived(today: str, **fields: str) -> Finding:
    where = Location("a.yaml", Position(1, 1), Position(1, 2))
    waiver = Waiver(Named("secret-data", Position(1, 1), Position(1, 9)), "a.yaml", "why", "me", **fields)  # type: ignore[arg-type]
    waivers = Waivers((waiver,), ".sealwright.yaml", today, WaiverLimits())
    return waivers.apply(Finding("secret-data", Severity.HIGH, Confidence.CERTAIN, where, "x"))


@pytest.mark.parametrize(
    ("today", "status"),
    [
        ("2026-06-01", Status.WAIVED),
        ("1970-01-01", Status.WAIVED),
        ("2026-06-02", Status.NEW),
        ("9999-12-31", Status.NEW),
    ],
)
def test_a_waiver_ends_with_its_day_whatever_came_before(today: str, status: Status) -> None:
    assert waived(today, expires="2026-06-01").status is status


def test_days_are_counted_both_ways() -> None:
    assert days_between("2026-06-02", "2026-06-01") == -1
    assert days_between("0001-01-01", "9999-12-31") == 3652058
    assert days_between("", "2026-06-01") is None
