"""Why items open with none of the keys, for many items at once: sealed for another label, or for another key.

One item of each object is looked into at a time: first under a few likely labels, which is fast; then by looking
inside, which tells every label but takes thirty times as long. What is found is tried on the object's other items,
which costs one operation each, and tells which keys to begin with in other objects. Files can be made in which nothing
is ever found; so there is an end to the search, after which the other items are said not to open, which is certain,
without the reason.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from sealwright.sealing.diagnosis import Cause
from sealwright.verify.keys.probing import Probe, Prober

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from sealwright.sealing.keys import PrivateKey
    from sealwright.verify.keys.order import KeyOrder
    from sealwright.verify.keys.probing import Hit
    from sealwright.verify.labels import Label

_MOST_AT_ONCE = 64

_MOST_TRIES = 2_000
_MOST_LOOKS = 400
_MOST_LOOKS_IN_AN_OBJECT = 80
"""Operations, as many as these of 4096 bits: about four seconds for all tries, twenty for all looks, and four."""


class Puzzle(NamedTuple):
    """An item that does not open: its object, its RSA block, the labels to try first, and how a digest is looked up."""

    place: Hashable
    block: bytes
    likely: Callable[[], Sequence[Label]]
    find: Callable[[bytes], Label | None]


class Explanation(NamedTuple):
    """The cause; None where it was not looked into. The key's number, and the words for the label where it is known.

    `foreign`: no item of the run was sealed with any of the keys, as far as it was looked into.
    """

    cause: Cause | None
    key: int = -1
    label: str = ""
    foreign: bool = False


class Explainer:
    """Explains the items of one run. `opened` counts, for each object, which keys opened its other items.

    The keys that were met most often come first. No order of threads decides anything, since there is an end to it.
    """

    def __init__(
        self, keys: Sequence[PrivateKey], order: KeyOrder, opened: Mapping[Hashable, Iterable[int]], workers: int
    ) -> None:
        self._order = order
        self._met_in = {place: Counter(found) for place, found in opened.items()}
        self._met = Counter(key for found in self._met_in.values() for key in found)
        self._prober = Prober(keys, workers)
        self._costs = [(key.bits / 4096) ** 3 for key in keys]
        self._sizes = {(key.bits + 7) // 8 for key in keys}
        self._tries = float(_MOST_TRIES)
        self._looks = float(_MOST_LOOKS)
        self._looks_in: dict[Hashable, float] = {}

    def all(self, puzzles: Sequence[Puzzle]) -> list[Explanation]:
        """An explanation for each, in order; the same ones however many workers there are."""
        explained: dict[int, Explanation] = {}
        waiting: dict[Hashable, list[int]] = {}
        for number, puzzle in enumerate(puzzles):
            waiting.setdefault(puzzle.place, []).append(number)
        at_once = 1
        while waiting:
            batch = {place: waiting.pop(place) for place in list(islice(waiting, at_once))}
            waiting |= self._round(puzzles, batch, explained)
            at_once = min(2 * at_once, _MOST_AT_ONCE)
        rest = Explanation(None, foreign=not self._met)
        return [explained.get(number, rest) for number in range(len(puzzles))]

    def _round(
        self, puzzles: Sequence[Puzzle], batch: Mapping[Hashable, list[int]], explained: dict[int, Explanation]
    ) -> dict[Hashable, list[int]]:
        """Explain the first item of each object and those like it; what is left, where there is hope for it."""
        found = self._look_into({members[0]: puzzles[members[0]] for members in batch.values()})
        explained.update((first, self._explanation(puzzles[first], hit)) for first, hit in found.items())
        hits = {puzzles[first].place: hit for first, hit in found.items() if hit is not None}
        for place, hit in hits.items():
            self._met[hit.key] += 1
            self._met_in.setdefault(place, Counter())[hit.key] += 1
        places = [puzzles[first].place for first in found]
        rest = {place: {number: puzzles[number] for number in batch[place][1:]} for place in places}
        explained.update(self._under_known_label(rest, hits))
        explained.update(self._under_known_key(rest, hits))
        left = {place: [number for number in rest[place] if number not in explained] for place in places}
        return {place: members for place, members in left.items() if members}

    def _look_into(self, firsts: Mapping[int, Puzzle]) -> dict[int, Hit | None]:
        """What these were sealed with, None for a key that is not here; nothing for those that come too late."""
        probes = {number: Probe(puzzle.block, self._possible(puzzle)) for number, puzzle in firsts.items()}
        found: dict[int, Hit | None] = {number: None for number, probe in probes.items() if not probe.keys}
        tries: dict[int, Probe] = {}
        for number, probe in probes.items():
            if probe.keys and self._tries > 0 and firsts[number].place not in self._looks_in:
                tries[number] = probe._replace(labels=firsts[number].likely())
                self._tries -= self._cost(probe.keys) * len(tries[number].labels)
        hits = self._prober.try_labels(list(tries.values()))
        found.update((number, hit) for number, hit in zip(tries, hits, strict=True) if hit is not None)
        return found | self._looked_inside(
            {number: (firsts[number], probe) for number, probe in probes.items() if number not in found}
        )

    def _looked_inside(self, probes: Mapping[int, tuple[Puzzle, Probe]]) -> dict[int, Hit | None]:
        """The same for as many as there is patience for."""
        chosen = {
            number: (puzzle, probe)
            for number, (puzzle, probe) in probes.items()
            if self._may_look(puzzle.place, self._cost(probe.keys))
        }
        found: dict[int, Hit | None] = {}
        hits = self._prober.look_inside([probe for _, probe in chosen.values()])
        for (number, (puzzle, probe)), hit in zip(chosen.items(), hits, strict=True):
            if hit is not None:
                spared = self._cost(probe.keys[probe.keys.index(hit.key) + 1 :])
                self._looks += spared
                self._looks_in[puzzle.place] -= spared
            found[number] = hit and hit._replace(label=puzzle.find(hit.digest))
        return found

    def _under_known_label(
        self, rest: Mapping[Hashable, Mapping[int, Puzzle]], hits: Mapping[Hashable, Hit]
    ) -> Iterable[tuple[int, Explanation]]:
        """Those that open with the key and label of the one of their object that was looked into."""
        known = {place: (hit, hit.label) for place, hit in hits.items() if hit.label is not None}
        rows = [
            [Probe(puzzle.block, [hit.key], [label]) for puzzle in rest[place].values()]
            for place, (hit, label) in known.items()
        ]
        for (place, (hit, _)), alike in zip(known.items(), self._prober.try_rows(rows), strict=True):
            members = list(rest[place].items())
            yield from ((members[index][0], self._explanation(members[index][1], hit)) for index in alike)

    def _under_known_key(
        self, rest: Mapping[Hashable, Mapping[int, Puzzle]], hits: Mapping[Hashable, Hit]
    ) -> Iterable[tuple[int, Explanation]]:
        """Those of the same key where nobody knows the label."""
        probes = {
            number: (puzzle, Probe(puzzle.block, [hit.key]))
            for place, hit in hits.items()
            if hit.label is None
            for number, puzzle in rest[place].items()
        }
        for number, found in self._looked_inside(probes).items():
            if found is not None:
                yield number, self._explanation(probes[number][0], found)

    def _explanation(self, puzzle: Puzzle, hit: Hit | None) -> Explanation:
        if hit is not None:
            return Explanation(Cause.WRONG_LABEL, hit.key, hit.label.words if hit.label else "")
        return Explanation(Cause.WRONG_KEY if len(puzzle.block) in self._sizes else Cause.OTHER_KEY_SIZE)

    def _may_look(self, place: Hashable, cost: float) -> bool:
        """Whether there is patience left; if so, less afterwards. An object's first item has the most of it."""
        before = self._looks_in.get(place, 0)
        if self._looks <= 0 or (before and before + cost > _MOST_LOOKS_IN_AN_OBJECT):
            return False
        self._looks -= cost
        self._looks_in[place] = before + cost
        return True

    def _possible(self, puzzle: Puzzle) -> list[int]:
        here = self._met_in.get(puzzle.place, Counter[int]())
        return sorted(self._order.possible(puzzle.block), key=lambda key: (-here[key], -self._met[key]))

    def _cost(self, keys: Sequence[int]) -> float:
        return sum(self._costs[key] for key in keys)
