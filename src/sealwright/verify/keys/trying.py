"""Every key on every item, over all cores: which key opens it, if one does.

The search has an end: an item that no key opens costs one private operation for each, and files can be made in which
every item is such a one. After so many in one object, and in one run, further items are tried with keys only that have
opened others of their object, and nothing is said about those that these do not open.
"""

from __future__ import annotations

from collections import Counter
from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from sealwright.sealing.scheme import CannotOpen, TooShort, open_body, split, unwrap
from sealwright.verify.keys.order import Company, KeyOrder, Trail
from sealwright.verify.keys.threads import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from sealwright.sealing.keys import PrivateKey

_WORTH_THREADS = 5
"""Items; fewer are done before threads have started."""
_MOST_IN_A_JOB = 32
_LEAST_IN_A_JOB = 8

_MOST_IN_VAIN = 60_000
_MOST_IN_VAIN_IN_AN_OBJECT = 4_000
"""Operations that opened nothing, as many as these of 4096 bits take: two minutes and seven seconds of one core."""


class Subject(NamedTuple):
    """An item to be tried: the object that it stands in, its blob, and its label; None where no key can fit."""

    place: Hashable
    blob: Callable[[], bytes]
    label: bytes | None


class Result(Enum):
    """What the keys say."""

    OPENS = "opens"
    DAMAGED = "damaged"
    """Key and label are right; the body is not."""
    CLOSED = "closed"
    """No key opens it under its label."""
    TOO_SHORT = "too short"
    LEFT = "left"
    """Not tried with every key: too many before it opened with none."""


class Tried(NamedTuple):
    """The result, the key where there is one, and the RSA block where there is still something to find out."""

    result: Result
    key: int = -1
    block: bytes = b""
    cost: float = 0


class _Job(NamedTuple):
    subjects: tuple[Subject, ...]
    company: dict[tuple[Hashable, int], Company]
    only: dict[Hashable, list[int]]
    """For objects with which there is no patience left: the keys to try."""


class Trial:
    """Tries one keyring; learns from item to item in which order to."""

    def __init__(self, keys: Sequence[PrivateKey], workers: int) -> None:
        self.order = KeyOrder(keys)
        self._keys = keys
        self._costs = [(key.bits / 4096) ** 3 for key in keys]
        self._workers = workers

    def all(self, subjects: Sequence[Subject]) -> Iterator[Tried]:
        """A result for each, in order; the same ones however many threads there are."""
        vain: Counter[Hashable] = Counter()
        opened: dict[Hashable, list[int]] = {}
        workers = self._workers if len(subjects) >= _WORTH_THREADS else 1
        places = iter([subject.place for subject in subjects])
        for found in in_order(self._job, self._jobs(subjects, vain, opened), workers):
            for tried in found:
                place = next(places)
                if tried.result is Result.CLOSED:
                    vain[place] += tried.cost  # type: ignore[assignment]  # counts parts of operations
                    vain[None] += tried.cost  # type: ignore[assignment]
                elif tried.key >= 0:
                    opened[place] = [tried.key, *(key for key in opened.get(place, ()) if key != tried.key)][:2]
                yield tried

    def _jobs(
        self, subjects: Sequence[Subject], vain: Counter[Hashable], opened: dict[Hashable, list[int]]
    ) -> Iterator[_Job]:
        """Objects as a whole where they are small, several at once where they are very small."""
        job = _Job((), {}, {})
        for place, group in groupby(subjects, key=lambda subject: subject.place):
            members = list(group)
            company = _company(members)
            for start in range(0, len(members), _MOST_IN_A_JOB):
                done = vain[None] > _MOST_IN_VAIN or vain[place] > _MOST_IN_VAIN_IN_AN_OBJECT
                only = {place: list(opened.get(place, ()))} if done else {}
                part = tuple(members[start : start + _MOST_IN_A_JOB])
                job = _Job(job.subjects + part, job.company | company, job.only | only)
                if len(job.subjects) >= _LEAST_IN_A_JOB:
                    yield job
                    job = _Job((), {}, {})
        if job.subjects:
            yield job

    def _job(self, job: _Job) -> list[Tried]:
        trail = Trail()
        return [self._tried(subject, job, trail) for subject in job.subjects]

    def _tried(self, subject: Subject, job: _Job, trail: Trail) -> Tried:
        try:
            block, body = split(subject.blob())
        except TooShort:
            return Tried(Result.TOO_SHORT)
        if subject.label is None:
            return Tried(Result.CLOSED, block=block)
        possible = self.order.possible(block)
        few = job.only.get(subject.place)
        if few is None:
            company = job.company[subject.place, len(block)]
            keys = self.order.sorted(possible, company, subject.place, trail)
        else:
            keys = [key for key in few if key in possible]
        for key in keys:
            session_key = unwrap(self._keys[key].key, block, subject.label)
            if session_key is not None:
                self.order.learn(key, subject.place, trail)
                try:
                    open_body(session_key, body)
                except CannotOpen:
                    return Tried(Result.DAMAGED, key)
                return Tried(Result.OPENS, key)
        if len(keys) < len(possible):
            return Tried(Result.LEFT)
        return Tried(Result.CLOSED, block=block, cost=sum(self._costs[key] for key in keys))


def _company(members: Sequence[Subject]) -> dict[tuple[Hashable, int], Company]:
    """The blocks of an object, by their size."""
    found: dict[tuple[Hashable, int], Company] = {}
    for subject in members:
        blob = subject.blob()
        size = int.from_bytes(blob[:2], "big")
        number = int.from_bytes(blob[2 : 2 + size], "big")
        count, largest = found.get((subject.place, size), Company(0, 0))
        found[subject.place, size] = Company(count + 1, max(largest, number))
    return found
