"""GitHub workflow commands: annotations in a pull request.

A step shows ten errors and ten warnings, and GitHub does not say that more were dropped: so the ten worst are written,
what fails the run before what does not, and one line that says how many there are beside them.
Source: actions/toolkit, docs/commands.md, problem-matchers.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import STDIN_NAME, Location, Position, Problem, Severity
from sealwright.report.closing import unproved
from sealwright.report.entries import TITLES, Entries
from sealwright.report.wording import pathless, printable_lines

if TYPE_CHECKING:
    from sealwright.report.base import Reported, Style, Summary
    from sealwright.report.entries import Entry

LIMIT = 10


class _Annotation(NamedTuple):
    """One command. `level` is `error` or `warning`."""

    level: str
    location: Location
    title: str
    message: str


class GithubReporter:
    """Collects, sorts worst first, and writes at the end."""

    def __init__(self, style: Style) -> None:
        self._proof = style.proof
        self._entries = Entries(style)

    def write(self, result: Reported) -> str:
        """Keep it for the end; what opens or is allowed gives no annotation."""
        self._entries.take(result)
        return ""

    def finish(self, summary: Summary) -> str:
        """At most ten annotations, how many more there are, and how many items nothing is known of."""
        entries = [
            entry for entry in self._entries.worst_first(settled=False) if entry.finding.severity > Severity.INFO
        ]
        worst = [*map(_unchecked, self._entries.problems), *map(_annotation, entries)]
        lines = [_command(*annotation) for annotation in worst[:LIMIT]]
        if len(worst) > LIMIT:
            more, command = len(worst) - LIMIT, f"sealwright {summary.command}"
            rest = f"{more:,} more: run `{command}`, or see the report of --output json=FILE"
            lines.append(f"::notice title=sealwright::{escaped(rest)}")
        if summary.unknown and not self._proof:
            lines.append(f"::notice title=sealwright verify::{unproved(summary)}")
        return "".join(f"{line}\n" for line in lines)


def _unchecked(problem: Problem) -> _Annotation:
    start = Position(problem.line, problem.column)
    return _Annotation("error", Location(problem.path, start, start), "not checked", problem.message)


def _annotation(entry: Entry) -> _Annotation:
    finding = entry.finding
    about_items = finding.rule in TITLES
    level = "error" if finding.severity >= Severity.HIGH or about_items else "warning"
    return _Annotation(level, finding.location, "verify" if about_items else finding.rule, entry.text)


def _command(level: str, location: Location, title: str, message: str) -> str:
    properties = [] if location.path == STDIN_NAME else _place(location)
    properties.append(f"title={_property(f'sealwright {title}')}")
    said = pathless(message, location.path, location.start.line)
    return f"::{level} {','.join(properties)}::{escaped(printable_lines(said))}"


def _place(location: Location) -> list[str]:
    properties = [f"file={_property(_path(location.path))}"]
    start, end = location.start, location.end
    if start.line:
        properties += [f"line={start.line}", f"endLine={end.line}"]
        if start.line == end.line:  # columns of several lines are refused
            properties += [f"col={start.column}", f"endColumn={end.column}"]
    return properties


def _path(path: str) -> str:
    """As it is, since GitHub looks for the file, but for what a terminal would act on."""
    return "".join(char if char.isprintable() or char in "\r\n\t" else "\ufffd" for char in path)


def escaped(text: str) -> str:
    """Text behind the `::` of a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return escaped(text).replace(":", "%3A").replace(",", "%2C")
