"""Which repositories a fleet has: families of forks, one monorepo, many small ones, some that are empty."""

from __future__ import annotations

import json
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.fleets.repository import add_commits, empty, set_main, take_over
from benchmarks.fleets.story import Story

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.fleets.story import Planted, Point

EXPECTED = "expected.jsonl"
"""Beside the repositories: for each one what a scan of its whole history has to report."""

_FAMILY = 60
"""Forks of an upstream, on the average; four in ten repositories are nobody's fork."""

_PIECE = 50
_FEW = 10
"""Pieces that are not worth a process."""

_TEAMS = 40


class Piece(NamedTuple):
    """Repositories that are made together: an upstream with its forks, the monorepo, or some that share nothing."""

    kind: str
    number: int
    names: tuple[str, ...]


class Expected(NamedTuple):
    """A repository with what was planted in it."""

    repository: str
    planted: tuple[Planted, ...]


def write_fleet(folder: Path, repositories: int, seed: int = 0, *, largest: int = 0, jobs: int = 0) -> list[Expected]:
    """Write a fleet into a folder that is not there, and the account `expected.jsonl`; the account, sorted by name.

    The commits depend on the number, the seed and `largest` alone: so many has the monorepo, 0 for as many as there are
    repositories. `jobs` processes work on it, one for each core for 0.
    """
    folder.mkdir(parents=True)
    pieces = list(_pieces(repositories, seed))
    write = partial(_write, folder=folder, seed=seed, largest=largest or max(50, repositories))
    if jobs == 1 or len(pieces) <= _FEW:
        made = list(map(write, pieces))
    else:
        with ProcessPoolExecutor(jobs or os.cpu_count(), mp_context=get_context("spawn")) as pool:
            made = list(pool.map(write, pieces))
    expected = sorted(item for group in made for item in group)
    with (folder / EXPECTED).open("w", encoding="utf-8") as file:
        for item in expected:
            planted = [leak._asdict() for leak in item.planted]
            file.write(json.dumps({"repository": item.repository, "planted": planted}) + "\n")
    return expected


def _pieces(repositories: int, seed: int) -> Iterator[Piece]:
    random = Random(f"{seed}/names")
    names = [f"team-{random.randrange(_TEAMS):02}/shop-{number:06}.git" for number in range(repositories)]
    yield Piece("monorepo", 0, tuple(names[:1]))
    forks = names[1 : 1 + round(0.6 * repositories)]
    alone = names[1 + len(forks) :]
    for number, start in enumerate(range(0, len(forks), _FAMILY + 1)):
        yield Piece("family", number, tuple(forks[start : start + _FAMILY + 1]))
    for number, start in enumerate(range(0, len(alone), _PIECE)):
        yield Piece("alone", number, tuple(alone[start : start + _PIECE]))


def _write(piece: Piece, folder: Path, seed: int, largest: int) -> list[Expected]:
    random = Random(f"{seed}/{piece.kind}/{piece.number}")
    if piece.kind == "monorepo":
        return [_alone(folder, name, random, largest) for name in piece.names]
    if piece.kind == "alone":
        return [_alone(folder, name, random, _skewed(random, 2, 400)) for name in piece.names]
    return list(_family(folder, piece.names, random))


def _skewed(random: Random, usual: int, most: int) -> int:
    """A number that is small most often, and large now and then."""
    return min(most, round(usual * random.paretovariate(1.2)))


def _alone(folder: Path, name: str, random: Random, commits: int) -> Expected:
    empty(folder / name)
    if random.random() < 0.02 and commits < 10:
        return Expected(name, ())
    story = Story(random, _stem(name))
    story.tell(commits)
    add_commits(folder / name, story.stream())
    return _expected(name, story)


def _family(folder: Path, names: tuple[str, ...], random: Random) -> Iterator[Expected]:
    """An upstream, and forks that begin at one of a few of its commits; a third of them never added anything."""
    upstream, *forks = names
    empty(folder / upstream)
    story = Story(random, _stem(upstream))
    points = []
    for _ in range(4):
        story.tell(_skewed(random, 12, 200))
        points.append(story.point())
    commits = add_commits(folder / upstream, story.stream(), [point.commit for point in points])
    points = [point._replace(commit=commits[point.commit]) for point in points]
    yield _expected(upstream, story)
    packs = folder / upstream
    for name in forks:
        yield _fork(folder, name, packs, random.choice(points), random)


def _fork(folder: Path, name: str, upstream: Path, point: Point, random: Random) -> Expected:
    empty(folder / name)
    take_over(folder / name, upstream)
    set_main(folder / name, point.commit)
    story = Story(random, _stem(name), point)
    if random.random() < 0.67:
        story.tell(_skewed(random, 1, 60))
        add_commits(folder / name, story.stream())
    return _expected(name, story)


def _stem(name: str) -> str:
    return name.rsplit("/", 1)[-1].removesuffix(".git")


def _expected(name: str, story: Story) -> Expected:
    return Expected(name, tuple(sorted(story.planted)))
