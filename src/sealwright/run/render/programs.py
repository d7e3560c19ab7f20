"""Starting a program that renders: found on the PATH, shut in, with limits, and with its words kept to itself.

Shut in means: an environment of its own with an empty PATH (no git, no plug-ins), no home, proxies that lead nowhere,
no kubeconfig; and on Linux, where the system permits it, a network namespace without a network.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import IO, TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS: Final = 60
MOST_OUTPUT: Final = 64 * 1024 * 1024
_MOST_WORDS: Final = 64 * 1024
_MEMORY: Final = 2 * 1024 * 1024 * 1024
"""Bytes of data that a program may have, where the system can be told so."""

_NOWHERE: Final = os.path.join(os.path.abspath(os.sep), "nonexistent", "sealwright")
_DEAD_PROXY: Final = "http://127.0.0.1:9"
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
_HELM = (
    "PLUGINS",
    "CACHE_HOME",
    "CONFIG_HOME",
    "DATA_HOME",
    "REGISTRY_CONFIG",
    "REPOSITORY_CONFIG",
    "REPOSITORY_CACHE",
)
_HOMES = (
    "HOME",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
    "XDG_DATA_HOME",
    "TMPDIR",
)
_NEEDED_ON_WINDOWS = ("SYSTEMROOT", "WINDIR")
_ENVIRONMENT: dict[str, str] = {
    **dict.fromkeys((*_HOMES, *(f"HELM_{name}" for name in _HELM), "KUBECACHEDIR", "TEMP", "TMP"), _NOWHERE),
    **dict.fromkeys(_PROXIES, _DEAD_PROXY),
    "PATH": _NOWHERE,
    "KUBECONFIG": os.devnull,
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    "HELM_NO_PLUGINS": "1",
    "GOMAXPROCS": "2",
    "LC_ALL": "C",
}
_FIRST_WORDS: Final = b"unshare: "


class Finished(NamedTuple):
    """How a program ended. `stopped` says why it was stopped; its words (`errors`) may hold values: never show them."""

    code: int
    output: bytes
    errors: bytes
    stopped: str = ""

    def __repr__(self) -> str:
        return f"Finished({self.code})"


def program_path(name: str, root: str) -> str:
    """The absolute path of a program on the PATH; '' if there is none.

    What lies in the repository at `root`, or in whichever folder is the current one, does not count: nothing of a
    repository is executed.
    """
    endings = os.environ.get("PATHEXT", ".EXE").split(os.pathsep) if os.name == "nt" else [""]
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if os.path.isabs(folder):
            for ending in endings:
                path = os.path.join(folder, name + ending)
                if os.path.isfile(path) and os.access(path, os.X_OK) and not _is_below(os.path.realpath(path), root):
                    return path
    return ""


def _is_below(path: str, root: str) -> bool:
    real = os.path.realpath(root) if root else ""
    return bool(real) and path.startswith(real.rstrip(os.sep) + os.sep)


def run_shut_in(command: Sequence[str], cwd: str, *, seconds: float = SECONDS, most: int = MOST_OUTPUT) -> Finished:
    """Run a program to its end, or to one of the limits. `command` begins with an absolute path."""
    apart = program_path("unshare", "") if sys.platform == "linux" else ""
    if apart:
        finished = _run([apart, "--user", "--map-root-user", "--net", "--", *command], cwd, seconds, most)
        if not finished.errors.startswith(_FIRST_WORDS):
            return finished
    return _run(command, cwd, seconds, most)


def _run(command: Sequence[str], cwd: str, seconds: float, most: int) -> Finished:
    kept = {name: os.environ[name] for name in _NEEDED_ON_WINDOWS if name in os.environ}
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=_ENVIRONMENT | kept,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    _limit_memory(process.pid)
    late = threading.Event()

    def stop() -> None:
        late.set()
        _kill(process)

    timer = threading.Timer(seconds, stop)
    timer.start()
    words: list[bytes] = []
    listener = threading.Thread(target=_drain, args=(process.stderr, words), daemon=True)
    listener.start()
    try:
        output = process.stdout.read(most + 1) if process.stdout is not None else b""
        too_much = len(output) > most
        if too_much:
            _kill(process)
        code = process.wait()
        listener.join()
    finally:
        timer.cancel()
        if process.poll() is None:
            _kill(process)
        process.stdout.close() if process.stdout is not None else None
    stopped = f"took longer than {seconds:g} seconds" if late.is_set() else ""
    stopped = f"wrote more than {most // 1048576} MiB" if too_much else stopped
    return Finished(code, b"" if stopped else output, b"".join(words), stopped)


def _drain(stream: IO[bytes], words: list[bytes]) -> None:
    """Keep the beginning of what a program says, and read the rest so that it does not wait."""
    with stream:
        words.append(stream.read(_MOST_WORDS))
        while stream.read(_MOST_WORDS):
            pass


def _limit_memory(pid: int) -> None:
    if sys.platform != "linux":
        return
    import resource

    try:
        resource.prlimit(pid, resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    except (OSError, ValueError):
        pass  # it has ended already, or the system does not permit it


def _kill(process: subprocess.Popen[bytes]) -> None:
    """The program and whatever it started; nothing where it has ended."""
    try:
        if os.name == "posix":
            import signal

            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):
        pass
