"""Accounts as a run makes them, of real findings and of hostile ones, and runs that keep them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from unit.report.results import NASTY, finding

from sealwright.finding import Confidence, Finding, History, Problem, Severity, Status
from sealwright.fleet.model import Account, Member, Question
from sealwright.fleet.run_folder import RunFolder
from sealwright.manifest.discover import Selection
from sealwright.manifest.git import Repository
from sealwright.report.json_v1 import error_entry, finding_entry
from sealwright.run.scan import scan

NAME = NASTY
"""What a repository may be called: anything."""
STARTED = 1_790_000_000  # 21 September 2026
QUESTION = Question("scan", {"branches": False}, "1.0", STARTED)


def entry(path: str = "apps/db.yaml", line: int = 8, owners: Iterable[str] = (), **fields: object) -> dict[str, Any]:
    """A finding as an account keeps it."""
    found = finding(path, line, **fields)
    kept = finding_entry(found)
    if found.history is not None:
        kept["history"] |= {"first_day": found.history.first_day, "last_day": found.history.last_day}
    return kept | ({"owners": list(owners)} if owners else {})


def severe(severity: Severity, count: int = 1, path: str = "apps/db.yaml") -> list[dict[str, Any]]:
    """So many findings of a severity, at different places."""
    return [entry(path, 1 + at, field=f"data.key{at}", severity=severity) for at in range(count)]


def account(name: str, findings: Iterable[Mapping[str, Any]] = (), errors: Iterable[str] = (), **rest: Any) -> Account:
    """One of a repository of that name; `errors` are messages."""
    member = Member(name, f"/srv/git/{name}.git", "main")
    told = tuple(error_entry(Problem(".", message)) for message in errors)
    return Account(member, ("1" * 40,), tuple(findings), told, **{"files": 3, "documents": 4, "contents": 5, **rest})


def fleet() -> list[Account]:
    """Repositories of every kind, one of them with names that nobody would choose but an attacker."""
    old = History("1" * 40, "2" * 40, at_tip=False, first_day="2024-01-02", last_day="2024-02-03")
    young = History("3" * 40, "4" * 40, at_tip=True, first_day="2026-09-20", last_day="2026-09-20")
    unsure = entry(confidence=Confidence.POSSIBLE)
    nasty = [
        entry(NASTY, 3, [NASTY, "@shop"], message=NASTY, field=NASTY, rule=NASTY, history=old),
        entry("caf\udce9.yaml", 4, ["@shop"], severity=Severity.CRITICAL, history=young),
        entry("=cmd()|'x'!A1", 5, reason="@because", status=Status.WAIVED),
    ]
    return [
        account("github.com/shop/clean"),
        account("github.com/shop/api", [*severe(Severity.HIGH, 3), entry(owners=["@shop"], field="data.other")]),
        account(NAME, nasty, [NASTY]),
        account("github.com/shop/gone", errors=["the repository could not be fetched"], files=0, documents=0),
        account("github.com/shop/low", severe(Severity.LOW) + severe(Severity.INFO, 2, "b.yaml")),
        account("github.com/shop/unsure", [unsure, entry("b.yaml", status=Status.KNOWN)]),
    ]


def real(folder: Path) -> Account:
    """What a scan of the files of a folder finds."""
    results = list(scan(Selection((str(folder),)), Repository(str(folder))))
    found = [finding_entry(result) for result in results if isinstance(result, Finding)]
    problems = [error_entry(result) for result in results if isinstance(result, Problem)]
    return Account(Member(folder.name, str(folder)), (), tuple(found), tuple(problems), files=len(results))


def made(
    folder: Path, accounts: Iterable[Account], question: Question = QUESTION, waiting: Iterable[str] = ()
) -> RunFolder:
    """A run that has these accounts; `waiting` are repositories that have none yet."""
    every = list(accounts)
    members = [one.member for one in every] + [Member(name, f"/srv/git/{name}.git") for name in waiting]
    run = RunFolder.create(str(folder), question, members)
    run.add(list(enumerate(every)))
    return run
