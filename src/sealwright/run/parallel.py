"""Work over several processes with results in order and memory bounded: only as much is under way as keeps all busy."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")

_BATCH = 64


def ordered_map(function: Callable[[_Job], _Result], jobs: Iterable[_Job], workers: int) -> Iterator[_Result]:
    """`map(function, jobs)` over `workers` processes. `function` must be importable; results must pickle."""
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(workers) as pool:
        under_way = deque[object]()
        for batch in _batches(jobs):
            under_way.append(pool.submit(_apply, function, batch))
            if len(under_way) > 2 * workers:
                yield from under_way.popleft().result()  # type: ignore[attr-defined]
        while under_way:
            yield from under_way.popleft().result()  # type: ignore[attr-defined]


def _apply(function: Callable[[_Job], _Result], batch: list[_Job]) -> list[_Result]:
    return [function(job) for job in batch]


def _batches(jobs: Iterable[_Job]) -> Iterator[list[_Job]]:
    batch: list[_Job] = []
    for job in jobs:
        batch.append(job)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
