"""How git is started: in one place, so that nothing a repository says can make git run something or use a network.

Every call turns off what configuration could make git execute (fsmonitor, hooks, fetching what a partial clone left
out), and what could show other content than the commits have (replacements, grafts). What the caller's environment says
about where objects and the index are is honoured: hooks run with such variables.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NoReturn

from sealwright.errors import SealwrightError, UsageError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping
    from typing import IO

_SAFE = (
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.quotePath=false"),
    *("-c", "advice.graftFileDeprecated=false"),
)
_FIXED = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # before 2.45, git fetches what is missing whatever the variable above says
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "LC_ALL": "C",
}
_FROM_THE_CURRENT_FOLDER = ("GIT_DIR", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY")


def run(
    cwd: str, *args: str, request: bytes = b"", extra: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """One command from beginning to end, whatever its exit code. Raises UsageError where there is no git.

    `extra` are variables of git's that this command alone gets: other folders for objects, another index.
    """
    import subprocess

    try:
        return subprocess.run(
            ["git", *_SAFE, *args],
            cwd=cwd,
            env=_environment() | dict(extra or {}),
            input=request,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise UsageError("git is not installed or not on PATH", hint="install git, or name files and folders") from None


def output(cwd: str, *args: str, request: bytes = b"", extra: Mapping[str, str] | None = None) -> bytes:
    """What a command prints. Raises SealwrightError with git's own words where it fails. `extra` is as for `run`."""
    result = run(cwd, *args, request=request, extra=extra)
    if result.returncode != 0:
        refuse(args[0], result.stderr)
    return result.stdout


def object_id(root: str, name: str) -> str:
    """The id of what git knows by a name; '' where it knows nothing. It must not be one that the repository chose."""
    result = run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", name)
    return result.stdout.decode("ascii", "replace").strip() if result.returncode == 0 else ""


def refuse(command: str, stderr: bytes) -> NoReturn:
    """The error for a command that failed."""
    lines = stderr.decode("utf-8", "replace").strip().splitlines() or ["no message"]
    hint = "run the same command by hand to see more"
    if "safe.directory" in lines[-1]:
        hint = f"the repository belongs to another user; if you trust it: {lines[-1].strip()}"
    raise SealwrightError(f"git {command} failed: {lines[0]}", hint=hint)


def start(cwd: str, *args: str, stdin: int | IO[bytes]) -> subprocess.Popen[bytes]:
    """A command whose output is read while it runs. Nobody reads its messages: a pipe for them could fill up."""
    import subprocess

    return subprocess.Popen(
        ["git", *_SAFE, *args],
        cwd=cwd,
        env=_environment(),
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _environment() -> dict[str, str]:
    environment = {**os.environ, **_FIXED}
    for name in _FROM_THE_CURRENT_FOLDER:  # git is started in the root
        if environment.get(name):
            environment[name] = os.path.abspath(environment[name])
    return environment
