"""GitHub workflow commands: annotations in a pull request.

A step shows ten errors and ten warnings, and GitHub does not say that more were dropped: so the ten worst are written,
and one line that says how many there are beside them. Source: actions/toolkit, docs/commands.md, problem-matchers.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import Finding, Location, Outcome, Position, Problem, Severity, Status
from sealwright.report.closing import unproved
from sealwright.report.wording import printable, since_when

if TYPE_CHECKING:
    from sealwright.report.base import Reported, Style, Summary

LIMIT = 10


class GithubReporter:
    """Collects, sorts worst first, and writes at the end."""

    def __init__(self, style: Style) -> None:
        self._proof = style.proof
        self._command = "gate" if style.gating else "scan"
        self._annotations: list[tuple[int, Location, str, str]] = []

    def write(self, result: Reported) -> str:
        """Keep it for the end; what opens or is allowed gives no annotation."""
        if isinstance(result, Finding):
            if result.status is Status.NEW and result.severity > Severity.INFO:
                when = f" ({since_when(result.history)})" if result.history is not None else ""
                self._add(result.severity, result.location, result.rule, result.message + when)
        elif isinstance(result, Problem):
            start = Position(result.line, result.column)
            self._add(Severity.CRITICAL, Location(result.path, start, start), "not checked", result.message)
        elif result.outcome.is_failure or (self._proof and result.outcome is Outcome.UNKNOWN):
            message = f"{result.resource} item `{result.item}` {result.outcome.value}: {result.reason}"
            self._add(Severity.HIGH, result.location, "verify", message)
        return ""

    def finish(self, summary: Summary) -> str:
        """At most ten annotations, how many more there are, and how many items nothing is known of."""
        worst = sorted(self._annotations, key=lambda entry: (-entry[0], entry[1]))
        lines = [_command(*entry) for entry in worst[:LIMIT]]
        if len(worst) > LIMIT:
            rest = (
                f"{len(worst) - LIMIT} more: run `sealwright {self._command}`, or see the report of --output json=FILE"
            )
            lines.append(f"::notice title=sealwright::{_data(rest)}")
        if summary.unknown and not self._proof:
            lines.append(f"::notice title=sealwright verify::{unproved(summary)}")
        return "".join(f"{line}\n" for line in lines)

    def _add(self, severity: Severity, location: Location, title: str, message: str) -> None:
        self._annotations.append((int(severity), location, title, message))


def _command(severity: int, location: Location, title: str, message: str) -> str:
    level = "error" if severity >= Severity.HIGH else "warning"
    properties = [f"file={_property(location.path)}"]
    start, end = location.start, location.end
    if start.line:
        properties += [f"line={start.line}", f"endLine={end.line}"]
        if start.line == end.line:  # columns of several lines are refused
            properties += [f"col={start.column}", f"endColumn={end.column}"]
    properties.append(f"title={_property(f'sealwright {title}')}")
    return f"::{level} {','.join(properties)}::{_data(_shown(message))}"


def _shown(text: str) -> str:
    """The message of a rule, which anybody's pack may have written: line ends, but nothing that a terminal acts on."""
    return "\n".join(map(printable, text.splitlines()))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
