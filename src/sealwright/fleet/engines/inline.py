"""Every task in this process, one after the other: for few repositories, and where Dask is not installed."""

from __future__ import annotations

import heapq
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sealwright.errors import SealwrightError
from sealwright.fleet.engines.base import Done, Ticket
from sealwright.fleet.engines.guarded import guarded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class InlineEngine:
    """Does a task when its result is waited for."""

    workers = 1

    def __init__(self) -> None:
        self._count = 0
        self._tasks: list[tuple[int, int, Callable[..., Any], tuple[Any, ...], bool]] = []
        self._kept: dict[Ticket, Any] = {}

    def submit(self, function: Callable[..., Any], *arguments: Any, priority: int = 0, stays: bool = False) -> Ticket:
        """Put it into the queue."""
        self._count += 1
        heapq.heappush(self._tasks, (-priority, self._count, function, arguments, stays))
        return Ticket(self._count)

    def next(self) -> Done:
        """Do the task that is next."""
        _, number, function, arguments, stays = heapq.heappop(self._tasks)
        ticket = Ticket(number)
        try:
            given = [self._kept[argument] if isinstance(argument, Ticket) else argument for argument in arguments]
            with _same_environment():
                result = guarded(function, *given)
        except SealwrightError as error:
            return Done(ticket, error=error)
        if stays:
            self._kept[ticket] = result
            return Done(ticket)
        return Done(ticket, result)

    def drop(self, ticket: Ticket) -> None:
        """Forget the result."""
        self._kept.pop(ticket, None)

    def close(self) -> None:
        """Nothing is under way."""
        self._tasks.clear()
        self._kept.clear()


@contextmanager
def _same_environment() -> Iterator[None]:
    """Tasks fit the variables of their process to one repository; this process has more to do than tasks."""
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
