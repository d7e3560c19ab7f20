"""What has to be rotated: each value that was in Git, since when, in what one can still get it from, who touched it.

A value is looked for by its content, in every spelling, in all that the refs of the repository reach; one that is short
or an ordinary word, which would be found everywhere, beside its key at the paths where its file stood.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import SealwrightError
from sealwright.finding import Problem
from sealwright.manifest.history import cut_off, resolve
from sealwright.run.convert.absence import is_ordinary
from sealwright.run.convert.spellings import SHORTEST
from sealwright.run.convert.worklist_history import Account, People, account_of, tips_of
from sealwright.run.convert.worklist_search import Search

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.finding import ResourceRef
    from sealwright.manifest.git import Repository
    from sealwright.manifest.history import Range
    from sealwright.plaintext import Plaintext
    from sealwright.run.convert.worklist_history import Person, Tip
    from sealwright.run.convert.worklist_search import Progress

CONTENT, PLACE = "content", "place"
SHORT = 8
"""Digits of a commit's id that people get to see."""
_REPOSITORY = "."


class Moved(NamedTuple):
    """A value that was in a file at `path` (from the root, with `/`), and where it is now: the object and its key.

    `written` is the name by which it stood in the file, '' for that of the key.
    """

    ref: ResourceRef
    key: str
    value: Plaintext
    path: str
    store: str = ""
    remote: str = ""
    property: str = ""
    written: str = ""


class Kept(NamedTuple):
    """A branch or a tag from which the value can be had; `at_tip`: its newest commit holds it, not only older ones."""

    name: str
    at_tip: bool


class Item(NamedTuple):
    """One value to rotate. `since` is the first commit that had it, '' where none had: it was never committed.

    `commits` is how many brought it to a place or took it away, `people` their authors. `found` says how it was looked
    for: by its content, or by its key at the paths of its file.
    """

    ref: ResourceRef
    key: str
    path: str
    store: str
    remote: str
    property: str
    since: str = ""
    since_day: str = ""
    commits: int = 0
    people: tuple[Person, ...] = ()
    branches: tuple[Kept, ...] = ()
    tags: tuple[Kept, ...] = ()
    others: tuple[Kept, ...] = ()
    paths: tuple[str, ...] = ()
    found: str = CONTENT


class Worklist(NamedTuple):
    """All values, by object and key; `problems` are what of the history could not be looked at."""

    items: tuple[Item, ...]
    problems: tuple[Problem, ...] = ()


def worklist(
    repository: Repository,
    moved: Sequence[Moved],
    commits: Range | None = None,
    *,
    progress: Progress = lambda _done, _all: None,
) -> Worklist:
    """The worklist of what was moved; empty values are left out. `commits` None means all that any ref reaches.

    `progress` is told how many of all contents have been read. What cannot be read becomes a Problem.
    """
    commits = commits or resolve(repository.root, "--all")
    wanted = [one for one in moved if one.value]
    search = Search(commits, progress)
    problems: list[Problem] = []
    try:
        hits = search.hits(
            [(one.value, one.written or one.key, "" if _has_content(one) else one.path) for one in wanted]
        )
        account = account_of(commits, hits)
    except SealwrightError as error:
        problems.append(Problem(_REPOSITORY, error.message, hint=error.hint))
        hits, account = {}, Account()
    problems += [*search.problems(), *_cut_off(commits.root)]
    tips = tips_of(commits, hits, account)
    people = People(commits.root, account)
    items = [_item(one, number, account, people, tips) for number, one in enumerate(wanted)]
    return Worklist(tuple(sorted(items, key=lambda item: (item.ref, item.key, item.path))), tuple(problems))


def _has_content(one: Moved) -> bool:
    return len(one.value.reveal().strip()) >= SHORTEST and not is_ordinary(one.value)


def _item(one: Moved, number: int, account: Account, people: People, tips: Sequence[Tip]) -> Item:
    found = CONTENT if _has_content(one) else PLACE
    item = Item(one.ref, one.key, one.path, one.store, one.remote, one.property, found=found)
    first = account.first.get(number)
    if first is None:
        return item
    kept = [(tip.kind, Kept(tip.name, number in tip.holds)) for tip in tips if tip.mask >> number & 1]
    return item._replace(
        since=first.oid,
        since_day=account.day(first),
        commits=len(account.touched[number]),
        people=people.of(number),
        branches=tuple(sorted(one for kind, one in kept if kind == "branch")),
        tags=tuple(sorted(one for kind, one in kept if kind == "tag")),
        others=tuple(sorted(one for kind, one in kept if kind == "other")),
        paths=tuple(sorted(account.paths[number])),
    )


def _cut_off(root: str) -> list[Problem]:
    ends = sorted(cut_off(root))
    if not ends:
        return []
    message = f"the history is cut off at commit {ends[0][:SHORT]}: what came before was not looked at"
    return [Problem(_REPOSITORY, message, hint="get all of it: git fetch --unshallow; in CI, fetch-depth: 0")]
