"""What the small runners of the tests share: repositories to look at, and a shell that has little of this machine."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from actions.wheelhouse import settings, wheelhouse
from oracle_npm import npm_folder
from support import program, scrubbed

VALUE = "correct-horse-" + "battery-staple"
SECRET = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: db}}\nstringData:\n  password: {VALUE}\n"
CLEAN = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b}\n"


def path_with_engine() -> str:
    """PATH as on a machine or in an image that has sealwright."""
    return f"{Path(program('sealwright')).parent}{os.pathsep}{os.environ['PATH']}"


def path_without_engine() -> str:
    """PATH without any folder that has sealwright."""
    folders = [folder for folder in os.environ["PATH"].split(os.pathsep) if folder]
    return os.pathsep.join(folder for folder in folders if not (Path(folder) / "sealwright").exists())


def run_shell(
    command: Sequence[str], script: str, cwd: Path, env: Mapping[str, str], path: str = ""
) -> tuple[int, str]:
    """Run a script, which is written into a file beside `cwd`; exit code and output, in which the value never is."""
    file = cwd.parent / f"{cwd.name}-step.sh"
    file.write_text(script, encoding="utf-8")
    environment = scrubbed(os.environ) | {"PATH": path or path_with_engine()} | dict(env)
    result = subprocess.run(
        [*command, str(file)],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=600,
    )
    assert VALUE not in result.stdout
    return result.returncode, result.stdout


def shell_check(script: str, shell: str) -> str:
    """What ShellCheck says of a script; nothing where it is content."""
    command = [program("shellcheck"), f"--shell={shell}", "-"]
    return subprocess.run(command, input=script, capture_output=True, text=True, check=False).stdout


def package_index(factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which pip finds this checkout, and what it needs, and nothing else."""
    folder = factory.getbasetemp() / "index"
    folder.mkdir(exist_ok=True)
    return settings(wheelhouse(folder))


def npm_program(package: str) -> str:
    """The path of the program that a package from npm brings; the test is skipped where it is not installed."""
    return str(npm_folder(package) / ".bin" / package.rpartition("/")[2])


def impostors(folder: Path) -> None:
    """Modules that would tell that they were run: `made` in the current folder."""
    for module in ("venv", "pip", "yaml", "json", "sealwright"):
        (folder / f"{module}.py").write_text("open('made', 'w')\nraise SystemExit(0)\n", encoding="utf-8")
