"""Results of every kind, as reporters get them, with names that nobody would choose but an attacker."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from sealwright.finding import (
    Confidence,
    Finding,
    History,
    Location,
    Outcome,
    Position,
    Problem,
    ResourceRef,
    Severity,
    Status,
    Verdict,
)
from sealwright.report.base import Reported, Style, Summary
from sealwright.report.registry import reporter

NASTY = (
    "a|b`c<img src=x onerror=y>@octocat #1 [x](http://x) *b* _i_ ~~s~~ $m$ :+1: www.x.org \x1b[31m\n## h\n\udce9\ufffe"
)
"""Everything that some format would act on, or cannot hold."""


def finding(path: str = "apps/db.yaml", line: int = 8, **fields: object) -> Finding:
    """A finding with a field and an object; `fields` replace what it has."""
    where = Location(path, Position(line, 13), Position(line, 33))
    about = ResourceRef("v1", "Secret", "shop", "db")
    message = "Secret shop/db keeps `password` in clear (base64 is not encryption)"
    found = Finding("secret-data", Severity.HIGH, Confidence.CERTAIN, where, message, about, "data.password")
    return found._replace(**fields)  # type: ignore[arg-type]


def verdict(outcome: Outcome, item: str = "token", reason: str = "why", line: int = 4) -> Verdict:
    """The outcome for an item of a SealedSecret."""
    where = Location("apps/sealed.yaml", Position(line, 3), Position(line, 30))
    about = ResourceRef("bitnami.com/v1alpha1", "SealedSecret", "shop", "db")
    return Verdict(where, about, item, outcome, reason)


def nasty() -> Iterator[Reported]:
    """Every kind of result with such names in every place."""
    about = ResourceRef(NASTY, NASTY, NASTY, NASTY)
    history = History("1" * 40, "2" * 40, at_tip=False, first_day="2026-01-01")
    for path in (NASTY, os.fsdecode(b"caf\xe9.yaml"), "two\nlines.yaml"):
        worst = finding(path, message=f"keeps `{NASTY}` in {NASTY}", resource=about, field=NASTY, history=history)
        yield worst
        yield worst._replace(status=Status.WAIVED, reason=NASTY)
        yield worst._replace(severity=Severity.INFO, history=None)
        for outcome in Outcome:
            yield verdict(outcome, item=NASTY, reason=NASTY)._replace(resource=about)
        yield Problem(path, NASTY, 3, 0, hint=NASTY)


def many(count: int, longest: int = 0) -> Iterator[Reported]:
    """Findings of all severities and of every status, most of them new, in files of a hundred; and a few problems.

    `longest`: how long each message is, at least.
    """
    severities = list(Severity)
    for number in range(count):
        name = f"apps/team-{number // 1000}/service-{number // 100}/secret.yaml"
        status = Status.NEW if number % 10 else list(Status)[number // 10 % 3]
        message = f"Secret shop/db-{number} keeps `password` in clear".ljust(longest, "x")
        about = ResourceRef("v1", "Secret", "shop", f"db-{number}")
        severity = severities[number % len(severities)]
        yield finding(name, number % 100 + 1, severity=severity, status=status, message=message, resource=about)
    for number in range(count // 100):
        yield Problem(f"apps/broken-{number}.yaml", "this document does not parse", 1, 1)


def written(name: str, results: Iterator[Reported], summary: Summary, style: Style | None = None) -> str:
    """The whole report of a format."""
    target = reporter(name, style or Style())
    return "".join(map(target.write, results)) + target.finish(summary)


def blocking(threshold: Severity) -> Callable[[Finding | Verdict], bool]:
    """`Style.blocks` of a run with this threshold."""

    def blocks(result: Finding | Verdict) -> bool:
        if isinstance(result, Finding):
            return result.status is Status.NEW and result.severity >= threshold
        return result.outcome.is_failure

    return blocks
