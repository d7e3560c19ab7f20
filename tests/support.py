"""What tests share: a clean environment, the installed programs, throw-away repositories, and reasons to skip.

`conftest.py` puts the whole test session into `scrubbed(os.environ)`; the helpers here use it for what they start.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = (ROOT / "src" / "sealwright", ROOT / "hooks")

_UNWANTED = (
    "AWS_",
    "BUILDKITE",
    "CI",
    "CLICOLOR",
    "CODECATALYST",
    "COLUMNS",
    "FORCE_COLOR",
    "GIT_",
    "GITHUB_",
    "GITLAB_",
    "KUBECONFIG",
    "LINES",
    "NO_COLOR",
    "PREK",
    "PRE_COMMIT",
    "PYTHONPATH",
    "PYTHONWARNINGS",
    "RUNNER_",
    "SEALWRIGHT_",
    "TF_BUILD",
    "VAULT_",
    "XDG_",
)
"""Beginnings of variables that steer the program or git, or tell it that it runs in CI."""

_WANTED = ("AWS_CA_BUNDLE", "GIT_SSL_", "GIT_PROXY_", "SEALWRIGHT_KUBESEAL", "SEALWRIGHT_ORACLE")
"""Exceptions: how to reach the network, and where the judges are."""

NO_SHARED_DATA = "the shared test data is not beside this clone"
POSIX_ONLY = "runs on POSIX systems only"
WINDOWS_ONLY = "runs on Windows only"
NOT_AS_ROOT = "permissions do not stop root"
OTHER_PLATFORM = "another platform is needed"
OTHER_PYTHON = "another version of Python is needed"

LEGITIMATE_SKIPS = (NO_SHARED_DATA, POSIX_ONLY, WINDOWS_ONLY, NOT_AS_ROOT, OTHER_PLATFORM, OTHER_PYTHON)
"""Reasons, or beginnings of them, that hold even where everything that can be installed is installed."""


def scrubbed(environment: Mapping[str, str], home: Path | None = None) -> dict[str, str]:
    """A copy without what would change the program's behaviour; proxies, pip, uv and certificates stay.

    With `home`, that folder becomes the home. Git sees no configuration but gets a name to commit under.
    """
    kept = {
        name: value
        for name, value in environment.items()
        if name.startswith(_WANTED) or not name.upper().startswith(_UNWANTED)
    }
    if home is not None:
        kept |= {"HOME": str(home), "USERPROFILE": str(home)}
    person = {"NAME": "Test Person", "EMAIL": "test@example.com", "DATE": "2026-01-01T00:00:00+00:00"}
    kept |= {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in person.items()}
    return kept | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "TERM": "dumb"}


def program(name: str) -> str:
    """Path of a console script that is installed beside the Python that runs the tests."""
    folder = sysconfig.get_path("scripts")
    found = shutil.which(name, path=folder)
    assert found, f"{name} is not in {folder}: run scripts/develop.py"
    return found


def run_program(
    *arguments: str | Path,
    cwd: str | Path,
    stdin: bytes | None = None,
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run an installed program (`sealwright`, `sealwright-scan`, ...) and capture what it says.

    `env` is added to the scrubbed environment. Without `stdin`, standard input is empty. Never raises for an exit code.
    """
    name, *rest = (str(argument) for argument in arguments)
    return subprocess.run(
        [program(name), *rest],
        cwd=cwd,
        input=stdin if stdin is not None else b"",
        env=scrubbed(os.environ) | dict(env or {}),
        capture_output=True,
        check=False,
        timeout=120,
    )


class Repository:
    """A throw-away git repository."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def init(cls, path: Path) -> Repository:
        """Make the folder, if need be, and a repository with an empty branch `main` in it."""
        path.mkdir(parents=True, exist_ok=True)
        repository = cls(path)
        repository.git("init", "--quiet", "--initial-branch=main")
        return repository

    def git(self, *arguments: str | Path, stdin: bytes | None = None) -> str:
        """Run git in the repository; its output without the trailing line end. Fails with what git said."""
        result = subprocess.run(
            ["git", *(str(argument) for argument in arguments)],
            cwd=self.path,
            input=stdin if stdin is not None else b"",
            env=scrubbed(os.environ),
            capture_output=True,
            check=False,
            timeout=120,
        )
        assert result.returncode == 0, f"git {' '.join(map(str, arguments))}: {result.stderr.decode(errors='replace')}"
        return result.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def write(self, path: str, content: str | bytes) -> Path:
        """Write a file, byte for byte, and return where it is."""
        target = self.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        return target

    def read(self, path: str) -> bytes:
        """The bytes of a file of the work tree."""
        return (self.path / path).read_bytes()

    def add(self, *paths: str) -> None:
        """Stage the paths, or everything."""
        self.git("add", "--all", "--", *(paths or (".",)))

    def commit(self, message: str = "Change") -> str:
        """Stage everything, commit it, and return the commit's id."""
        self.add()
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")


@cache
def project_files() -> tuple[Path, ...]:
    """The files of this checkout that are tracked, or would be: existing, and not ignored."""
    # safe.directory: a container may run as another user than the owner of the checkout.
    command = ["git", "-c", f"safe.directory={ROOT.as_posix()}", "ls-files", "-z", "--cached", "--others"]
    output = subprocess.run(
        [*command, "--exclude-standard"], cwd=ROOT, env=scrubbed(os.environ), capture_output=True, check=True
    ).stdout
    paths = sorted({ROOT / os.fsdecode(name) for name in output.split(b"\0") if name})
    return tuple(path for path in paths if path.is_file())


@cache
def pyproject() -> dict[str, Any]:
    """The content of pyproject.toml."""
    # By name: a type checker that is told of 3.10 would look for tomli, which newer environments do not have.
    reader = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    content: dict[str, Any] = reader.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return content


def shared_dir() -> Path | None:
    """The folder `shared` beside the checkout, or None: large test data that is not part of the project."""
    folder = ROOT.parent / "shared"
    return folder if folder.is_dir() else None


needs_shared = pytest.mark.skipif(shared_dir() is None, reason=NO_SHARED_DATA)
posix_only = pytest.mark.skipif(os.name != "posix", reason=POSIX_ONLY)
windows_only = pytest.mark.skipif(sys.platform != "win32", reason=WINDOWS_ONLY)
not_as_root = pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() == 0, reason=NOT_AS_ROOT)
