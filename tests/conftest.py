"""A clean environment for every test; and where the judges are required, a skipped test is a failed one."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from hypothesis import settings
from support import LEGITIMATE_SKIPS, scrubbed

_ORACLES = os.environ.get("SEALWRIGHT_ORACLES", "")

# The same examples in every run, so that a failure is about the change at hand. To search for new ones:
# pytest --hypothesis-profile=searching
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("searching", deadline=None, max_examples=1000)
settings.load_profile("steady")


@pytest.fixture(scope="session", autouse=True)
def _clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No CI, no colours, no terminal, nobody's home and nobody's git configuration, for tests and what they start."""
    before = dict(os.environ)
    wanted = scrubbed(before, home=tmp_path_factory.mktemp("home"))
    _replace_environment(wanted)
    yield
    _replace_environment(before)


def _replace_environment(wanted: dict[str, str]) -> None:
    for name in os.environ.keys() - wanted.keys():
        del os.environ[name]
    os.environ.update(wanted)


# The report is turned into a failure where it is made, so that pytest counts and names the test as it does any other,
# also when workers of pytest-xdist run it.


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_to_skip(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_to_skip(report)
    return report


def _refuse_to_skip(report: Any) -> None:
    """Turn a skip into a failure, unless its reason stands in LEGITIMATE_SKIPS or the judges are not required."""
    if not report.skipped or hasattr(report, "wasxfail") or _ORACLES != "required":
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = reason.removeprefix("Skipped: ")
    if not reason.startswith(LEGITIMATE_SKIPS):
        report.outcome = "failed"
        report.longrepr = f"skipped where it has to run (SEALWRIGHT_ORACLES=required): {reason}"
