"""Runs one command as a step: reports into the runner's temporary folder, a summary, annotations, outputs.

The command runs as a process of its own, so that whatever becomes of it, the step still says so; and isolated (-I), so
that no module of the repository or of the caller's environment takes the place of one of ours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Any

from sealwright.cli.github.files import error_command, fenced, say_inertly, write_outputs, write_summary
from sealwright.errors import ExitCode, SealwrightError

if TYPE_CHECKING:
    from collections.abc import Sequence

_REPORTS = {"json": "report.json", "sarif-github": "report.sarif", "github": "annotations.txt", "markdown": "report.md"}
_OUTPUTS = {"sarif-file": "report.sarif", "json-file": "report.json", "markdown-file": "report.md"}
_VERDICTS: dict[int, str] = {ExitCode.CLEAN: "pass", ExitCode.FINDINGS: "fail", ExitCode.INCOMPLETE: "incomplete"}
_JUDGING = ("scan", "verify", "gate")


def main(argv: Sequence[str]) -> int:
    """Run the command that is named; its exit code, last of all."""
    command = argv[0] if argv else ""
    folder = tempfile.mkdtemp(prefix="sealwright-", dir=os.environ.get("RUNNER_TEMP") or None)
    if command in _JUDGING:
        return _judge(command, folder)
    if command == "convert":
        return _convert(folder)
    sys.stderr.write(f"error: one of {', '.join(_JUDGING)}, convert\n")
    return int(ExitCode.USAGE)


def run_engine(command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`sealwright COMMAND` with the paths of SEALWRIGHT_PATHS, one on each line."""
    paths = [line.strip() for line in os.environ.get("SEALWRIGHT_PATHS", "").splitlines() if line.strip()]
    return subprocess.run(
        [sys.executable, "-I", "-m", "sealwright", command, *arguments, "--", *paths],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="backslashreplace",
        check=False,
    )


def verdict_of(code: int) -> str:
    """What an exit code means in a word."""
    return _VERDICTS.get(code, "error")


def tell_failure(command: str, verdict: str, said: str) -> None:
    """An annotation and a summary for a run that made no report: the first error, and what to do about it."""
    error = "\n".join(line for line in said.splitlines() if line.startswith(("error: ", "hint: "))) or said[-2000:]
    sys.stdout.write(error_command(f"sealwright {command}", error or "the command ended without a word"))
    write_summary(f"### sealwright {command}: {verdict}\n\n{fenced(error)}\n")


def _judge(command: str, folder: str) -> int:
    files = {name: os.path.join(folder, file) for name, file in _REPORTS.items()}
    wanted = [line.strip() for line in os.environ.get("SEALWRIGHT_OUTPUT", "").splitlines() if line.strip()]
    taken = _committed(wanted)
    if taken:
        hint = "rename it in the repository, or let the report go elsewhere"
        tell_failure(command, "error", f"error: {taken} is committed, and a report goes there\nhint:  {hint}")
        write_outputs({"verdict": "error", "findings": "0"})
        return int(ExitCode.USAGE)
    outputs = [f"--output={output}" for output in (*(f"{name}={path}" for name, path in files.items()), *wanted)]
    done = run_engine(command, "--format=text", *outputs)
    say_inertly(done.stdout)
    say_inertly(done.stderr)
    verdict = verdict_of(done.returncode)
    report = _read(files["json"])
    if report:
        sys.stdout.write(_read(files["github"]))
        write_summary(_read(files["markdown"]))
    else:
        tell_failure(command, verdict, done.stderr)
    found = {name: os.path.join(folder, file) for name, file in _OUTPUTS.items() if report}
    write_outputs({"verdict": verdict, "findings": str(_count(report)), **found})
    return done.returncode


def _committed(outputs: Sequence[str]) -> str:
    """The first FILE of these FORMAT=FILE that git tracks, as it is or where it is a link to; '' for none."""
    from sealwright.manifest.git import find_repository

    repository = find_repository() if outputs else None
    if repository is None:
        return ""
    for path in (output.partition("=")[2] for output in outputs):
        folder, name = os.path.split(path)
        for place in (os.path.join(os.path.realpath(folder), name), os.path.realpath(path)):
            inside = os.path.relpath(place, os.path.realpath(repository.root))
            if name and not inside.startswith(os.pardir) and repository.tracks(inside.replace(os.sep, "/")):
                return path
    return ""


def _convert(folder: str) -> int:
    from sealwright.cli.github.conversion import convert

    try:
        return convert(folder)
    except SealwrightError as error:
        verdict = verdict_of(error.exit_code)
        tell_failure("convert", verdict, f"error: {error}\nhint:  {error.hint}")
        write_outputs({"verdict": verdict})
        return int(error.exit_code)


def _count(report: str) -> int:
    """How many findings are new, of every severity, and how many sealed items do not open."""
    if not report:
        return 0
    content: dict[str, Any] = json.loads(report)
    new: int = sum(one["status"] == "new" for one in content["findings"])
    return new + sum(one["verdict"] in ("fails", "refuted") for one in content["verdicts"])


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""
