"""Timing whole processes and calls: turn about with the peer, medians, ratios pair by pair."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PROGRAMS = Path(sys.executable).parent
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""What was edited since the installation is compiled by the first run, not by each."""


class Ratio(NamedTuple):
    """One measurement: what against what, the median ratio, the bar it must stay under (0: none), and both medians."""

    name: str
    ratio: float
    bar: float
    ours: float
    theirs: float
    unit: str = "ms"

    @property
    def ok(self) -> bool:
        return not self.bar or self.ratio <= self.bar

    def __str__(self) -> str:
        bar = f"bar {self.bar:g}" if self.bar else "no bar"
        mark = "ok  " if self.ok else "OVER"
        both = f"{self.ours:.1f} against {self.theirs:.1f} {self.unit}"
        return f"{mark}  {self.name:<64} {self.ratio:6.3f}  ({bar})   {both}"


def program(name: str) -> str:
    """An installed console script of this environment."""
    return str(PROGRAMS / (f"{name}.exe" if os.name == "nt" else name))


def process_ratio(name: str, ours: Sequence[str], theirs: Sequence[str], bar: float, *, runs: int) -> Ratio:
    """Median of the pairwise ratios of two commands' wall times, run turn about."""
    return _ratio(name, lambda: _run(ours), lambda: _run(theirs), bar, runs)


def call_ratio(name: str, ours: Callable[[], object], theirs: Callable[[], object], bar: float, *, runs: int) -> Ratio:
    """The same for two calls in this process."""
    return _ratio(name, ours, theirs, bar, runs)


def _ratio(name: str, ours: Callable[[], object], theirs: Callable[[], object], bar: float, runs: int) -> Ratio:
    ours(), theirs()
    pairs = [(_seconds(ours), _seconds(theirs)) for _ in range(runs)]
    ratio = statistics.median(mine / other for mine, other in pairs)
    medians = [statistics.median(side) * 1000 for side in zip(*pairs, strict=True)]
    return Ratio(name, ratio, bar, medians[0], medians[1])


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _run(command: Sequence[str]) -> None:
    nothing = subprocess.DEVNULL
    subprocess.run(command, env=_ENVIRONMENT, stdin=nothing, stdout=nothing, stderr=nothing, check=False)


def peak_megabytes(command: Sequence[str]) -> float:
    """Peak memory of one process, in MB (POSIX)."""
    child = os.fork()
    if child == 0:
        with open(os.devnull, "w", encoding="ascii") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
        os.execv(command[0], list(command))
    _, _, usage = os.wait4(child, 0)
    scale = 1024 if sys.platform != "darwin" else 1024 * 1024
    return usage.ru_maxrss / scale
