"""Which of many keys to try next on an item: the likeliest, as far as numbers and neighbours tell.

Every try costs a private operation, two milliseconds at 4096 bits, and nothing in an item names its key. Three things
tell something for nothing. An RSA block is a number below the modulus: a key with a smaller modulus is impossible. All
such numbers are equally likely: of several items that one key sealed, the largest lies close under its modulus, so that
among the possible moduli the smallest is the likeliest, by its power of the number of items. And neighbours were mostly
sealed together, or in a pattern that repeats. Bayes' rule joins the three. The order decides about time alone: all
possible keys are tried before an item is said not to open.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, NamedTuple

from sealwright.sealing.scheme import fits

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from sealwright.sealing.keys import PrivateKey


class Company(NamedTuple):
    """The blocks of one size in one object, which probably have one key: how many, and the largest as a number."""

    blocks: int
    largest: int


class Trail:
    """Where one worker comes from: the object of the item before, and the key that it opened with (-1: none)."""

    place: Hashable = None
    key: int = -1


class KeyOrder:
    """Learns while items open. Threads share one: what one of them overwrites costs a try, never a result."""

    def __init__(self, keys: Sequence[PrivateKey]) -> None:
        self._bits = [key.bits for key in keys]
        self._moduli = [key.key.public_key().public_numbers().n for key in keys]
        self._logs = [log(modulus) for modulus in self._moduli]
        self._objects = [0] * len(keys)  # how many objects each key was met in
        self._next: dict[tuple[int, bool], int] = {}  # what came last after a key, in the same object or the next
        self._last: dict[Hashable, int] = {}  # the key of an object's last item, whoever opened it
        self._right: dict[str, tuple[int, int]] = {}  # for each kind of guess, how often it was right, of how many

    def possible(self, block: bytes) -> list[int]:
        """The keys whose size and modulus allow the block."""
        number = int.from_bytes(block, "big")
        return [
            index for index, modulus in enumerate(self._moduli) if number < modulus and fits(self._bits[index], block)
        ]

    def sorted(self, possible: list[int], company: Company, place: Hashable, trail: Trail) -> list[int]:
        """The possible keys, the likeliest first."""
        if len(possible) < 2:
            return possible
        guesses = self._guesses(place, trail)
        alone = place in self._last  # the company was asked for the first item; after it, the neighbours tell more
        count, largest = (1, 0) if alone else company
        total = sum(self._objects) + len(self._objects)

        def chance(index: int) -> float:
            known = (self._objects[index] + 1) / total
            known += sum(self._trust(kind) for kind, guess in guesses.items() if guess == index)
            unfit = 1e6 if self._moduli[index] <= largest else 0
            return log(known) - count * self._logs[index] - unfit

        return sorted(possible, key=chance, reverse=True)

    def learn(self, key: int, place: Hashable, trail: Trail) -> None:
        """An item of this object opened with this key."""
        for kind, guess in self._guesses(place, trail).items():
            right, all_guesses = self._right.get(kind, (0, 0))
            self._right[kind] = (right + (guess == key), all_guesses + 1)
        if self._last.get(place) != key:
            self._objects[key] += 1
        self._next[trail.key, trail.place == place] = key
        self._last[place] = key
        trail.place, trail.key = place, key

    def _guesses(self, place: Hashable, trail: Trail) -> dict[str, int]:
        """What neighbours suggest, by kind."""
        inside = trail.place == place
        found = {
            "as the item before": self._last.get(place, -1),
            "what followed in an object": self._next.get((trail.key, True), -1) if inside else -1,
            "what followed in the next object": self._next.get((trail.key, False), -1) if not inside else -1,
        }
        return {kind: key for kind, key in found.items() if key >= 0}

    def _trust(self, kind: str) -> float:
        right, guesses = self._right.get(kind, (0, 0))
        return (right + 1) / (guesses + 2)
