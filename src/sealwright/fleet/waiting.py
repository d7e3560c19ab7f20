"""Which repositories are next: those of this machine many at a time, those of a host as many as it puts up with."""

from __future__ import annotations

import time
from collections import Counter, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.fleet.model import Member

BATCH = 16
"""Repositories that one task surveys: starting a task must not cost more than a small repository."""
_AT_A_TIME = 4
"""Repositories of one host that are fetched at a time."""
_LOOKED_AHEAD = 1000
"""Repositories that are taken from the list because those before them have to wait."""
MOST_PAUSES = 6
"""How often a host may ask for a pause before its repository is given up."""


class Waiting:
    """The list of repositories, as (position, member), read no further than is needed."""

    def __init__(self, members: Iterable[tuple[int, Member]]) -> None:
        self._source = iter(members)
        self._more = True
        self._here: deque[tuple[int, Member]] = deque()
        self._hosts: dict[str, deque[tuple[int, Member]]] = {}
        self._under_way: Counter[str] = Counter()
        self._until: dict[str, float] = {}
        self._pauses: Counter[int] = Counter()

    @property
    def over(self) -> bool:
        """Whether no more will come."""
        self._read()
        return not self._more and not self._here and not any(self._hosts.values())

    def take(self) -> list[tuple[int, Member]]:
        """Repositories that can be asked for now, together; none where there are none, or none yet."""
        self._read()
        now = time.monotonic()
        for host, members in self._hosts.items():
            if members and self._under_way[host] < _AT_A_TIME and self._until.get(host, 0.0) <= now:
                self._under_way[host] += 1
                return [members.popleft()]
        return [self._here.popleft() for _ in range(min(BATCH, len(self._here)))]

    def arrived(self, member: Member) -> None:
        """The repository is not fetched any more."""
        if member.is_remote:
            self._under_way[host_of(member.location)] -= 1

    def later(self, position: int, member: Member, seconds: float) -> bool:
        """Ask for it again, after so many seconds; longer each time. False where that was done often enough."""
        self._pauses[position] += 1
        if self._pauses[position] > MOST_PAUSES:
            return False
        host = host_of(member.location)
        wait = seconds * 2 ** (self._pauses[position] - 1)
        self._until[host] = max(self._until.get(host, 0.0), time.monotonic() + wait)
        self._hosts.setdefault(host, deque()).append((position, member))
        return True

    def pause(self) -> float:
        """Seconds until a host may be asked again."""
        ends = [self._until.get(host, 0.0) for host, members in self._hosts.items() if members]
        return max(0.01, min(ends, default=0.0) - time.monotonic())

    def _read(self) -> None:
        while self._more and len(self._here) < BATCH and sum(map(len, self._hosts.values())) < _LOOKED_AHEAD:
            item = next(self._source, None)
            if item is None:
                self._more = False
            elif item[1].is_remote:
                self._hosts.setdefault(host_of(item[1].location), deque()).append(item)
            else:
                self._here.append(item)


def host_of(location: str) -> str:
    """The host of a URL, or of `user@host:path`; '' for a file URL."""
    from urllib.parse import urlsplit

    if "://" in location:
        try:
            return (urlsplit(location).hostname or "").lower()
        except ValueError:
            return ""
    return location.partition(":")[0].rpartition("@")[2].lower()
