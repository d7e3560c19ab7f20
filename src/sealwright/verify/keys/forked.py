"""Pure Python arithmetic over several processes: children that inherit the keys, so that these are handed over nowhere.

Where there is no `fork`, or no use in it, everything is done here.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection

_Job = TypeVar("_Job")


def forked_map(function: Callable[[_Job], bytes], jobs: Sequence[_Job], workers: int) -> list[bytes]:
    """`map`, in order. What `function` returns goes through a pipe between processes, so it must be nothing secret.

    What a child that was killed leaves undone is done here.
    """
    workers = min(workers, len(jobs))
    # Apple's libraries do not survive a fork; neither does a lock that another thread holds at that moment.
    if workers < 2 or sys.platform in {"darwin", "win32"} or threading.active_count() > 1:
        return [function(job) for job in jobs]
    from multiprocessing import get_context

    context = get_context("fork")
    found: dict[int, bytes] = {}
    children = []
    try:
        for number in range(1, workers):
            reading, writing = context.Pipe(duplex=False)
            child = context.Process(target=_work, args=(function, jobs[number::workers], writing), daemon=True)
            child.start()
            writing.close()
            children.append((number, child, reading))
        found.update((index * workers, function(job)) for index, job in enumerate(jobs[::workers]))
        for number, _, reading in children:
            found.update((number + index * workers, result) for index, result in enumerate(_results(reading)))
    finally:
        for _, child, reading in children:
            reading.close()
            child.terminate()
            child.join()
    return [found[index] if index in found else function(job) for index, job in enumerate(jobs)]


def _work(function: Callable[[_Job], bytes], jobs: Sequence[_Job], results: Connection) -> None:
    try:
        for job in jobs:
            results.send_bytes(function(job))
    except BaseException:  # noqa: BLE001 - an interrupt, or nobody listens; the parent says so, once
        return
    finally:
        results.close()


def _results(pipe: Connection) -> Iterator[bytes]:
    """As many as there are."""
    try:
        while True:
            yield pipe.recv_bytes()
    except (EOFError, OSError):
        return
