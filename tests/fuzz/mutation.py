"""A plain engine: inputs made from seeds by a few mutations, the same for the same seed of its random numbers."""

from __future__ import annotations

import random
from collections.abc import Iterator

from fuzz.registry import Target

LONGEST = 4096
"""Bytes of an input, but for one in a hundred, which repeats a piece up to sixteen times as often."""


def inputs(target: Target, seed: int, runs: int) -> Iterator[bytes]:
    """The seeds as they are, then mutations of them; `runs` in all."""
    randomness = random.Random(f"{target.name} {seed}")
    yield from target.seeds[:runs]
    for _ in range(runs - len(target.seeds)):
        data = randomness.choice(target.seeds)
        for _ in range(randomness.choice((1, 1, 2, 3, 5, 9))):
            data = mutated(data, target, randomness)
        yield data if randomness.randrange(100) else repeated(data, randomness, 16 * LONGEST)


def mutated(data: bytes, target: Target, randomness: random.Random) -> bytes:
    """One mutation: of bytes, of lines, with words that mean something, with pieces of other seeds."""
    kind = randomness.randrange(9)
    start = randomness.randint(0, len(data))
    end = min(len(data), start + int(randomness.expovariate(0.1)))
    if kind == 0:
        return data[:start] + data[end:]
    if kind == 1:
        return data[:start] + randomness.choice(target.words or (b"",)) + data[start:]
    if kind == 2:
        return data[:start] + randomness.choice(target.words or (b"",)) + data[end:]
    if kind == 3:
        return data[:start] + bytes([randomness.randrange(256)]) + data[start + 1 :]
    if kind == 4:
        other = randomness.choice(target.seeds)
        begin = randomness.randint(0, len(other))
        return (data[:start] + other[begin : begin + int(randomness.expovariate(0.01))] + data[end:])[:LONGEST]
    if kind == 5:
        return repeated(data, randomness, LONGEST)
    if kind == 6:
        return data[:end]
    return _of_lines(data, randomness)


def repeated(data: bytes, randomness: random.Random, longest: int) -> bytes:
    """A piece many times over: what is deep, wide or long grows that way."""
    start = randomness.randint(0, len(data))
    piece = data[start : start + 1 + int(randomness.expovariate(0.2))]
    times = randomness.choice((2, 3, 17, 255, 1000, 5000))
    return (data[:start] + piece * times + data[start:])[: max(longest, len(data))]


def _of_lines(data: bytes, randomness: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if not lines:
        return data
    at = randomness.randrange(len(lines))
    other = randomness.randrange(len(lines))
    kind = randomness.randrange(5)
    if kind == 0:
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == 1:
        lines.insert(other, lines[at])
    elif kind == 2:
        del lines[at]
    elif kind == 3:
        lines[at] = b" " * randomness.choice((1, 2, 4)) + lines[at]
    else:
        lines[at] = lines[at][randomness.choice((1, 2)) :]
    return b"".join(lines)
