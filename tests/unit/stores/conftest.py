"""One server for all tests of AWS in this session, empty for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from aws_stand_in import Aws, Door, aws_server, trouble


@pytest.fixture(scope="session")
def _aws_process() -> Iterator[Aws]:
    with aws_server() as aws:
        yield aws


@pytest.fixture
def aws(_aws_process: Aws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """The server, empty, in the environment of this process."""
    _aws_process.reset()
    for name, value in _aws_process.environment.items():
        monkeypatch.setenv(name, value)
    return _aws_process


@pytest.fixture
def door(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """A door in front of the server, through which this process sees it; calls are tried twice."""
    with trouble(aws) as (door, seen):
        monkeypatch.setenv("AWS_ENDPOINT_URL", seen.url)
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
        yield door
