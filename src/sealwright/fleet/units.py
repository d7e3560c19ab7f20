"""A command of this program for one repository: a process of its own in the repository's checkout.

Whatever becomes of it, a crash, an endless loop or too much memory, is told of that repository and hurts no other one.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.errors import ExitCode
from sealwright.finding import Problem
from sealwright.fleet.checkouts import NOBODYS
from sealwright.run.limited import Limits, run_limited

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.run.limited import Finished

SECONDS = 3600
"""For which one repository may be worked on, unless something else is said."""
_MOST_OUTPUT = 256 * 1024 * 1024
_UNWANTED = ("GIT_", "GITHUB_", "PYTHON", "SEALWRIGHT_")
"""Beginnings of variables that steer this program, or git, for the one who started the fleet."""
_WHOLE = "."
_HINT = "try it by hand in a clone of the repository"


class Ended(NamedTuple):
    """How a command ended. `report` is its JSON; None where there is none, and then `problem` says why."""

    code: int
    report: dict[str, Any] | None = None
    problem: Problem | None = None


def run_unit(root: str, arguments: Sequence[str], seconds: int) -> Ended:
    """`sealwright ARGUMENTS` in the folder, as a person would run it there; the arguments ask for JSON."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_UNWANTED)}
    command = (sys.executable, "-I", "-m", "sealwright.cli.fleet.unit", *arguments)
    limits = Limits(seconds, _MOST_OUTPUT)
    return _ended(run_limited(command, root, {**kept, **NOBODYS}, limits, leash=True), arguments[0], root)


def _ended(done: Finished, command: str, root: str) -> Ended:
    report = _report(done.output) if done.output else None
    if report is not None and 0 <= done.code <= ExitCode.INCOMPLETE:
        return Ended(done.code, report)
    if done.stopped:
        problem = Problem(_WHOLE, f"sealwright {command} {done.stopped}: not checked", hint=_HINT)
    elif done.code < 0:
        problem = Problem(_WHOLE, f"sealwright {command} was stopped by signal {-done.code}: not checked", hint=_HINT)
    else:
        words = done.errors.decode("utf-8", "backslashreplace")
        for folder in (root, os.path.realpath(root)):  # nobody knows it but this worker, for a moment
            words = words.replace(folder + os.sep, "")
        problem = _said(words, command)
    return Ended(int(ExitCode.USAGE if done.code == ExitCode.USAGE else ExitCode.INCOMPLETE), problem=problem)


def _report(output: bytes) -> dict[str, Any] | None:
    try:
        report = json.loads(output)
    except (ValueError, RecursionError):
        return None
    return report if isinstance(report, dict) else None


def _said(words: str, command: str) -> Problem:
    """The first error in our own words, which hold no value; anything else is not repeated."""
    lines = words.splitlines()
    message = next((line.removeprefix("error: ") for line in lines if line.startswith("error: ")), "")
    hint = next((line.removeprefix("hint:").strip() for line in lines if line.startswith("hint:")), "")
    if not message:
        return Problem(_WHOLE, f"sealwright {command} ended without a report: not checked", hint=_HINT)
    return Problem(_WHOLE, message, hint=hint)
