"""A Dask scheduler with worker processes on the loopback, started as people start them, and killed as machines die."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support import scrubbed

_PATIENCE = 60.0
_LOOPBACK = ("--host", "127.0.0.1")


class Cluster:
    """Logs of all its processes are in `folder`, and so is what workers spill."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workers: list[subprocess.Popen[bytes]] = []
        self._file = folder / "scheduler.json"
        self.scheduler = self._start("scheduler", *_LOOPBACK, "--port", "0", "--no-dashboard")

    @property
    def address(self) -> str:
        """Where the scheduler listens: `tcp://127.0.0.1:PORT`."""
        return str(json.loads(self._written())["address"])

    def add_worker(self, *arguments: str) -> subprocess.Popen[bytes]:
        """One process with one thread that nobody starts again; `--nanny` changes that."""
        self._written()
        nanny = () if "--nanny" in arguments else ("--no-nanny",)
        place = ("--local-directory", str(self.folder / "space"))
        worker = self._start("worker", *_LOOPBACK, "--nthreads", "1", "--no-dashboard", *place, *nanny, *arguments)
        self.workers.append(worker)
        return worker

    def close(self) -> None:
        """End every process."""
        for process in (*self.workers, self.scheduler):
            process.terminate()
        end = time.monotonic() + 10
        while time.monotonic() < end and any(process.poll() is None for process in (*self.workers, self.scheduler)):
            time.sleep(0.05)
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def _start(self, what: str, *arguments: str) -> subprocess.Popen[bytes]:
        log = self.folder / f"{what}-{len(self.workers)}.log"
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--scheduler-file", str(self._file)]
        with log.open("wb") as file:
            return subprocess.Popen(
                [*command, *arguments], env=scrubbed(os.environ), stdin=subprocess.DEVNULL, stdout=file, stderr=file
            )

    def _written(self) -> str:
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            if self._file.exists() and (text := self._file.read_text(encoding="utf-8")):
                return text
            assert self.scheduler.poll() is None, (self.folder / "scheduler-0.log").read_text(encoding="utf-8")
            time.sleep(0.05)
        raise AssertionError("the scheduler has not started")


@contextmanager
def cluster(folder: Path, workers: int = 2, *arguments: str) -> Iterator[Cluster]:
    """A scheduler, and that many workers."""
    folder.mkdir(parents=True)
    made = Cluster(folder)
    try:
        for _ in range(workers):
            made.add_worker(*arguments)
        yield made
    finally:
        made.close()


def kill(process: subprocess.Popen[bytes]) -> None:
    """As a machine dies: without a word."""
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
