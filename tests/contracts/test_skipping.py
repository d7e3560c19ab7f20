"""Where the judges are required, a test that was skipped without a legitimate reason makes the run fail."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import NO_SHARED_DATA, ROOT

TESTS = f"""\
import pytest

def test_that_skips_by_itself():
    pytest.skip("kubeseal is not here")

@pytest.mark.skipif(True, reason="strace is not here")
def test_that_is_marked():
    pass

@pytest.fixture
def judge():
    pytest.skip("no judge")

def test_whose_fixture_skips(judge):
    pass

@pytest.mark.skipif(True, reason="{NO_SHARED_DATA}")
def test_that_may_skip():
    pass

@pytest.mark.xfail(reason="known")
def test_that_is_known_to_fail():
    assert False

def test_that_passes():
    pass
"""

MODULE = 'import pytest\npytest.skip("a whole module", allow_module_level=True)\n'


def run(folder: Path, content: str, *arguments: str, oracles: str) -> tuple[int, list[str]]:
    """Exit code and lines of a pytest that runs one file of tests under this project's conftest."""
    (folder / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "test_some.py").write_text(content, encoding="utf-8")
    options = ["-q", "-rA", "-o", f"pythonpath={ROOT / 'tests'}", "-p", "no:cacheprovider", *arguments]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--rootdir", str(folder), str(folder)],
        cwd=folder,
        env=dict(os.environ, SEALWRIGHT_ORACLES=oracles, PYTEST_ADDOPTS="", PYTHONPATH=str(ROOT / "tests")),
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stdout.splitlines()


WORKERS = pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["one process", "workers"])


@WORKERS
def test_a_skip_fails_where_judges_are_required(tmp_path: Path, workers: list[str]) -> None:
    code, lines = run(tmp_path, TESTS, *workers, oracles="required")
    assert code == 1
    failed = sorted(line.split()[1].partition("::")[2] for line in lines if line.startswith(("FAILED", "ERROR")))
    assert failed == ["test_that_is_marked", "test_that_skips_by_itself", "test_whose_fixture_skips"]
    assert "1 skipped" in lines[-1]
    assert "1 xfailed" in lines[-1]


def test_a_skip_is_a_skip_elsewhere(tmp_path: Path) -> None:
    code, lines = run(tmp_path, TESTS, oracles="")
    assert code == 0
    assert "4 skipped" in lines[-1]


@WORKERS
def test_a_module_that_skips_itself_fails_too(tmp_path: Path, workers: list[str]) -> None:
    code, lines = run(tmp_path, MODULE, *workers, oracles="required")
    assert code not in (0, 5)
    assert any(line.startswith("ERROR test_some.py") for line in lines)
