"""Environments that no program should meet: no home, no locale, no folder for temporary files, nonsense everywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support import Repository, posix_only, program
from unit.verify.made import pair

pytestmark = posix_only

VALUE = "correct-horse-" + "battery-staple"
SECRET = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: db, namespace: shop}}\nstringData: {{password: {VALUE}}}\n"
COMMANDS = {
    ("scan",): {1},
    ("scan", "--history", "HEAD"): {1},
    ("gate",): {1},
    ("inventory", "--points", "1"): {0},
    ("seal", "--in-place", "--certificate", "certificate.pem", "apps"): {0},
    ("convert", "--to", "sealed-secret", "--certificate", "certificate.pem"): {0},
    ("doctor",): {0, 1},
    ("version",): {0},
}
"""With the exit codes that they have in an ordinary environment, too."""
NO_GIT = {("scan",): {1, 2}, ("scan", "--history", "HEAD"): {2, 3}}
ENVIRONMENTS: dict[str, dict[str, str | None]] = {
    "no home": {"HOME": None},
    "a home that is nowhere": {"HOME": "/nonexistent/x"},
    "a home that is a file": {"HOME": "/etc/passwd"},
    "an empty home": {"HOME": ""},
    "the locale C": {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "a locale of no country": {"LANG": "xx_YY.nonsense", "LC_ALL": "zz"},
    "no folder for temporary files": {"TMPDIR": "/nonexistent"},
    "a terminal of no size": {"COLUMNS": "-5", "LINES": "x", "TERM": "\x1b"},
    "no time zone of this world": {"TZ": "nonsense/zone+99"},
    "no folders for state": {"XDG_DATA_HOME": "relative", "XDG_STATE_HOME": "/dev/null", "XDG_CONFIG_HOME": "\udcff"},
    "no proxies": {"HTTPS_PROXY": "::", "KUBECONFIG": "/dev/zero:\udcff", "EDITOR": "'"},
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    repository = Repository.init(tmp_path_factory.mktemp("environment") / "base")
    repository.write("apps/dätei.yaml", SECRET)
    repository.write("certificate.pem", pair()[1])
    repository.commit()
    return repository.path


def run(command: tuple[str, ...], folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    done = subprocess.run(
        [program("sealwright"), *command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=120,
    )
    said = (done.stdout + done.stderr).decode(errors="replace")
    assert "Traceback" not in said
    assert "a bug in sealwright" not in said
    assert VALUE not in said
    return done.returncode, said


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_command_does_what_it_always_does(name: str, base: Path, tmp_path: Path) -> None:
    plain = {key: os.environ[key] for key in ("PATH", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM") if key in os.environ}
    changed = plain | {"HOME": str(tmp_path)} | ENVIRONMENTS[name]
    environment = {key: value for key, value in changed.items() if value is not None}
    for command, codes in COMMANDS.items():
        folder = tmp_path / "repository"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(base, folder)
        code, said = run(command, folder, environment)
        assert code in codes, (command, said)


def test_without_git_what_needs_it_says_so(base: Path, tmp_path: Path) -> None:
    for command, codes in NO_GIT.items():
        code, said = run(command, base, {"HOME": str(tmp_path), "PATH": str(tmp_path)})
        assert code in codes, (command, said)
        assert "git" in said


def test_a_current_folder_that_is_gone(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    line = f'cd "{gone}" && rmdir "{gone}" && exec "$@"'
    for command in (("scan",), ("version",), ("policy", "list"), ("seal", "--certificate", "c.pem", "x.yaml")):
        done = subprocess.run(
            ["bash", "-c", line, "bash", program("sealwright"), *command],
            capture_output=True,
            check=False,
            timeout=120,
        )
        gone.mkdir(exist_ok=True)
        assert done.returncode in {0, 2, 3}, (command, done.stderr)
        assert b"Traceback" not in done.stderr
        assert b"a bug in sealwright" not in done.stderr
