"""Work in pieces: none is lost, none comes twice, and no piece is much larger than asked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sealwright.fleet.model import Member
from sealwright.fleet.scanning import Part
from sealwright.fleet.shards import Shards, divided, weight_of
from sealwright.fleet.survey import Place

MEMBERS = [Member(name, f"/{name}") for name in "abc"]
PLACES = st.lists(st.tuples(st.sampled_from(MEMBERS), st.integers(0, 9), st.integers(0, 3)), max_size=40, unique=True)
"""(repository, content, path): the size is that of the content."""
SIZES = [0, 1, 300, 4000, 70_000, 500_000, 999_999, 1_000_000, 3_000_000, 5_000_000]


def _keys(parts: tuple[Part, ...]) -> list[bytes]:
    return [key for part in parts for piece in part.pieces for *_, key in piece.places]


@given(PLACES, st.integers(1, 3_000_000))
def test_every_place_comes_once(given_places: list[tuple[Member, int, int]], limit: int) -> None:
    shards = Shards(limit)
    wanted = []
    for number, (member, oid, path) in enumerate(given_places):
        key = number.to_bytes(16, "big")
        shards.add(member, (), Place(0, str(oid), SIZES[oid], str(path), "", key))
        wanted.append(key)
    assert shards.full == (shards.weight >= limit)
    found = []
    while parts := shards.take():
        weights = [weight_of(piece) for part in parts for piece in part.pieces]
        assert sum(weights[:-1]) < limit, "only the last piece may go over"
        assert len({part.member for part in parts}) == len(parts)
        found += _keys(parts)
    assert sorted(found) == sorted(wanted)
    assert shards.weight == 0
    assert not shards.full


@given(PLACES)
def test_what_is_divided_ends_in_single_pieces(given_places: list[tuple[Member, int, int]]) -> None:
    shards = Shards(1 << 40)
    for number, (member, oid, path) in enumerate(given_places):
        shards.add(member, (), Place(0, str(oid), SIZES[oid], str(path), "", number.to_bytes(16, "big")))
    whole = shards.take()
    waiting, single = [whole] if whole else [], []
    while waiting:
        parts = waiting.pop()
        if sum(len(part.pieces) for part in parts) == 1:
            single += _keys(parts)
        else:
            some = divided(parts)
            assert 2 <= len(some) <= 16
            waiting += some
    assert sorted(single) == sorted(_keys(whole))
