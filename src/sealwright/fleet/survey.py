"""What is in a repository: every content that the scope asks for, the paths that it stands at, and what it is for.

The first of three tasks for each repository. The second looks at contents, wherever they are from; the third, in
`merging`, makes an account of the first and of what was found.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import SealwrightError
from sealwright.finding import Problem
from sealwright.fleet.scope import Scope, account_key, content_key
from sealwright.fleet.standing import Commits, commits_of, root_of, settled
from sealwright.manifest.contents import sizes
from sealwright.manifest.discover import Selection, Target
from sealwright.manifest.git import Repository
from sealwright.manifest.history import Change, Commit, Range, changes, cut_off
from sealwright.manifest.index import CommitTree
from sealwright.manifest.purposes import with_purposes
from sealwright.manifest.selected import Selected
from sealwright.run.history.sightings import Sightings
from sealwright.run.history.versions import Planned, Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.fleet.model import Member

_WORTH_WEIGHING = 200
"""Contents of a repository from which on their sizes are asked for."""
_WHOLE = "."
"""The path of a problem that is about the repository."""


class Arrival(NamedTuple):
    """A repository whose objects are there. `key` is that of its account, b'' where none may be kept."""

    commits: Commits = Commits()
    key: bytes = b""
    problem: Problem | None = None
    later: float = 0.0
    """Seconds after which to ask again: the host wants a pause."""


class Place(NamedTuple):
    """One content at one path, to be looked at: `at` counts in the survey's repositories."""

    at: int
    oid: str
    size: int
    path: str
    purpose: str
    key: bytes


class Seen(NamedTuple):
    """One repository, surveyed; stays where it was made. `problems` are about the repository as a whole."""

    member: Member
    commits: Range
    head: str
    sightings: Sightings
    planned: tuple[Planned, ...]
    problems: tuple[Problem, ...]
    key: bytes


class Failed(NamedTuple):
    """One repository of which nothing can be said."""

    member: Member
    problem: Problem


def arrive(members: Sequence[Member], scope: Scope) -> list[Arrival]:
    """Bring the repositories' objects. A repository that cannot be had is told in its place."""
    settled(scope.engine)
    return [_arrival(member, scope) for member in members]


def survey(members: Sequence[Member], arrivals: Sequence[Arrival], scope: Scope) -> list[Seen | Failed]:
    """Look through the commits that each repository had when it arrived."""
    settled(scope.engine)
    return [_surveyed(member, arrival, scope) for member, arrival in zip(members, arrivals, strict=True)]


def places(surveyed: Sequence[Seen | Failed], scope: Scope) -> list[Place]:
    """Everything that there is to look at in what was surveyed."""
    settled(scope.engine)
    rules = scope.rules
    return [
        Place(index, oid, size.get(oid, 0), path, purpose, content_key(rules, oid, path, purpose))
        for index, seen in enumerate(surveyed)
        if isinstance(seen, Seen)
        for size in [_sizes(seen, scope)]
        for oid, stands in seen.planned
        for path, purpose in stands
    ]


def here(seen: Seen, scope: Scope) -> Seen:
    """As it is on this worker, which need not be the one that surveyed it. Raises SealwrightError."""
    if not seen.commits.tips:
        return seen
    root = root_of(seen.member, scope, seen.commits.tips)
    return seen._replace(commits=seen.commits._replace(root=root))


def _sizes(seen: Seen, scope: Scope) -> dict[str, int]:
    """How large contents are: for shards of even weight. For a few it is not worth a process of git.

    None where they are not to be had: whoever looks at the contents will tell why.
    """
    if len(seen.planned) < _WORTH_WEIGHING:
        return {}
    try:
        return sizes(here(seen, scope).commits.root, [oid for oid, _ in seen.planned])
    except SealwrightError:
        return {}


def _arrival(member: Member, scope: Scope) -> Arrival:
    from sealwright.fleet.mirrors import Deferred

    try:
        root = root_of(member, scope)
        commits = commits_of(root, scope)
        # What a shallow clone leaves out is told, and may be there another time.
        keep = not (scope.history and cut_off(root))
    except Deferred as deferred:
        return Arrival(later=deferred.seconds)
    except SealwrightError as error:
        return Arrival(problem=_problem(error))
    key = account_key(scope.question, (*commits.named, f"HEAD {commits.head}")) if keep else b""
    return Arrival(commits, key)


def _surveyed(member: Member, arrival: Arrival, scope: Scope) -> Seen | Failed:
    commits = arrival.commits
    try:
        found = commits.within(root_of(member, scope, commits.tips) if commits.tips else "")
        look = _history if scope.history else _trees
        sightings, planned, problems = look(found, scope)
        return Seen(member, found, commits.head, sightings, tuple(planned), tuple(problems), arrival.key)
    except SealwrightError as error:
        return Failed(member, _problem(error))


def _problem(error: SealwrightError) -> Problem:
    return Problem(_WHOLE, error.message, hint=error.hint)


def _selection(scope: Scope) -> Selection:
    return Selection((), skip_files=scope.skip_files, max_bytes=scope.max_bytes)


def _history(commits: Range, scope: Scope) -> tuple[Sightings, list[Planned], list[Problem]]:
    sightings = Sightings(Selected(_selection(scope), None))
    problems = []
    try:
        for item in changes(commits):
            sightings.add(item)
    except SealwrightError as error:
        problems.append(_problem(error))
    reading = Reading(commits, sightings, scope.max_bytes, lambda _done, _all: None)
    planned = reading.planned()
    return sightings, planned, [*problems, *reading.problems()]


def _trees(commits: Range, scope: Scope) -> tuple[Sightings, list[Planned], list[Problem]]:
    """The files of each tip, as if a commit without parents had brought all of them."""
    wanted = Selected(_selection(scope), None)
    sightings = Sightings(wanted)
    purposes: dict[str, dict[tuple[str, str], None]] = {}
    problems: dict[Problem, None] = {}
    for tip in commits.tips:
        sightings.add(Commit(tip, 0, ()))
        tree = CommitTree(Repository(commits.root), tip, scope.max_bytes)
        listed = dict(tree.files())
        for path, oid in listed.items():
            sightings.add(Change(os.fsencode(path), (), oid))
        targets = (Target(path) for path in listed if wanted(path))
        # What another file says that a file is for comes as a second job, behind what its folder says.
        for target, purpose, _ in with_purposes(targets, _selection(scope), None, tree):
            if isinstance(target, Problem):
                problems[target] = None
            elif target.path in listed:
                purposes.setdefault(listed[target.path], {})[target.path, purpose] = None
    return sightings, [Planned(oid, tuple(stands)) for oid, stands in purposes.items()], list(problems)
