"""What a step tells its workflow: outputs, the summary of the job, and lines that are no commands.

Source: docs.github.com, "Workflow commands for GitHub Actions".
"""

from __future__ import annotations

import os
import secrets
import sys
from typing import TYPE_CHECKING

from sealwright.report.github import escaped

if TYPE_CHECKING:
    from collections.abc import Mapping

SUMMARY_LIMIT = 1024 * 1024
"""Bytes; the summary of a step that has more is dropped without a word."""
_CUT = "\n\nThe rest does not fit in here: see the reports that the step names in its outputs.\n"


def write_outputs(values: Mapping[str, str]) -> None:
    """Append outputs of the step to the file that GITHUB_OUTPUT names; nothing is done where it names none."""
    parts = []
    for name, value in values.items():
        end = f"end-{secrets.token_hex(16)}"  # not to be guessed by whoever names a file
        parts.append(f"{name}<<{end}\n{value}\n{end}\n")
    _append("GITHUB_OUTPUT", "".join(parts).encode("utf-8", "backslashreplace"))


def write_summary(text: str) -> None:
    """Append Markdown to the summary of the job, cut at the end of a line where the limit of a step asks for it."""
    data, limit = text.encode("utf-8", "backslashreplace"), SUMMARY_LIMIT - _size("GITHUB_STEP_SUMMARY")
    if len(data) > limit:
        rest = _CUT.encode("utf-8")
        kept = data[: max(0, limit - len(rest))]
        data = kept[: kept.rfind(b"\n") + 1] + rest if len(rest) <= limit else b""
    _append("GITHUB_STEP_SUMMARY", data)


def say_inertly(text: str) -> None:
    """Text to the log in which no line is a workflow command, whatever stands at its beginning."""
    if not text:
        return
    token = secrets.token_hex(16)
    end = "" if text.endswith("\n") else "\n"
    sys.stdout.write(f"::stop-commands::{token}\n{text}{end}::{token}::\n")
    sys.stdout.flush()


def error_command(title: str, message: str) -> str:
    """An annotation without a place."""
    return f"::error title={title}::{escaped(message)}\n"


def fenced(text: str) -> str:
    """Text as a block of code, whatever it holds."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}text\n{text.rstrip()}\n{fence}\n"


def _size(variable: str) -> int:
    try:
        return os.path.getsize(os.environ.get(variable) or os.devnull)
    except OSError:
        return 0


def _append(variable: str, data: bytes) -> None:
    path = os.environ.get(variable)
    if path and data:
        with open(path, "ab") as file:
            file.write(data)
