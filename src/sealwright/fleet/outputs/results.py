"""What an account keeps as JSON, as findings and problems again: for formats that are made of these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.finding import (
    Confidence,
    Finding,
    History,
    Location,
    Position,
    Problem,
    ResourceRef,
    Severity,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class Recorded(Finding):
    """A finding as a run wrote it down: which of several alike it was is not known any more, its fingerprint is."""

    __slots__ = ()

    @property
    def fingerprint(self) -> str:
        """As the run had it; it stands where a digest would, which no report shows."""
        return self.mark


def finding_of(entry: Mapping[str, Any]) -> Finding:
    """One of an account's `findings`."""
    start, end, about = entry["start"], entry["end"], entry["resource"]
    past = entry.get("history")
    history = None
    if past is not None:
        days = past.get("first_day", ""), past.get("last_day", "")
        history = History(past["first"], past["last"], past["at_tip"], *days)
    found = Recorded(
        rule=entry["rule"],
        severity=Severity[entry["severity"].upper()],
        confidence=Confidence(entry["confidence"]),
        location=Location(
            entry["path"], Position(start["line"], start["column"]), Position(end["line"], end["column"])
        ),
        message=entry["message"],
        resource=ResourceRef(about["apiVersion"], about["kind"], about["namespace"], about["name"]),
        field=entry["field"],
        status=Status(entry["status"]),
        reason=entry.get("reason", ""),
        mark=entry["fingerprint"],
        history=history,
    )
    others = tuple(found._replace(rule=rule) for rule in entry.get("also") or ())
    return found._replace(also=(found, *others)) if others else found


def problem_of(entry: Mapping[str, Any]) -> Problem:
    """One of an account's `errors`."""
    line, column = entry.get("line", 0), entry.get("column", 0)
    return Problem(entry["path"], entry["message"], line, column, entry.get("hint", ""))
