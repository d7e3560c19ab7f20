"""A run in figures: one object, version 1, that the formats `json` and `text` are made of, and the exit code."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from sealwright.errors import ExitCode
from sealwright.finding import Severity
from sealwright.fleet.outputs.rows import error_fields
from sealwright.fleet.tally import AGES, OLDER, UNKNOWN_AGE, Tally

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.fleet.model import Question
    from sealwright.fleet.run_folder import RunFolder
    from sealwright.fleet.tally import Group
    from sealwright.fleet.thresholds import Thresholds

MOST_NAMES = 1000
"""Rules and owners of which the figures are given, those with most first."""


def summary(run: RunFolder, thresholds: Thresholds) -> Mapping[str, Any]:
    """The figures of a run, finished or not."""
    tally = Tally(thresholds, started=run.question.started)
    for position, account in run.accounts():
        tally.add(position, account)
    return figures(run.question, run.listed(), tally)


def figures(question: Question, listed: int, tally: Tally) -> dict[str, Any]:
    """What a tally of some accounts says, where `listed` repositories were asked for."""
    return {
        "version": 1,
        "command": question.command,
        "settings": dict(question.settings),
        "engine": question.engine,
        "started": datetime.fromtimestamp(question.started, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "thresholds": tally.thresholds._asdict(),
        "repositories": {
            "listed": listed,
            "done": tally.done,
            "missing": listed - tally.done,
            "clean": tally.clean,
            "failing": tally.failing_repositories,
            "with_errors": tally.with_errors,
        },
        "failing": tally.failing,
        "failing_by_severity": _by_severity(tally.failing_by_severity),
        "findings": _by_severity(tally.findings),
        "statuses": dict(tally.statuses),
        "at_tip": tally.failing - tally.past,
        "past": tally.past,
        "ages": {age: tally.ages[age] for age in (*(words for _, words in AGES), OLDER, UNKNOWN_AGE)},
        "rules": _groups(tally.rules),
        "owners": _groups(tally.owners),
        "unowned": tally.unowned,
        "files": tally.files,
        "documents": tally.documents,
        "contents": tally.contents,
        "fresh": tally.fresh,
        "worst": [
            {"repository": standing.name, "failing": standing.failing, "findings": _by_severity(standing.counts)}
            for standing in tally.worst()
        ],
        "errors": [{"repository": name, **error_fields(error)} for name, error in tally.errors],
        "more_errors": tally.error_count - len(tally.errors),
    }


def exit_code(found: Mapping[str, Any]) -> ExitCode:
    """3 beats 1: what nobody could look at is never mistaken for clean."""
    if found["repositories"]["missing"] or found["repositories"]["with_errors"]:
        return ExitCode.INCOMPLETE
    return ExitCode.FINDINGS if found["failing"] else ExitCode.CLEAN


def _by_severity(counts: Mapping[str, int]) -> dict[str, int]:
    labels = [severity.label for severity in sorted(Severity, reverse=True)]
    return {label: counts[label] for label in labels if counts.get(label)}


def _groups(groups: Mapping[str, Group]) -> dict[str, dict[str, int]]:
    ordered = sorted(groups.items(), key=lambda one: (-one[1].findings, one[0]))
    return {name: group._asdict() for name, group in ordered[:MOST_NAMES]}
