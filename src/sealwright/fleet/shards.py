"""Work cut into pieces of about the same size in bytes, whether repositories are large or small."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from sealwright.fleet.scanning import Part, Piece

if TYPE_CHECKING:
    from sealwright.fleet.model import Member
    from sealwright.fleet.survey import Place

LIMIT = 32 * 1024 * 1024
"""Weight of a shard: a minute or so of work, so that one that is lost or late does not hold up the rest."""
_DIVIDED = 16
"""Into how many a shard is divided that stops workers: each step costs a few of them."""
_OVERHEAD = 4096
"""What a content weighs apart from its bytes: git looks it up, the byte test begins."""


class Shards:
    """Takes places, gives shards. A content that stands at several paths of a repository is one piece."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._parts: dict[tuple[Member, tuple[str, ...]], dict[str, Piece]] = {}
        self.weight = 0

    def add(self, member: Member, tips: tuple[str, ...], place: Place) -> None:
        """One more content at one more path of a repository that has these commits."""
        pieces = self._parts.setdefault((member, tips), {})
        entry = (place.path, place.purpose, place.key)
        known = pieces.get(place.oid)
        pieces[place.oid] = Piece(place.oid, place.size, (*known.places, entry) if known else (entry,))
        self.weight += _OVERHEAD if known else place.size + _OVERHEAD

    @property
    def full(self) -> bool:
        """Whether there is enough for a shard."""
        return self.weight >= self._limit

    def take(self, most: int = 0) -> tuple[Part, ...]:
        """The next shard, of about `most` (0: the limit) at most; what is left stays for the one after."""
        limit = most or self._limit
        parts: list[Part] = []
        while self._parts and limit > 0:
            whose, pieces = next(iter(self._parts.items()))
            taken: list[Piece] = []
            while pieces and limit > 0:
                piece = pieces.pop(next(iter(pieces)))
                taken.append(piece)
                weight = weight_of(piece)
                limit -= weight
                self.weight -= weight
            if not pieces:
                del self._parts[whose]
            parts.append(Part(*whose, tuple(taken)))
        return tuple(parts)


def weight_of(piece: Piece) -> int:
    """The weight of one piece."""
    return piece.size + _OVERHEAD * len(piece.places)


def divided(parts: tuple[Part, ...]) -> tuple[tuple[Part, ...], ...]:
    """Up to 16 shards of one that cannot be done as a whole; one of a single piece stays as it is."""
    pieces = [(part, piece) for part in parts for piece in part.pieces]
    size = max(1, -(-len(pieces) // _DIVIDED))
    return tuple(
        tuple(
            part._replace(pieces=tuple(piece for _, piece in group))
            for part, group in groupby(pieces[start : start + size], key=itemgetter(0))
        )
        for start in range(0, len(pieces), size)
    )
