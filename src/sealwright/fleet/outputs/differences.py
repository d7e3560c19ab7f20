"""The difference between two runs, as it is found: for people, or as JSON.

JSON is one object, version 1, with a list of changes on lines of their own; JSON Lines are the changes alone.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from sealwright.errors import ExitCode
from sealwright.fleet.diff import Kind
from sealwright.fleet.outputs.rows import finding_fields
from sealwright.report.colour import Paint
from sealwright.report.wording import printable

if TYPE_CHECKING:
    from sealwright.fleet.diff import Change
    from sealwright.fleet.run_folder import RunFolder
    from sealwright.report.base import Style

FORMATS = ("text", "json", "jsonl")
_SIGN = {Kind.NEW: ("+", "red"), Kind.GONE: ("-", "green"), Kind.CHANGED: ("~", "yellow"), Kind.UNSURE: ("?", "yellow")}
_WORDS = {
    Kind.ADDED: "is not in the earlier run",
    Kind.REMOVED: "is not in the later run",
    Kind.UNREADABLE: "could not be checked as a whole this time",
    Kind.READABLE: "can be checked again",
    Kind.MISSING: "was not looked at yet",
}


class Differences:
    """Changes go in one by one, text comes out; what is kept is the figures."""

    def __init__(self, format_name: str, style: Style, remark: str = "") -> None:
        """`remark` is said with the figures."""
        self._format = format_name
        self._paint = Paint(style.colour)
        self._remark = remark
        self._repository = ""
        self._counts: Counter[Kind] = Counter()
        self.failing = 0

    def add(self, change: Change) -> str:
        """The next change."""
        first = not self._counts
        self._counts[change.kind] += 1
        self.failing += change.fails
        if self._format == "text":
            return self._line(change)
        text = json.dumps(_entry(change), separators=(",", ":"))
        if self._format == "jsonl":
            return f"{text}\n"
        return f'{{"version":1,"changes":[\n{text}' if first else f",\n{text}"

    def finish(self) -> str:
        """The rest."""
        if self._format == "jsonl":
            return ""
        if self._format == "json":
            head = "\n]" if self._counts else '{"version":1,"changes":[]'
            counts = {kind.value: self._counts[kind] for kind in Kind}
            summary = {"counts": counts, "failing": self.failing, "remark": self._remark}
            return f'{head},"summary":{json.dumps(summary, separators=(",", ":"))}}}\n'
        return self._closing()

    def _line(self, change: Change) -> str:
        name = printable(change.repository)
        finding = change.finding
        if finding is None:
            self._repository = ""
            words = self._paint.colour(_WORDS[change.kind], "yellow")
            return f"{self._paint.bold(name)}  {words}\n"
        head = "" if self._repository == change.repository else f"{self._paint.bold(name)}\n"
        self._repository = change.repository
        sign, colour = _SIGN[change.kind]
        place = f"{printable(finding['path'])}:{finding['start']['line']}"
        was = ", ".join(f"{name} was {word}" for name, word in change.before.items())
        words = f"{finding['severity']:<8}  {printable(finding['rule'])}  {place}  {printable(finding['message'])}"
        return f"{head}  {self._paint.colour(sign, colour)} {words}{f'  ({was})' if was else ''}\n"

    def _closing(self) -> str:
        parts = [f"{self._counts[kind]:,} {kind.value}" for kind in (Kind.NEW, Kind.GONE, Kind.CHANGED)]
        parts += [f"{self._counts[Kind.UNSURE]:,} {Kind.UNSURE.value}"] if self._counts[Kind.UNSURE] else []
        fails = f"; {self.failing:,} of them fail{'s' if self.failing == 1 else ''}" if self.failing else ""
        about = [
            f"{self._counts[kind]:,} {kind.value.removeprefix('repository-')}" for kind in _WORDS if self._counts[kind]
        ]
        lines = [
            self._paint.colour(f"note: {printable(self._remark)}", "yellow") if self._remark else "",
            f"repositories: {', '.join(about)}" if about else "",
            f"findings: {', '.join(parts)}{fails}",
        ]
        return ("\n" if self._counts else "") + "".join(f"{line}\n" for line in lines if line)


def exit_code(old: RunFolder, new: RunFolder, told: Differences) -> ExitCode:
    """3 where one of the runs is incomplete, 1 where something fails now that did not before."""
    for run in (old, new):
        if any(True for _ in run.missing()) or any(account.errors for _, account in run.accounts()):
            return ExitCode.INCOMPLETE
    return ExitCode.FINDINGS if told.failing else ExitCode.CLEAN


def _entry(change: Change) -> dict[str, Any]:
    entry: dict[str, Any] = {"change": change.kind.value, "repository": change.repository, "fails": change.fails}
    if change.finding is not None:
        entry["finding"] = finding_fields(change.finding)
    if change.before:
        entry["before"] = dict(change.before)
    return entry
