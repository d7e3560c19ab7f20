"""Tasks on Dask: workers of this machine, or a cluster that runs already.

Retries, workers that are lost and work that is late are Dask's business. What comes back is a result, or the news that
a task took its workers with it.
"""

from __future__ import annotations

import os
import pickle
import time
from contextlib import ExitStack, contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from sealwright.errors import SealwrightError, UsageError
from sealwright.fleet.engines.base import Done, LostError, Ticket
from sealwright.fleet.engines.guarded import PROTOCOL, packed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    Client: TypeAlias = Any  # Dask's own types leave out too much to help
    Future: TypeAlias = Any

_PATIENCE = 20
"""Seconds until a scheduler must have answered."""
_LOOK_UP = 5.0
"""Seconds after which to see whether the scheduler is still there."""
_COUNT_AGAIN = 5.0
"""Seconds after which the workers are counted again."""
_CRITICAL = 50
"""Of Dask's own words only the worst: what matters comes back as a result."""
_QUIET = "sealwright.fleet.engines.quiet"
_SETTINGS = {
    "distributed.scheduler.allowed-failures": 2,
    "distributed.deploy.lost-worker-timeout": "1h",  # one that is slow to come back would be given up for good
    "distributed.admin.tick.limit": "1h",  # a client that writes its files is no reason to warn
    "distributed.worker.daemon": True,
}


class DaskEngine:
    """A client of Dask. Needs the extra `fleet`."""

    def __init__(self, scheduler: str | None, jobs: int) -> None:
        self._stack = ExitStack()
        self._client = _existing(scheduler) if scheduler else _configured() or self._embedded(jobs)
        self._counted = (0.0, 1)
        self._count = 0
        self._futures: dict[Ticket, Future] = {}
        self._stays: set[Ticket] = set()
        self._ended: SimpleQueue[Ticket] = SimpleQueue()

    @property
    def workers(self) -> int:
        """As the scheduler says; a cluster may grow and shrink."""
        then, count = self._counted
        now = time.monotonic()
        if now - then > _COUNT_AGAIN:
            with _answering():
                count = max(1, sum(self._client.nthreads().values()))
            self._counted = (now, count)
        return count

    def submit(self, function: Callable[..., Any], *arguments: Any, priority: int = 0, stays: bool = False) -> Ticket:
        """Give it to the scheduler."""
        self._count += 1
        ticket = Ticket(self._count)
        places = tuple(at for at, argument in enumerate(arguments) if isinstance(argument, Ticket))
        plain = [None if isinstance(argument, Ticket) else argument for argument in arguments]
        blob = pickle.dumps(plain, PROTOCOL)
        given = [self._futures[arguments[at]] for at in places]
        with _answering():
            future = self._client.submit(packed, function, blob, places, stays, *given, priority=priority, pure=False)
        self._futures[ticket] = future
        if stays:
            self._stays.add(ticket)
        future.add_done_callback(lambda _future: self._ended.put(ticket))
        return ticket

    def next(self) -> Done:
        """Wait for Dask."""
        while True:
            try:
                ticket = self._ended.get(timeout=_LOOK_UP)
            except Empty:
                if self._client.status not in {"closing", "closed"}:
                    continue
                raise _gone() from None
            future = self._futures.get(ticket)
            if future is None:
                continue  # dropped, and nobody waits for it
            if future.status != "finished":
                del self._futures[ticket]
                self._stays.discard(ticket)
                return Done(ticket, error=_error(future))
            if ticket in self._stays:
                return Done(ticket)
            try:
                result = pickle.loads(future.result())  # noqa: S301 - from a worker of ours
            except Exception:  # noqa: BLE001 - the worker that had the result was lost before it was fetched
                del self._futures[ticket]
                return Done(ticket, error=LostError("the result was lost with its worker"))
            del self._futures[ticket]
            return Done(ticket, result)

    def drop(self, ticket: Ticket) -> None:
        """Let Dask forget it."""
        self._stays.discard(ticket)
        self._futures.pop(ticket, None)

    def close(self) -> None:
        """End the workers that were started here; others only lose their client."""
        self._futures.clear()
        with suppress(Exception):
            cluster = getattr(self._client, "cluster", None)
            self._client.close(timeout=5)
            if cluster is not None:
                cluster.close(timeout=5)
        self._stack.close()

    def _embedded(self, jobs: int) -> Client:
        distributed = _distributed()
        import dask

        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        preload = [*(dask.config.get("distributed.worker.preload", None) or ()), _QUIET]
        settings = {**_SETTINGS, "distributed.worker.preload": preload}
        self._stack.enter_context(dask.config.set(settings))  # some are read when something happens, not before
        cluster = distributed.LocalCluster(
            n_workers=jobs or cores,
            threads_per_worker=1,
            processes=True,
            dashboard_address=":0",
            silence_logs=_CRITICAL,
        )
        return distributed.Client(cluster, set_as_default=False)


@contextmanager
def _answering() -> Iterator[None]:
    """For what asks the scheduler. Raises SealwrightError where it does not answer any more."""
    try:
        yield
    except Exception:  # noqa: BLE001 - whatever its transports have
        raise _gone() from None


def _gone() -> SealwrightError:
    hint = "start it again, and go on with the run: --resume"
    return SealwrightError("Dask's scheduler does not answer any more", hint=hint)


def _error(future: Future) -> SealwrightError:
    error = future.exception() if future.status == "error" else None
    if isinstance(error, SealwrightError):
        return error
    # The text of any other exception could hold anything; its kind is enough to ask about.
    kind = type(error).__name__ if error is not None else future.status
    return LostError(f"no worker came back from it ({kind})", hint="scan it by itself to see more")


def _distributed() -> Any:
    try:
        import dask

        # It says at length what becomes of connections; a person needs to know once that the scheduler is gone.
        dask.config.set(logging=dict.fromkeys(("distributed", "distributed.client"), "critical"))
        import distributed
    except ImportError:
        hint = "pip install 'sealwright[fleet]'; or --jobs 1, which works in this process"
        raise UsageError("Dask is not installed", hint=hint) from None
    return distributed


def _existing(scheduler: str) -> Client:
    distributed = _distributed()
    try:
        return distributed.Client(scheduler, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError):
        hint = "check the address; a scheduler prints its own when it starts: tcp://HOST:8786"
        raise UsageError("no Dask scheduler answers there", place=scheduler, hint=hint) from None


def _configured() -> Client | None:
    """The cluster that Dask's own configuration names, if it names one."""
    _distributed()
    import dask

    address = dask.config.get("scheduler-address", None)
    return _existing(str(address)) if address else None
