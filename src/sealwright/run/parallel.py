"""Work over several processes with results in order and memory bounded: only as much is under way as keeps all busy.

Works with every start method: `fork`, `forkserver`, and `spawn`, which is all that macOS and Windows have.
"""

from __future__ import annotations

import signal
from collections import deque
from typing import TYPE_CHECKING, TypeVar

from sealwright.errors import SealwrightError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future, ProcessPoolExecutor

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")

_BATCH = 32
_BATCH_WEIGHT = 4 * 1024 * 1024
MAX_WORKERS = 61
"""Windows cannot wait for more; and far below it, this process is what the others wait for."""


def _no_weight(_job: object) -> int:
    return 0


def ordered_map(
    function: Callable[[_Job], _Result],
    jobs: Iterable[_Job],
    workers: int,
    *,
    weight: Callable[[_Job], int] = _no_weight,
) -> Iterator[_Result]:
    """`map(function, jobs)` over `workers` processes. `function` must be importable; jobs and results must pickle.

    `weight` is what a job itself holds, in bytes: heavy jobs travel in smaller batches. An error that `jobs` raises
    comes after the results of the jobs before it, as with `map`. Raises SealwrightError when a worker was killed.
    """
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    pool = ProcessPoolExecutor(min(workers, MAX_WORKERS), initializer=_prepare_worker)
    try:
        # Workers that are forked while jobs are read would hold git's input open, and git would wait for its end.
        pool.submit(bool)
        yield from _in_order(pool, function, _batches(jobs, weight), min(workers, MAX_WORKERS))
    except BrokenProcessPool:
        hint = "it may have run out of memory: try --jobs 1, or --skip-files for what is large"
        raise SealwrightError(
            "a worker process was stopped from outside; not everything was checked", hint=hint
        ) from None
    except BaseException:
        _stop(pool)  # an interrupt, or nobody wants the rest: what is under way is not waited for
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(
    pool: ProcessPoolExecutor,
    function: Callable[[_Job], _Result],
    batches: Iterator[list[_Job]],
    workers: int,
) -> Iterator[_Result]:
    under_way: deque[Future[list[_Result]]] = deque()
    failure: SealwrightError | None = None
    while True:
        try:
            batch = next(batches, None)
        except SealwrightError as error:
            batch, failure = None, error
        if batch is None:
            break
        under_way.append(pool.submit(_apply, function, batch))
        if len(under_way) > 2 * workers:
            yield from under_way.popleft().result()
    while under_way:
        yield from under_way.popleft().result()
    if failure is not None:
        raise failure


def _apply(function: Callable[[_Job], _Result], batch: list[_Job]) -> list[_Result]:
    return [function(job) for job in batch]


def _batches(jobs: Iterable[_Job], weight: Callable[[_Job], int]) -> Iterator[list[_Job]]:
    batch: list[_Job] = []
    heavy = 0
    iterator = iter(jobs)
    while True:
        try:
            job = next(iterator)
        except StopIteration:
            break
        except SealwrightError:
            if batch:
                yield batch
            raise
        batch.append(job)
        heavy += weight(job)
        if len(batch) == _BATCH or heavy >= _BATCH_WEIGHT:
            yield batch
            batch, heavy = [], 0
    if batch:
        yield batch


def _prepare_worker() -> None:
    """Ctrl-C reaches every process of the terminal; a traceback from each worker would bury the one message.

    A worker that waits for work does not notice that its parent was killed; it would wait for ever.
    """
    from threading import Thread

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        signal.raise_signal(signal.SIGTERM)  # from a thread, `sys.exit` would end no more than the thread


def _stop(pool: ProcessPoolExecutor) -> None:
    stop = getattr(pool, "terminate_workers", None)  # Python 3.14
    if stop is not None:
        stop()
        return
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        process.terminate()
