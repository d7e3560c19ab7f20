"""Work over several threads: results in order, and decisions that do not depend on how many threads there are.

Private operations let other threads run, so that threads use all cores, and the keys stay in this process.
"""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")

LAG = 16
"""Jobs that are under way. A constant: how much is known when a job is made must not depend on the machine."""


def in_order(function: Callable[[_Job], _Result], jobs: Iterable[_Job], workers: int) -> Iterator[_Result]:
    """`map(function, jobs)` over threads; in this thread where `workers` is 1.

    Job number n is asked for when the results up to n - LAG have been taken, and no later one: what makes jobs may
    decide by the results so far.
    """
    with _started(workers) as start:
        under_way: deque[Callable[[], _Result]] = deque()
        for job in jobs:
            under_way.append(start(function, job))
            if len(under_way) == LAG:
                yield under_way.popleft()()
        while under_way:
            yield under_way.popleft()()


@contextmanager
def _started(workers: int) -> Iterator[Callable[[Callable[[_Job], _Result], _Job], Callable[[], _Result]]]:
    """How to start a job; what that gives waits for the result."""
    if workers < 2:
        yield lambda function, job: lambda: function(job)
        return
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(workers, "sealwright-verify")
    try:
        yield lambda function, job: pool.submit(function, job).result
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)  # an interrupt, or nobody wants the rest
        raise
    pool.shutdown()
