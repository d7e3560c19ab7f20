"""Starting a program that renders: found on the PATH, shut in, with limits, and with its words kept to itself.

Shut in means: an environment of its own with an empty PATH (no git, no plug-ins), no home, proxies that lead nowhere,
no kubeconfig; and on Linux, where the system permits it, a network namespace without a network.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from sealwright.run.limited import Limits, run_limited

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.run.limited import Finished

SECONDS: Final = 60
MOST_OUTPUT: Final = 64 * 1024 * 1024
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
    return run_limited(command, cwd, _ENVIRONMENT | kept, Limits(seconds, most, _MEMORY))
