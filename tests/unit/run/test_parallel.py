"""Several processes: the same results in the same order, and an end to everything however it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing import active_children
from pathlib import Path

import pytest
from support import posix_only

from sealwright.errors import SealwrightError, UsageError
from sealwright.run import parallel
from sealwright.run.parallel import MAX_WORKERS, ordered_map

# Workers that are spawned import what they call by name: only names of the standard library and of the package do.
PROGRAM = """
import multiprocessing, sys, time
from sealwright.run.parallel import ordered_map
if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    for result in ordered_map(eval(sys.argv[2]), eval(sys.argv[3]), 2):
        print(result, flush=True)
"""
METHODS = ["spawn", *(["fork", "forkserver"] if os.name == "posix" else [])]


def started(method: str, function: str, jobs: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", PROGRAM, method, function, jobs]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def failing() -> Iterator[int]:
    yield from range(40)
    raise UsageError("no such file")


def test_an_error_comes_after_the_results_before_it() -> None:
    results = ordered_map(abs, failing(), 2)
    assert [next(results) for _ in range(40)] == list(range(40))
    with pytest.raises(UsageError, match="no such file"):
        next(results)


READER = """
import multiprocessing, subprocess, sys
from sealwright.run.parallel import ordered_map
def read():
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL):
        yield from range(200)
if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    print(sum(ordered_map(abs, read(), 2)))
"""


@posix_only
@pytest.mark.parametrize("method", METHODS)
def test_no_worker_holds_open_what_jobs_are_read_from(method: str) -> None:
    command = [sys.executable, "-W", "error", "-c", READER, method]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert (result.returncode, result.stdout) == (0, "19900\n"), result.stderr


def test_an_error_in_a_worker_comes_through() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        list(ordered_map(int, ["1", "x", "2"], 2))
    assert_no_children()


@posix_only
def test_a_killed_worker_is_an_error_with_advice() -> None:
    with pytest.raises(SealwrightError) as caught:
        list(ordered_map(os._exit, [9] * 100, 2))
    assert "was stopped from outside" in caught.value.message
    assert "--jobs 1" in caught.value.hint
    assert caught.value.exit_code == 3
    assert_no_children()


def test_who_stops_early_does_not_wait() -> None:
    long = 20.0
    results = ordered_map(time.sleep, [0.0] * 32 + [long] * 320, 2)
    before = time.monotonic()
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - before < long
    assert_no_children()


def assert_no_children() -> None:
    limit = time.monotonic() + 10
    while active_children() and time.monotonic() < limit:
        time.sleep(0.05)
    assert active_children() == []


def test_nothing_to_do() -> None:
    assert list(ordered_map(abs, [], 2)) == []


@pytest.mark.parametrize("count", [1, 31, 32, 33, 1000])
def test_results_come_in_order(count: int) -> None:
    assert list(ordered_map(abs, range(-count, 0), 3)) == list(range(count, 0, -1))


def test_memory_is_bounded() -> None:
    """Jobs are taken from their source only as fast as results are taken away."""
    taken = 0

    def jobs() -> Iterator[int]:
        nonlocal taken
        for number in range(100_000):
            taken += 1
            yield number

    results = ordered_map(abs, jobs(), 2)
    next(results)
    assert taken <= 32 * 6
    results.close()  # type: ignore[attr-defined]


def test_heavy_jobs_travel_alone() -> None:
    batches = list(parallel._batches([b"x" * (3 << 20)] * 5, len))
    assert [len(batch) for batch in batches] == [2, 2, 1]


def test_absurd_numbers_of_workers_are_cut() -> None:
    assert MAX_WORKERS == 61
    pool = list(ordered_map(abs, [1], 10**9))
    assert pool == [1]


@pytest.mark.parametrize("method", METHODS)
def test_every_start_method(method: str) -> None:
    with started(method, "abs", "range(-100, 0)") as process:
        output, errors = process.communicate(timeout=60)
    assert (output.split(), errors, process.returncode) == ([str(number) for number in range(100, 0, -1)], "", 0)


@posix_only
@pytest.mark.parametrize("method", METHODS)
def test_workers_end_with_a_parent_that_was_killed(method: str, tmp_path: Path) -> None:
    jobs = "[0.0] * 32 + [0.01] * 32 * 100"
    with started(method, "time.sleep", jobs) as process:
        assert process.stdout is not None
        process.stdout.readline()
        workers = children_of(process.pid)
        process.kill()
        process.wait(timeout=10)
    assert len(workers) >= 2
    limit = time.monotonic() + 10
    while any(map(is_alive, workers)) and time.monotonic() < limit:
        time.sleep(0.05)
    assert not any(map(is_alive, workers))


def children_of(pid: int) -> list[int]:
    output = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in output.splitlines()]
    direct = [child for child, parent in pairs if parent == pid]
    return direct + [child for child, parent in pairs if parent in direct]


def is_alive(pid: int) -> bool:
    output = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(output.strip()) and not output.startswith("Z")
