"""What is under way on an engine, and what becomes of tasks that no worker comes back from.

A worker that dies takes everything with it that it was given, and Dask gives up a task after a few such deaths, whose
fault they may be. So a task that was lost in company is done again when nothing else is under way; only what is lost
alone is to blame.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.fleet.engines.base import FailedError, LostError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.fleet.engines.base import Engine, Ticket


class Work(NamedTuple):
    """A task for an engine, and what is to be done with its result, and where it is to blame for having none.

    `stays`: the result is for other tasks only; `kept` is told the ticket that stands for it.
    """

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    priority: int
    done: Callable[[Any], None]
    lost: Callable[[], None]
    stays: bool = False
    kept: Callable[[Ticket], None] | None = None


class Tasks:
    """Takes work, and waits for it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._under_way: dict[Ticket, Work] = {}
        self._suspects: deque[Work] = deque()
        self._alone = False

    def __len__(self) -> int:
        """How much is under way, or will be done again."""
        return len(self._under_way) + len(self._suspects)

    @property
    def open(self) -> bool:
        """Whether more work may be given: not while a suspect is watched."""
        return not self._alone

    def submit(self, work: Work) -> None:
        """Have it done."""
        ticket = self._engine.submit(work.function, *work.arguments, priority=work.priority, stays=work.stays)
        self._under_way[ticket] = work
        if work.kept is not None:
            work.kept(ticket)

    def suspect(self, work: Work) -> None:
        """Have it done when nothing else is under way."""
        self._suspects.append(work)

    def wait(self) -> None:
        """Until one ends; then do what is to be done. Raises SealwrightError where workers are not fit for the work."""
        if not self._under_way:
            self._alone = True
            self.submit(self._suspects.popleft())
        done = self._engine.next()
        work = self._under_way.pop(done.ticket)
        alone, self._alone = self._alone, False
        if done.error is None:
            work.done(done.result)
        elif not isinstance(done.error, LostError):
            raise done.error
        elif alone or isinstance(done.error, FailedError):
            work.lost()
        else:
            self._suspects.append(work)
