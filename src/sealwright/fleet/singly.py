"""The one who asks each repository by itself: for its head, and then, unless that is known already, for the answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.errors import ExitCode
from sealwright.finding import Problem
from sealwright.fleet.engines.base import LostError
from sealwright.fleet.gating import Answer
from sealwright.fleet.heads import arrive
from sealwright.fleet.model import Account
from sealwright.fleet.run_folder import packed, unpacked
from sealwright.fleet.waiting import Waiting
from sealwright.report.json_v1 import error_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sealwright.fleet.cache.base import Cache
    from sealwright.fleet.engines.base import Engine, Ticket
    from sealwright.fleet.heads import Asked, Head
    from sealwright.fleet.model import Member

_AHEAD = 2
"""Tasks under way for each worker."""
_ARRIVING, _ANSWERING = 0, 1
"""Priorities: what ends something comes first."""
_LOST = "working on it stopped the worker, again and again"
_PAUSES = "its host asks for pauses again and again"


class _Task(NamedTuple):
    """What is to be done when a task ended, and which repositories it is about; `arriving`: it brings their objects."""

    done: Callable[[Any], None]
    members: Sequence[tuple[int, Member]]
    arriving: bool = False


class Singly:
    """One run. `task` makes the answer for a repository of `(member, head, asked)`; a top-level function."""

    def __init__(
        self, engine: Engine, cache: Cache, task: Callable[[Member, Head, Asked], Answer], asked: Asked
    ) -> None:
        self._engine = engine
        self._cache = cache
        self._task = task
        self._asked = asked
        self._tasks: dict[Ticket, _Task] = {}
        self._waiting = Waiting(())
        self._ready: list[tuple[int, Answer]] = []

    def answers(self, members: Iterable[tuple[int, Member]]) -> Iterator[list[tuple[int, Answer]]]:
        """The answers of all members, some at a time, in any order.

        Raises SealwrightError where workers are not fit.
        """
        self._waiting = Waiting(members)
        while self._tasks or not self._waiting.over:
            while len(self._tasks) < _AHEAD * self._engine.workers and (taken := self._waiting.take()):
                self._arrive(taken)
            if self._tasks:
                self._end()
            else:
                time.sleep(self._waiting.pause())
            if self._ready:
                ready, self._ready = self._ready, []
                yield ready

    def _end(self) -> None:
        """Wait for a task."""
        done = self._engine.next()
        task = self._tasks.pop(done.ticket)
        if done.error is None:
            task.done(done.result)
        elif not isinstance(done.error, LostError):
            raise done.error
        elif len(task.members) > 1:
            for item in task.members:
                self._arrive([item])
        else:
            position, member = task.members[0]
            if task.arriving:
                self._waiting.arrived(member)
            self._failed(position, member, Problem(".", _LOST, hint="see the workers' logs; a larger machine may help"))

    def _arrive(self, members: Sequence[tuple[int, Member]]) -> None:
        ticket = self._engine.submit(arrive, tuple(member for _, member in members), self._asked, priority=_ARRIVING)
        self._tasks[ticket] = _Task(lambda heads: self._arrived(members, heads), members, arriving=True)

    def _arrived(self, members: Sequence[tuple[int, Member]], heads: Sequence[Head]) -> None:
        known = self._cache.get({head.key for head in heads if head.key})
        for (position, member), head in zip(members, heads, strict=True):
            self._waiting.arrived(member)
            if head.later and self._waiting.later(position, member, head.later):
                continue
            if head.key in known:
                account = unpacked(member, known[head.key])._replace(fresh=0)
                self._ready.append((position, Answer(account)))
            elif head.problem is not None:
                self._failed(position, member, head.problem)
            elif head.later:
                self._failed(position, member, Problem(".", _PAUSES, hint="give it more time, or fetch less at a time"))
            else:
                self._answer(position, member, head)

    def _answer(self, position: int, member: Member, head: Head) -> None:
        def answered(answer: Answer) -> None:
            if head.key and not answer.account.errors:
                self._cache.put({head.key: packed(answer.account)})
            self._ready.append((position, answer))

        ticket = self._engine.submit(self._task, member, head, self._asked, priority=_ANSWERING)
        self._tasks[ticket] = _Task(answered, ((position, member),))

    def _failed(self, position: int, member: Member, problem: Problem) -> None:
        account = Account(member, errors=(error_entry(problem),), code=int(ExitCode.INCOMPLETE))
        self._ready.append((position, Answer(account)))
