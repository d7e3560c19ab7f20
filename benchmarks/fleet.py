"""Fleets of several sizes: cost by new contents, two workers against one, memory, and a rerun with nothing new.

`python -m benchmarks.fleet --large` has ten thousand repositories too; `--smoke` shows that it works.
"""

from __future__ import annotations

import math
import os
import statistics
import sys
import tempfile
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.fleets.fleet import write_fleet
from benchmarks.fleets.measured import fleet_scan
from benchmarks.measure import Ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.fleets.measured import Measured

_SPINS = 20_000_000
_CORES = 2


class Sizes(NamedTuple):
    """Repositories of the fleets, commits of the monorepo in each, and how often two workers run against one."""

    fleets: tuple[int, ...]
    largest: int
    rounds: int


USUAL, LARGE, SMOKE = Sizes((100, 1000), 500, 3), Sizes((100, 1000, 10_000), 500, 3), Sizes((10, 30), 20, 1)


def measure(folder: Path, *, smoke: bool) -> Iterator[Ratio]:
    """Fleets of a hundred and of a thousand repositories."""
    return _measure(folder, SMOKE if smoke else USUAL)


def _measure(folder: Path, sizes: Sizes) -> Iterator[Ratio]:
    if sys.platform != "linux":
        return
    growing = [_fleet(folder / f"growing-{number}", number) for number in sizes.fleets]
    costs = [fleet_scan(place, folder / f"cost-{place.name}", "--jobs", "1") for place in growing]
    # Memory follows the largest repository, so that it must be the same one in all of them.
    alike = [_fleet(folder / f"alike-{number}", number, sizes.largest) for number in sizes.fleets]
    runs = [fleet_scan(place, folder / f"run-{place.name}", "--jobs", "2") for place in alike]
    for at, more in enumerate(runs[1:]):
        both, less = f"{sizes.fleets[at + 1]:,} / {sizes.fleets[at]:,} repositories", runs[at]
        yield _exponent(f"exponent of the cost, {both}", costs[at], costs[at + 1])
        yield Ratio(f"memory of the client, {both}", more.client / less.client, 1.25, more.client, less.client, "MB")
        yield Ratio(f"memory of a worker, {both}", more.worker / less.worker, 1.25, more.worker, less.worker, "MB")
    first = runs[-1]
    again = fleet_scan(alike[-1], folder / "again", "--jobs", "2", cache=folder / f"run-{alike[-1].name}" / "cache")
    yield Ratio("contents that a rerun with nothing new looks at", again.fresh, 0.5, again.fresh, first.fresh, "")
    ratio = again.processor / first.processor
    yield Ratio("a rerun with nothing new / the first run", ratio, 0.5, again.processor, first.processor, "s")
    yield from _workers(growing[1], folder, sizes.rounds)


def _fleet(place: Path, repositories: int, largest: int = 0) -> Path:
    write_fleet(place, repositories, largest=largest)
    return place


def _exponent(name: str, less: Measured, more: Measured) -> Ratio:
    """Of processor time by contents that were looked at, in one process: it is not disturbed by what else runs."""
    exponent = math.log(more.processor / less.processor) / math.log(more.fresh / less.fresh)
    return Ratio(name, exponent, 1.05, more.processor, less.processor, "s")


def _workers(fleet: Path, folder: Path, rounds: int) -> Iterator[Ratio]:
    """Two workers of a cluster against one, turn about, beside what two busy processes attain at that moment."""
    times: list[tuple[float, float]] = []
    possible: list[float] = []
    for number in range(rounds):
        one, two = (_on_cluster(fleet, folder / f"{workers}-{number}", workers) for workers in (1, 2))
        times.append((two, one))
        possible.append(_busy(2) / _busy(1) / 2)
    ratio = statistics.median(two / one for two, one in times)
    two, one = (statistics.median(side) for side in zip(*times, strict=True))
    # Client and scheduler need some of a core as well: where there are two, two workers cannot have them both.
    bar = 1 / 1.8 if len(os.sched_getaffinity(0)) > _CORES else 0
    yield Ratio("two workers / one worker", ratio, bar, two, one, "s")
    best = statistics.median(possible)
    yield Ratio("the same, as two busy processes attain it here at that time", best, 0, best, 1, "")


def _on_cluster(fleet: Path, run: Path, workers: int) -> float:
    """Seconds of a scan by that many workers, which had run before."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster:  # type: ignore[no-untyped-call]
        return fleet_scan(fleet, run, "--scheduler", cluster.scheduler_address).seconds


def _busy(processes: int) -> float:
    """Seconds in which each of so many processes counts to the same number."""
    with get_context("spawn").Pool(processes) as pool:
        pool.map(_count, [1] * processes)
        started = perf_counter()
        pool.map(_count, [_SPINS] * processes, chunksize=1)
        return perf_counter() - started


def _count(most: int) -> int:
    return sum(number & 1 for number in range(most))


def main() -> int:
    """As the docstring of this module says; exit 1 when a ratio is over its bar."""
    sizes = SMOKE if "--smoke" in sys.argv else LARGE if "--large" in sys.argv else USUAL
    over = 0
    with tempfile.TemporaryDirectory() as folder:
        for ratio in _measure(Path(folder), sizes):
            print(ratio, flush=True)
            over += not ratio.ok
    return 1 if over and sizes is not SMOKE else 0


if __name__ == "__main__":
    sys.exit(main())
