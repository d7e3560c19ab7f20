"""`scan --jobs` as people run it: the same output, and an end to it by Ctrl-C or by the system."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support import posix_only, program, run_program, scrubbed

SECRET = "kind: Secret\nmetadata: {name: db}\nstringData: {password: correct horse battery}\n"

SPAWNED = """
import multiprocessing, sys
if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    from sealwright.cli import main
    sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(100):
        broken = "---\nkind: Secret\na: [\n" if number % 10 == 3 else ""
        (tmp_path / f"f{number:03}.yaml").write_text(f"{SECRET}{broken}" if number % 2 else "kind: ConfigMap\n")
    return tmp_path


def test_the_same_report(folder: Path) -> None:
    def report(*arguments: str) -> tuple[int, object]:
        done = run_program("sealwright", "scan", "--format", "json", *arguments, ".", cwd=folder)
        content = json.loads(done.stdout)
        content["summary"].pop("seconds")
        assert done.stderr == b""
        return done.returncode, content

    alone = report()
    assert alone[0] == 3
    assert report("--jobs", "3") == alone
    assert report("--jobs", "0") == alone


def test_the_same_with_spawned_workers(folder: Path) -> None:
    command = [sys.executable, "-c", SPAWNED, "scan", "--jobs", "2", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=60)
    alone = run_program("sealwright", "scan", ".", cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (3, alone.stdout, b"")


def test_a_path_that_is_not_there_comes_after_what_is(folder: Path) -> None:
    alone = run_program("sealwright", "scan", "f001.yaml", "none.yaml", cwd=folder)
    together = run_program("sealwright", "scan", "--jobs", "2", "f001.yaml", "none.yaml", cwd=folder)
    assert (together.returncode, together.stdout, together.stderr) == (2, alone.stdout, alone.stderr)


def running(folder: Path) -> subprocess.Popen[bytes]:
    """A scan with two workers that takes long, with its workers started."""
    text = "\n---\n".join([SECRET] * 5000)
    for number in range(300):
        (folder / f"long{number}.yaml").write_text(text)
    process = subprocess.Popen(
        [program("sealwright"), "scan", "--jobs", "2", "."],
        cwd=folder,
        env=scrubbed(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    limit = time.monotonic() + 20
    while len(members(process.pid)) < 3 and time.monotonic() < limit:
        time.sleep(0.02)
    time.sleep(0.3)
    return process


def members(group: int) -> list[int]:
    """The living processes of a process group."""
    lines = subprocess.run(["ps", "-A", "-o", "pid=,pgid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in lines.splitlines()]
    return [int(pid) for pid, found, state in rows if int(found) == group and not state.startswith("Z")]


def assert_ended(group: int) -> None:
    limit = time.monotonic() + 10
    while members(group) and time.monotonic() < limit:
        time.sleep(0.05)
    assert members(group) == []


@posix_only
@pytest.mark.parametrize("everyone", [True, False], ids=["terminal", "main process alone"])
def test_an_interrupt_ends_all_of_it_with_one_line(folder: Path, everyone: bool) -> None:
    with running(folder) as process:
        if everyone:
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (130, b"\ninterrupted: nothing was left half done\n")
    assert_ended(process.pid)


@posix_only
def test_a_killed_worker_is_told_and_ends_with_3(folder: Path) -> None:
    with running(folder) as process:
        worker = max(pid for pid in members(process.pid) if pid != process.pid)
        os.kill(worker, signal.SIGKILL)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 3
    assert errors.startswith(b"error: a worker process was stopped from outside")
    assert b"Traceback" not in errors
    assert_ended(process.pid)
