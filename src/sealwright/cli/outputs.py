"""Results to reporters: one for stdout, one for each --output FORMAT=FILE; and from results to the exit code."""

from __future__ import annotations

import os
import stat
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import ExitCode, SealwrightError, UsageError
from sealwright.finding import Confidence, Finding, Outcome, Problem, Severity, Status, Verdict
from sealwright.report.base import Summary, apart
from sealwright.report.registry import FORMATS, reporter
from sealwright.run.results import FileDone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import TracebackType

    from sealwright.report.base import Reported, Style
    from sealwright.run.results import Result


_FOR_PEOPLE = frozenset({"text", "markdown", "html", "github"})
"""Formats that tell once what several rules say of one value."""


class Outputs:
    """Where the report goes. Files are written when everything went well up to the end, and then whole."""

    def __init__(self, format_name: str, outputs: Sequence[str], style: Style) -> None:
        self._main = _Target(format_name, style)
        self._files = [_file_output(text, style) for text in outputs]
        refuse_the_same([path for path, _ in self._files])
        self._parts: list[list[str]] = [[] for _ in self._files]

    def __enter__(self) -> Outputs:  # noqa: PYI034 - `Self` is not in Python 3.10
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            for (path, _), parts in zip(self._files, self._parts, strict=True):
                write_whole(path, "".join(parts), "the report")

    def write(self, result: Reported) -> None:
        """One result to every reporter."""
        sys.stdout.write(self._main.write(result))
        for (_, target), parts in zip(self._files, self._parts, strict=True):
            parts.append(target.write(result))

    def finish(self, summary: Summary, apart: Summary) -> None:
        """The end of every report; `apart` are the figures where what several rules say of a value counts for each."""
        sys.stdout.write(self._main.finish(summary, apart))
        sys.stdout.flush()
        for (_, target), parts in zip(self._files, self._parts, strict=True):
            parts.append(target.finish(summary, apart))


class _Target:
    """A reporter. People are told a value once; programs look for each rule that they know."""

    def __init__(self, format_name: str, style: Style) -> None:
        self._reporter = reporter(format_name, style)
        self._once = format_name in _FOR_PEOPLE

    def write(self, result: Reported) -> str:
        return "".join(map(self._reporter.write, (result,) if self._once else apart(result)))

    def finish(self, summary: Summary, apart: Summary) -> str:
        return self._reporter.finish(summary if self._once else apart)


class Limits(NamedTuple):
    """What fails a run: findings that are at least this severe, and of which we are at least this sure.

    `proof`: verdicts that are unknown as well.
    """

    severity: Severity
    confidence: Confidence
    proof: bool = False

    def block(self, result: Finding | Verdict) -> bool:
        """Whether this alone fails the run."""
        if isinstance(result, Finding):
            return result.status is Status.NEW and result.severity >= self.severity and self.are_sure(result)
        return result.outcome.is_failure or (self.proof and result.outcome is Outcome.UNKNOWN)

    def are_sure(self, finding: Finding) -> bool:
        """Whether the finding is as sure as it has to be. The members of Confidence go from sure to unsure."""
        order = list(Confidence)
        return order.index(finding.confidence) <= order.index(self.confidence)


def report(  # noqa: PLR0913 - what a run was about is said by whoever ran it
    results: Iterable[Result],
    outputs: Outputs,
    limits: Limits,
    *,
    verifying: bool = False,
    gating: bool = False,
    closing: Callable[[], Sequence[str]] = tuple,
    decide: Callable[[], ExitCode] | None = None,
    started: float | None = None,
) -> ExitCode:
    """Write every result and the summary; the exit code: 3 beats 1, so that unchecked is never mistaken for clean.

    `closing` is called when all results were seen, and gives more closing lines; `decide` then, too, and gives the exit
    code where the limits are not all. `started`: when the work began, by time.perf_counter, where that was before the
    first result is asked for.
    """
    began = time.perf_counter() if started is None else started
    counter = _Counter(limits, began)
    each = _Counter(limits, began) if gating else counter  # only a gate tells together what several rules say
    for result in results:
        counter.count(result)
        if gating:
            for one in apart(result):
                each.count(one)
        if not isinstance(result, FileDone):
            outputs.write(result)
    code = counter.exit_code() if decide is None else decide()
    notes = tuple(closing())
    whole, single = (
        one.summary()._replace(verifying=verifying, gating=gating, notes=notes, code=code) for one in (counter, each)
    )
    outputs.finish(whole, single)
    return code


class _Counter:
    def __init__(self, limits: Limits, started: float) -> None:
        self._limits = limits
        self._started = started
        self._severities: dict[str, int] = {}
        self._last_path = ""
        self._totals = Summary()
        self._blocking = False

    def count(self, result: Result) -> None:
        totals = self._totals
        if isinstance(result, FileDone):
            self._totals = totals._replace(
                files=totals.files + 1,
                documents=totals.documents + result.documents,
                passed_over=totals.passed_over + result.passed_over,
            )
        elif isinstance(result, Problem):
            self._totals = totals._replace(problems=totals.problems + 1)
        elif isinstance(result, Verdict):
            self._totals = totals._replace(
                verdicts=totals.verdicts + 1,
                failed=totals.failed + result.outcome.is_failure,
                proved=totals.proved + (result.outcome is Outcome.PROVED),
                unknown=totals.unknown + (result.outcome is Outcome.UNKNOWN),
            )
        elif result.status is Status.KNOWN:
            self._totals = totals._replace(known=totals.known + 1)
        elif result.status is Status.WAIVED:
            self._totals = totals._replace(waived=totals.waived + 1)
        else:
            self._count_finding(result)
        if not isinstance(result, (FileDone, Problem)):
            self._blocking = self._blocking or self._limits.block(result)

    def _count_finding(self, finding: Finding) -> None:
        label = finding.severity.label
        self._severities[label] = self._severities.get(label, 0) + 1
        if finding.severity > Severity.INFO and finding.location.path != self._last_path:
            self._last_path = finding.location.path
            self._totals = self._totals._replace(files_with_findings=self._totals.files_with_findings + 1)
        if not self._limits.are_sure(finding):
            self._totals = self._totals._replace(unsure=self._totals.unsure + (finding.severity > Severity.INFO))

    def summary(self) -> Summary:
        seconds = time.perf_counter() - self._started
        return self._totals._replace(findings=self._severities, seconds=seconds)

    def exit_code(self) -> ExitCode:
        if self._totals.problems:
            return ExitCode.INCOMPLETE
        return ExitCode.FINDINGS if self._blocking else ExitCode.CLEAN


def format_and_file(text: str, formats: Iterable[str], option: str = "--output") -> tuple[str, str]:
    """Both sides of FORMAT=FILE. Raises UsageError where one is missing; formats that do not exist are for others."""
    name, _, path = text.partition("=")
    if not name or not path:
        raise UsageError(f"{option} needs FORMAT=FILE", hint=f"FORMAT is one of {', '.join(formats)}")
    return name, path


def _file_output(text: str, style: Style) -> tuple[str, _Target]:
    name, path = format_and_file(text, FORMATS)
    return path, _Target(name, style._replace(colour=False, terminal=False, width=0))


def refuse_the_same(paths: Sequence[str]) -> None:
    """Of two reports in one file the second would be all there is."""
    seen: set[str] = set()
    for path in paths:
        file = os.path.normcase(os.path.realpath(path))
        if file in seen and file != os.devnull:
            raise UsageError("two reports would be written to this file", place=path, hint="give each its own")
        seen.add(file)


def write_whole(path: str, text: str, what: str) -> None:
    """The whole file or none of it: a reader never sees half of it. A device or a pipe is written to, not replaced.

    A link keeps pointing where it does: what it points at is written.
    """
    try:
        if _is_stream(path):
            _write_to(path, "a", text)
        else:
            _replace(os.path.realpath(path), text)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SealwrightError(f"{what} cannot be written: {reason}", place=path, hint="check the folder") from None


def _is_stream(path: str) -> bool:
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    # /dev/stdout may well be a regular file, one that somebody else has opened: it must stay the same file.
    return os.path.abspath(path).startswith("/dev/") or not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _replace(path: str, text: str) -> None:
    temporary = f"{path}.{os.getpid()}.tmp"
    if os.path.lexists(temporary):
        os.unlink(temporary)  # of a run that was killed, or a link that somebody has put there
    try:
        _write_to(temporary, "x", text)
        os.replace(temporary, path)
    except OSError:
        if os.path.lexists(temporary):
            os.unlink(temporary)
        raise


def _write_to(path: str, mode: str, text: str) -> None:
    sys.stdout.flush()
    with open(path, mode, encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.write(text)
