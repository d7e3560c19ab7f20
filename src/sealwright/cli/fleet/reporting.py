"""What the verbs of `sealwright fleet` that end in a report have in common: options, and the report itself."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sealwright.errors import ExitCode

if TYPE_CHECKING:
    import argparse
    from types import TracebackType

    from sealwright.cli.options import Parser
    from sealwright.fleet.model import Account, Question
    from sealwright.fleet.outputs.base import Look
    from sealwright.fleet.thresholds import Thresholds


def report_options(parser: Parser) -> None:
    """What goes where, what it is compared with, and what makes the exit code."""
    from sealwright.fleet.outputs.registry import FORMATS, TELLINGS

    parser.add_argument("--format", choices=tuple(TELLINGS), default=None, help="what goes to stdout (default: text)")
    output = f"also into a file, or a folder for sarif (repeatable): {', '.join(FORMATS)}"
    parser.add_argument("--output", action="append", default=None, metavar="FORMAT=FILE", help=output)
    since = "an earlier run, for the trend in html (repeatable)"
    parser.add_argument("--since", action="append", default=None, metavar="FOLDER", help=since)
    threshold_options(parser)


def threshold_options(parser: Parser) -> None:
    """What makes the exit code, and whether there is colour."""
    from sealwright.cli.options import CONFIDENCES, SEVERITIES

    threshold = "fail at or above this severity (default: low)"
    parser.add_argument("--severity-threshold", choices=SEVERITIES, default=None, help=threshold)
    sureness = "fail when at least this sure (default: likely)"
    parser.add_argument("--confidence-threshold", choices=CONFIDENCES, default=None, help=sureness)
    parser.add_argument("--exit-zero", action="store_true", default=None, help="findings do not make the exit code 1")
    parser.add_argument("--color", choices=("auto", "always", "never"), default=None, help="default: auto")


def thresholds(options: argparse.Namespace) -> Thresholds:
    """Those of the command line."""
    from sealwright.fleet.thresholds import Thresholds

    return Thresholds(options.severity_threshold or "low", options.confidence_threshold or "likely")


class Report:
    """The whole report of a run, while accounts come in: a context that is left by `finish`, or by an error."""

    def __init__(self, options: argparse.Namespace, question: Question) -> None:
        """Raises UsageError for an output that cannot be, SealwrightError for one that cannot be written."""
        from sealwright.cli.outputs import format_and_file, refuse_the_same
        from sealwright.fleet.outputs.registry import FORMATS, Outputs, telling
        from sealwright.fleet.tally import Tally

        self._options = options
        self._question = question
        targets = [format_and_file(text, FORMATS) for text in options.output or ()]
        refuse_the_same([path for _, path in targets])
        look = _look(options, question)
        self._tally = Tally(look.thresholds, started=question.started)
        self._main = telling(options.format or "text", look)
        self._files = Outputs(targets, look)

    def __enter__(self) -> Report:  # noqa: PYI034 - `Self` is not in Python 3.10
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.__exit__(kind, error, trace)

    def add(self, position: int, account: Account) -> None:
        """The next account, in the order of the list."""
        for taker in (self._tally, self._main, self._files):
            taker.add(position, account)

    def finish(self, listed: int) -> ExitCode:
        """What goes to standard output, the rest of every file, and the exit code of a run over so many repositories.

        Accounts that are missing make it 3.
        """
        from sealwright.fleet.summary import exit_code, figures

        found = figures(self._question, listed, self._tally)
        self._files.close(found)
        sys.stdout.write(self._main.finish(found))
        sys.stdout.flush()
        code = exit_code(found)
        return ExitCode.CLEAN if self._options.exit_zero and code is ExitCode.FINDINGS else code


def _look(options: argparse.Namespace, question: Question) -> Look:
    """What outputs have to know of a run. Reads the earlier runs."""
    from contextlib import closing

    from sealwright.cli.outputs import write_whole
    from sealwright.cli.style import style
    from sealwright.config import Config
    from sealwright.fleet.outputs.base import Look
    from sealwright.fleet.run_folder import RunFolder
    from sealwright.fleet.summary import summary

    limits = thresholds(options)
    earlier = []
    for folder in options.since or ():
        with closing(RunFolder.read(folder)) as run:
            earlier.append(summary(run, limits))
    seen = style(options.color, None, Config())
    return Look(write_whole, limits, question.started, earlier, seen, question.command)
