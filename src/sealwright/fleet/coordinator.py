"""The one who asks: which repositories, what is known of them, what is left to look at, and who is done.

Holds as much as is under way and no more: batches of repositories whose contents are being looked at. Whatever is
finished is in the run folder and in the cache, so that another coordinator can go on from there.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sealwright.fleet import merging, scanning, survey
from sealwright.fleet.arrivals import sorted_out
from sealwright.fleet.failures import lost
from sealwright.fleet.run_folder import packed
from sealwright.fleet.shards import LIMIT, Shards, divided
from sealwright.fleet.tasks import Tasks, Work
from sealwright.fleet.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sealwright.fleet.cache.base import Cache
    from sealwright.fleet.engines.base import Engine, Ticket
    from sealwright.fleet.model import Account, Member
    from sealwright.fleet.scanning import Looked, Part
    from sealwright.fleet.scope import Scope
    from sealwright.fleet.survey import Arrival, Place

_AHEAD = 4
"""Batches under way for each worker."""
_SMALLEST = 512 * 1024
"""A shard that is made because workers would have nothing to do is no lighter than this."""
_ARRIVING, _SURVEYING, _LOOKING, _MERGING = 0, 1, 2, 3
"""Priorities: what ends something comes first, so that little is held."""


class _Batch:
    """Repositories that go through together. `waiting` are the keys of results that are still to come."""

    def __init__(self, members: Sequence[tuple[int, Member]], arrivals: Sequence[Arrival] = ()) -> None:
        self.members = tuple(members)
        self.arrivals = tuple(arrivals)
        self.again = False
        self.surveyed: Ticket | None = None
        self.waiting: set[bytes] = set()
        self.found: dict[bytes, bytes] = {}
        self.absent: set[bytes] = set()
        self.lost: set[bytes] = set()
        self.fresh: dict[int, set[str]] = {}

    def keep(self, ticket: Ticket) -> None:
        """What was surveyed is there under this ticket."""
        self.surveyed = ticket

    @property
    def only_members(self) -> tuple[Member, ...]:
        """Without their positions."""
        return tuple(member for _, member in self.members)


class _Sought:
    """A result that somebody waits for. `offers` are where the content stands; the first `tried` of them were asked."""

    def __init__(self) -> None:
        self.offers: list[tuple[_Batch, Place]] = []
        self.tried = 1


class Coordinator:
    """One run. `shard` is the weight of a shard in bytes."""

    def __init__(self, engine: Engine, cache: Cache, scope: Scope, *, shard: int = LIMIT) -> None:
        self._engine = engine
        self._cache = cache
        self._scope = scope
        self._shards = Shards(shard)
        self._tasks = Tasks(engine)
        self._batches = 0
        self._waiting = Waiting(())
        self._sought: dict[bytes, _Sought] = {}
        self._lost: set[bytes] = set()
        self._ready: list[tuple[int, Account]] = []

    def accounts(self, members: Iterable[tuple[int, Member]]) -> Iterator[list[tuple[int, Account]]]:
        """The accounts of all members, some at a time, as they become complete.

        Raises SealwrightError where the workers are not fit for the work.
        """
        self._waiting = Waiting(members)
        while self._tasks or self._batches or not self._waiting.over:
            if self._tasks.open:
                self._begin()
                self._cut()
            if self._tasks:
                self._tasks.wait()
            else:
                time.sleep(self._waiting.pause())
            if self._ready:
                ready, self._ready = self._ready, []
                yield ready

    def _begin(self) -> None:
        """As many repositories as there is room for."""
        while self._batches < _AHEAD * self._engine.workers and (members := self._waiting.take()):
            self._arrive(_Batch(members))

    def _arrive(self, batch: _Batch) -> None:
        self._batches += 1
        self._tasks.submit(
            Work(
                survey.arrive,
                (batch.only_members, self._scope),
                _ARRIVING,
                done=lambda arrivals: self._arrived(batch, arrivals),
                lost=lambda: self._apart(batch, arriving=True),
            )
        )

    def _arrived(self, batch: _Batch, arrivals: Sequence[Arrival]) -> None:
        """What was accounted for with the same commits is known; the rest is surveyed."""
        self._batches -= 1
        ready, left = sorted_out(self._waiting, self._cache, batch.members, arrivals)
        self._ready += ready
        if left:
            found = _Batch([item for item, _ in left], [arrival for _, arrival in left])
            found.again = batch.again
            self._survey(found)

    def _survey(self, batch: _Batch) -> None:
        self._batches += 1

        def apart() -> None:
            self._apart(batch, again=not batch.again)

        def surveyed(_: None) -> None:
            arguments = (batch.surveyed, self._scope)
            self._tasks.submit(
                Work(survey.places, arguments, _SURVEYING, done=lambda places: self._placed(batch, places), lost=apart)
            )

        arguments = (batch.only_members, batch.arrivals, self._scope)
        self._tasks.submit(
            Work(survey.survey, arguments, _SURVEYING, done=surveyed, lost=apart, stays=True, kept=batch.keep)
        )

    def _placed(self, batch: _Batch, places: Sequence[Place]) -> None:
        """What is known of the contents is taken; what nobody looks at yet goes into a shard."""
        known = self._cache.get({place.key for place in places})
        for place in places:
            value = known.get(place.key)
            if place.key in self._lost:
                batch.lost.add(place.key)
            elif value is None:
                batch.waiting.add(place.key)
                sought = self._sought.setdefault(place.key, _Sought())
                sought.offers.append((batch, place))
                if len(sought.offers) == 1:
                    self._add(batch, place)
            elif value:
                batch.found[place.key] = value
        self._merge_if_complete(batch)

    def _add(self, batch: _Batch, place: Place) -> None:
        batch.fresh.setdefault(place.at, set()).add(place.oid)
        self._shards.add(batch.members[place.at][1], batch.arrivals[place.at].commits.tips, place)

    def _cut(self) -> None:
        """Full shards; and smaller ones where workers would have nothing to do."""
        while self._shards.full:
            self._look(self._shards.take())
        while self._shards.weight and len(self._tasks) < self._engine.workers:
            self._look(self._shards.take(max(_SMALLEST, self._shards.weight // self._engine.workers)))

    def _look(self, parts: tuple[Part, ...]) -> None:
        self._tasks.submit(self._looking(parts))

    def _looking(self, parts: tuple[Part, ...]) -> Work:
        return Work(
            scanning.look,
            (parts, self._scope),
            _LOOKING,
            done=self._looked,
            lost=lambda: self._look_apart(parts),
        )

    def _looked(self, looked: Looked) -> None:
        self._cache.put(looked.results)
        for key, value in looked.results.items():
            for batch in self._answered(key):
                if value:
                    batch.found[key] = value
        for key in looked.absent:
            sought = self._sought[key]
            if sought.tried < len(sought.offers):  # another repository may have it all the same
                self._add(*sought.offers[sought.tried])
                sought.tried += 1
            else:
                for batch in self._answered(key):
                    batch.absent.add(key)

    def _answered(self, key: bytes) -> Iterator[_Batch]:
        """Whoever waits for a result, to be given it; then what is complete is merged."""
        sought = self._sought.pop(key)
        for batch in {id(batch): batch for batch, _ in sought.offers}.values():
            yield batch
            batch.waiting.discard(key)
            self._merge_if_complete(batch)

    def _look_apart(self, parts: tuple[Part, ...]) -> None:
        """One of the pieces is what stops workers: fewer at a time find it out, and the others are looked at."""
        pieces = [piece for part in parts for piece in part.pieces]
        if len(pieces) > 1:
            for some in divided(parts):
                self._tasks.suspect(self._looking(some))
            return
        for key in (key for piece in pieces for *_, key in piece.places):
            self._lost.add(key)
            for batch in self._answered(key):
                batch.lost.add(key)

    def _merge_if_complete(self, batch: _Batch) -> None:
        if batch.waiting:
            return
        self._tasks.submit(
            Work(
                merging.accounts,
                (batch.surveyed, batch.found, batch.absent, batch.lost, self._scope),
                _MERGING,
                done=lambda made: self._merged(batch, made),
                lost=lambda: self._apart(batch, again=not batch.again),
            )
        )

    def _merged(self, batch: _Batch, made: Sequence[tuple[Account, bytes]]) -> None:
        self._batches -= 1
        self._drop(batch)
        kept = {}
        for index, ((position, _), (account, key)) in enumerate(zip(batch.members, made, strict=True)):
            if key:
                kept[key] = packed(account)
            self._ready.append((position, account._replace(fresh=len(batch.fresh.get(index, ())))))
        self._cache.put(kept)

    def _apart(self, batch: _Batch, *, arriving: bool = False, again: bool = False) -> None:
        """No worker came back: each repository by itself, so that one does no harm to the others.

        `again`: what was surveyed may have died with the workers that others stopped, once.
        """
        self._batches -= 1
        self._drop(batch)
        if len(batch.members) > 1 or again:
            for item in batch.members:
                single = _Batch([item])
                single.again = again
                self._arrive(single)
            return
        (position, member), *_ = batch.members
        if arriving:
            self._waiting.arrived(member)
        self._ready.append((position, lost(member)))

    def _drop(self, batch: _Batch) -> None:
        if batch.surveyed is not None:
            self._engine.drop(batch.surveyed)
