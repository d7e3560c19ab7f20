"""What a re-encryption did, or would do: for people, and as one JSON object."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.errors import ExitCode
from sealwright.report.colour import Paint
from sealwright.report.wording import plural, printable, wrapped
from sealwright.run.reseal.renewal import Fate
from sealwright.sealing.fingerprint import short_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.finding import Problem
    from sealwright.report.base import Style
    from sealwright.run.reseal.renewal import Renewal

_COLOUR = {Fate.RESEALED: "green", Fate.FAILS: "red", Fate.UNKNOWN: "yellow", Fate.LEFT: "yellow"}


class Done(NamedTuple):
    """A whole run. `written` is False for a plan."""

    renewals: Sequence[Renewal]
    problems: Sequence[Problem]
    written: bool
    files: int = 0
    changed: int = 0
    notes: Sequence[str] = ()

    def count(self, fate: Fate) -> int:
        """The items with that fate."""
        return sum(renewal.fate is fate for renewal in self.renewals)

    def exit_code(self, *, check: bool) -> ExitCode:
        """3 for what could not be read or judged, 1 for what does not open, or would change under --check."""
        if self.problems or self.count(Fate.UNKNOWN):
            return ExitCode.INCOMPLETE
        due = check and self.count(Fate.RESEALED)
        return ExitCode.FINDINGS if due or self.count(Fate.FAILS) else ExitCode.CLEAN


def as_json(done: Done) -> str:
    """One object; `path` is relative to the repository's root, keys are named by their whole fingerprint."""
    report = {
        "version": 1,
        "written": done.written,
        "items": [_item(renewal) for renewal in done.renewals],
        "errors": [_error(problem) for problem in done.problems],
        "notes": list(done.notes),
        "summary": {
            "files": done.files,
            "changed": done.changed,
            "items": {fate.value: done.count(fate) for fate in Fate},
        },
    }
    return json.dumps(report, indent=2) + "\n"


def _item(renewal: Renewal) -> dict[str, Any]:
    item = renewal.item
    api_version, kind, namespace, name = item.resource
    return {
        "path": item.location.path,
        "line": item.location.start.line,
        "resource": {"apiVersion": api_version, "kind": kind, "namespace": namespace, "name": name},
        "item": item.name,
        "state": renewal.fate.value,
        "before": renewal.before,
        "after": renewal.after,
        "reason": renewal.reason or renewal.note,
    }


def _error(problem: Problem) -> dict[str, Any]:
    report: dict[str, Any] = {"path": problem.path, "message": problem.message}
    if problem.line:
        report |= {"line": problem.line, "column": problem.column}
    return report | ({"hint": problem.hint} if problem.hint else {})


def as_text(done: Done, style: Style) -> str:
    """A block for each file in which something happens; what is under the newest key already is only counted."""
    paint = Paint(style.colour)
    lines = [*_problems(done.problems, paint, style.width)]
    shown = [renewal for renewal in done.renewals if renewal.fate is not Fate.CURRENT]
    path, resource = "", ""
    width = max((len(printable(renewal.item.name)) for renewal in shown), default=0)
    for renewal in shown:
        item = renewal.item
        if item.location.path != path:
            path, resource = item.location.path, ""
            lines += ["", paint.bold(printable(path))] if lines else [paint.bold(printable(path))]
        if str(item.resource) != resource:
            resource = str(item.resource)
            lines.append(f"  {printable(resource)}")
        lines.append(_line(renewal, width, paint, style.width, written=done.written))
    return "".join(f"{line}\n" for line in [*lines, *([""] if lines else []), *_closing(done)])


def _line(renewal: Renewal, width: int, paint: Paint, columns: int, *, written: bool) -> str:
    place = f"{renewal.item.location.start.line:>6}"
    fate = renewal.fate.value if written or renewal.fate is not Fate.RESEALED else "old key"
    word = paint.colour(f"{fate:<8}", _COLOUR[renewal.fate])
    keys = f"{_key(renewal.before)} -> {_key(renewal.after)}" if renewal.after else ""
    words = "; ".join(filter(None, (keys, renewal.note, printable(renewal.reason))))
    name = printable(renewal.item.name)
    return f"{paint.dim(place)}  {name:<{width}}  {word}  {wrapped(words, width + 20, columns)}".rstrip()


def _key(fingerprint: str) -> str:
    return short_of(fingerprint) if fingerprint else "an unknown key"


def _problems(problems: Sequence[Problem], paint: Paint, width: int) -> Iterator[str]:
    for problem in problems:
        place = printable(problem.path) + (f":{problem.line}:{problem.column}" if problem.line else "")
        yield f"{paint.colour('error:', 'red')} {wrapped(f'{place}: {printable(problem.message)}', 7, width)}"
        if problem.hint:
            yield f"{paint.bold('hint:')}  {wrapped(printable(problem.hint), 7, width)}"


def _closing(done: Done) -> Iterator[str]:
    """What was done, what was not, and what to do now."""
    due, current = done.count(Fate.RESEALED), done.count(Fate.CURRENT)
    if not done.renewals:
        yield f"No SealedSecret found in {plural(done.files, 'file')}."
        return
    already = f" {plural(current, 'item')} under the newest key already." if current and due else ""
    where = f"{plural(due, 'item')} in {plural(done.changed, 'file')}"
    if due and done.written:
        yield f"Re-encrypted {where}.{already}"
        yield "Apply them, and keep the old key until nothing that is still in use needs it."
    elif due:
        yield f"Dry run: {where} would be re-encrypted.{already} Add --in-place to do it."
    elif current == len(done.renewals):
        yield f"Nothing to do: {plural(current, 'item')}, all under the newest key."
    if any(renewal.note for renewal in done.renewals):
        yield "What was under a key out of use can be read from Git's history with that key: change these values, too."
    yield from (printable(note) for note in done.notes)
    stuck = len(done.renewals) - due - current
    if stuck:
        failed = done.count(Fate.FAILS)
        because = f" ({failed} of them fail)" if failed and failed != stuck else ""
        yield f"{plural(stuck, 'item')} left as {'it is' if stuck == 1 else 'they are'}{because}: see above."
