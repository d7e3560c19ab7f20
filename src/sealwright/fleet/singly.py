"""The one who asks each repository by itself: for its head, and then, unless that is known already, for the answer."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from sealwright.fleet.arrivals import sorted_out
from sealwright.fleet.failures import lost
from sealwright.fleet.gating import Answer
from sealwright.fleet.heads import arrive
from sealwright.fleet.run_folder import packed
from sealwright.fleet.tasks import Tasks, Work
from sealwright.fleet.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sealwright.fleet.cache.base import Cache
    from sealwright.fleet.engines.base import Engine
    from sealwright.fleet.heads import Asked, Head
    from sealwright.fleet.model import Member

_AHEAD = 2
"""Tasks under way for each worker."""
_ARRIVING, _ANSWERING = 0, 1
"""Priorities: what ends something comes first."""


class Singly:
    """One run. `task` makes the answer for a repository of `(member, head, asked)`; a top-level function."""

    def __init__(
        self, engine: Engine, cache: Cache, task: Callable[[Member, Head, Asked], Answer], asked: Asked
    ) -> None:
        self._engine = engine
        self._cache = cache
        self._task = task
        self._asked = asked
        self._tasks = Tasks(engine)
        self._waiting = Waiting(())
        self._ready: list[tuple[int, Answer]] = []

    def answers(self, members: Iterable[tuple[int, Member]]) -> Iterator[list[tuple[int, Answer]]]:
        """The answers of all members, some at a time, in any order.

        Raises SealwrightError where workers are not fit.
        """
        self._waiting = Waiting(members)
        while self._tasks or not self._waiting.over:
            while self._tasks.open and len(self._tasks) < self._room() and (taken := self._waiting.take()):
                self._arrive(taken)
            if self._tasks:
                self._tasks.wait()
            else:
                time.sleep(self._waiting.pause())
            if self._ready:
                ready, self._ready = self._ready, []
                yield ready

    def _room(self) -> int:
        return _AHEAD * self._engine.workers

    def _arrive(self, members: Sequence[tuple[int, Member]]) -> None:
        def apart() -> None:
            if len(members) > 1:
                for item in members:
                    self._arrive([item])
                return
            self._waiting.arrived(members[0][1])
            self._lost(*members[0])

        arguments = (tuple(member for _, member in members), self._asked)
        self._tasks.submit(
            Work(arrive, arguments, _ARRIVING, done=lambda heads: self._arrived(members, heads), lost=apart)
        )

    def _arrived(self, members: Sequence[tuple[int, Member]], heads: Sequence[Head]) -> None:
        ready, left = sorted_out(self._waiting, self._cache, members, heads)
        self._ready += ((position, Answer(account)) for position, account in ready)
        for (position, member), head in left:
            self._answer(position, member, head)

    def _answer(self, position: int, member: Member, head: Head) -> None:
        def answered(answer: Answer) -> None:
            if head.key and not answer.account.errors:
                self._cache.put({head.key: packed(answer.account)})
            self._ready.append((position, answer))

        arguments = (member, head, self._asked)
        alone = partial(self._lost, position, member)
        self._tasks.submit(Work(self._task, arguments, _ANSWERING, done=answered, lost=alone))

    def _lost(self, position: int, member: Member) -> None:
        self._ready.append((position, Answer(lost(member))))
