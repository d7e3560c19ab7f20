"""A run of `sealwright fleet scan`, measured from outside: time, processor time, and memory of its processes."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.measure import program

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PAUSE = 0.1


class Measured(NamedTuple):
    """`processor` counts seconds of all processes; `client` and `worker` are peaks in MB, of the largest worker."""

    seconds: float
    processor: float
    client: float
    worker: float
    summary: Mapping[str, Any]

    @property
    def fresh(self) -> int:
        """How many contents were looked at."""
        return int(self.summary["fresh"])


def fleet_scan(fleet: Path, run: Path, *more: str, cache: Path | None = None) -> Measured:
    """Scan the whole histories of a fleet; its state goes to `run`. Linux only, where processes tell their peaks."""
    words = [program("sealwright"), "fleet", "scan", str(fleet), "--history=--all", "--exit-zero", "--format", "json"]
    words += ["--run", str(run), "--cache", str(cache or run / "cache"), *more]
    with tempfile.TemporaryFile() as out:
        started = time.perf_counter()
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out)
        peaks: dict[int, float] = {}
        while True:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            peaks.update((pid, peak) for pid in _family(process.pid) if (peak := peak_of(pid)))
            time.sleep(_PAUSE)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        printed = out.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words)
    client = peaks.pop(process.pid, 0.0)
    processor = usage.ru_utime + usage.ru_stime
    return Measured(seconds, processor, client, max(peaks.values(), default=client), json.loads(printed))


def peak_of(pid: int) -> float:
    """The most memory that a process ever had, in MB; 0 where it is gone."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    lines = (line.split() for line in text.splitlines())
    return next((int(line[1]) / 1024 for line in lines if line and line[0] == "VmHWM:"), 0.0)


def _family(pid: int) -> Iterable[int]:
    """The process and all that it began, and those began."""
    yield pid
    try:
        children = [
            child for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
        ]
    except OSError:
        return
    for child in children:
        yield from _family(int(child))
