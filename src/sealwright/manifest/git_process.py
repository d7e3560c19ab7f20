"""How git is started: in one place, so that nothing a repository says can make git run something or use a network.

Every call turns off what configuration could make git execute (fsmonitor, hooks, fetching what a partial clone left
out), and what could show other content than the commits have (replacements, grafts). What the caller's environment says
about where objects and the index are is honoured: hooks run with such variables. Only `fetching` may use a network.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NoReturn

from sealwright.errors import NetworkError, SealwrightError, UsageError

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
_PIECE = 65536
_LINGER_SECONDS = 1.0
_GRACE_SECONDS = 5.0
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
    except (FileNotFoundError, NotADirectoryError):
        raise _not_started(cwd) from None


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

    try:
        return subprocess.Popen(
            ["git", *_SAFE, *args],
            cwd=cwd,
            env=_environment(),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except (FileNotFoundError, NotADirectoryError):
        raise _not_started(cwd) from None


def _not_started(cwd: str) -> SealwrightError:
    """Python says the same of a program that is not there and of a folder to start it in."""
    if not os.path.isdir(cwd):
        return SealwrightError("the repository's folder is gone", hint="see that it stays where it is while it is read")
    return UsageError("git is not installed or not on PATH", hint="install git, or name files and folders")


def fetching(
    cwd: str, *args: str, seconds: float, transports: str, request: bytes = b"", traced: bool = False
) -> subprocess.CompletedProcess[bytes]:
    """A command that talks to another repository, in a folder that is a repository of ours; stderr is scrubbed.

    `transports` are those that git may use (`https:ssh`), whatever its configuration says. The user's configuration
    and credential helpers are used; nobody is asked for anything. `traced`: stderr has what git and the other side say
    in git's protocol (no headers: no credentials). Raises NetworkError after so many `seconds`, UsageError without git.
    """
    import subprocess

    from sealwright.manifest.git_network import OPTIONS, scrubbed, unattended

    has_own_ssh = bool(run(cwd, "config", "--get", "core.sshCommand").stdout)
    environment = unattended(_environment(), transports, has_own_ssh=has_own_ssh)
    process = subprocess.Popen(
        ["git", *_SAFE, *OPTIONS, *args],
        cwd=cwd,
        env=environment | ({"GIT_TRACE_PACKET": "1"} if traced else {}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # no terminal that anything could ask at, and one group that can be ended
    )
    streams = _Streams(process, request)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        message = f"git was not done after {seconds:.0f} seconds"
        raise NetworkError(message, hint="see whether the host answers, and try again") from None
    finally:
        _end(process)
        out, words = streams.read()
    return subprocess.CompletedProcess(process.args, process.returncode, out, scrubbed(words))


class _Streams:
    """What goes into a process and comes out of it, all at the same time."""

    def __init__(self, process: subprocess.Popen[bytes], request: bytes) -> None:
        from threading import Thread

        self._process = process
        self._request = request
        self._out = bytearray()
        self._words = bytearray()
        self._threads = [Thread(target=work, daemon=True) for work in (self._write, self._keep_all, self._keep_last)]
        for thread in self._threads:
            thread.start()

    def read(self) -> tuple[bytes, bytes]:
        """Output and messages of a process that has ended. What it left running (ssh may) is not waited for."""
        for thread, most in zip(self._threads, (None, None, _LINGER_SECONDS), strict=True):
            thread.join(most)
        return bytes(self._out), bytes(self._words)

    def _write(self) -> None:
        if self._process.stdin is not None:
            try:
                with self._process.stdin as stream:
                    stream.write(self._request)
            except OSError:
                pass  # git has stopped, and says why

    def _keep_all(self) -> None:
        if self._process.stdout is not None:
            with self._process.stdout as stream:
                while piece := stream.read(_PIECE):
                    self._out += piece

    def _keep_last(self) -> None:
        """A host may talk without end."""
        if self._process.stderr is not None:
            with self._process.stderr as stream:
                while piece := os.read(stream.fileno(), _PIECE):
                    self._words += piece
                    del self._words[:-_PIECE]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End git and what it started, if it has not ended by itself."""
    import signal
    import subprocess

    if process.poll() is not None:
        return
    try:
        os.killpg(process.pid, signal.SIGTERM) if os.name == "posix" else process.terminate()
        process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL) if os.name == "posix" else process.kill()
        process.wait()
    except ProcessLookupError:
        process.wait()


def _environment() -> dict[str, str]:
    environment = {**os.environ, **_FIXED}
    for name in _FROM_THE_CURRENT_FOLDER:  # git is started in the root
        if environment.get(name):
            environment[name] = os.path.abspath(environment[name])
    return environment
