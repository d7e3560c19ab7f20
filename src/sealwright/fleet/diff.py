"""What is new and what is gone between two runs, repository by repository: no more than two accounts are held at once.

A finding is the same where its repository's name and its fingerprint are. What is not seen any more in a repository
that could not be read as a whole is not said to be gone.
"""

from __future__ import annotations

from collections import Counter
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sealwright.fleet.model import Account
    from sealwright.fleet.run_folder import RunFolder
    from sealwright.fleet.thresholds import Thresholds

_COMPARED = ("severity", "confidence", "status")
OF_THE_ENGINE = frozenset({"rules"})
"""Settings that say what an engine looks for: another engine has others, and that is said by its name."""


class Kind(Enum):
    """What has become of a finding, or of a repository."""

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"
    UNSURE = "unsure"
    """Not seen any more, where not everything could be read."""
    ADDED = "repository-added"
    REMOVED = "repository-removed"
    UNREADABLE = "repository-unreadable"
    READABLE = "repository-readable"
    MISSING = "repository-missing"
    """In the list of the newer run, which has not come to it yet."""


class Change(NamedTuple):
    """One difference. `finding` is as the newer run has it, or the older one where it is gone; None for repositories.

    `before` has what has changed of it, as it was. `fails`: it fails now, and did not before.
    """

    kind: Kind
    repository: str
    finding: Mapping[str, Any] | None = None
    before: Mapping[str, str] = {}
    fails: bool = False


def comparable(old: RunFolder, new: RunFolder) -> str:
    """'' where two runs asked the same, a remark where another engine did. Raises UsageError for anything else."""
    first, second = old.question, new.question
    if first.command != second.command:
        hint = f"one is of `fleet {first.command}`, the other of `fleet {second.command}`"
        raise UsageError("these runs asked different things", place=new.folder, hint=hint)
    same_engine = first.engine == second.engine
    left_out = frozenset() if same_engine else OF_THE_ENGINE
    names = sorted((first.settings.keys() | second.settings.keys()) - left_out)
    others = [name for name in names if first.settings.get(name) != second.settings.get(name)]
    if others:
        hint = f"they differ in {', '.join(others)}: make both runs with the same options"
        raise UsageError("these runs asked different things", place=new.folder, hint=hint)
    if same_engine:
        return ""
    return f"the runs were made by different engines, {first.engine} and {second.engine}: rules may have changed"


def changes(old: RunFolder, new: RunFolder, thresholds: Thresholds) -> Iterator[Change]:
    """Every difference, in the order of the newer run's list; then the repositories that it does not have."""
    for _, member in new.members():
        name, before, found = member.name, old.find(member.name), new.find(member.name)
        account = found[1] if found is not None else None
        if before is None:
            yield Change(Kind.ADDED, name)
        if account is None:
            yield Change(Kind.MISSING, name)
        else:
            yield from _of_repository(before[1] if before is not None else None, account, thresholds)
    for _, member in old.members():
        if new.find(member.name) is None:
            yield Change(Kind.REMOVED, member.name)


def _of_repository(before: Account | None, now: Account, thresholds: Thresholds) -> Iterator[Change]:
    name = now.member.name
    if now.errors and not (before is not None and before.errors):
        yield Change(Kind.UNREADABLE, name)
    elif before is not None and before.errors and not now.errors:
        yield Change(Kind.READABLE, name)
    earlier = _by_mark(before) if before is not None else {}
    for mark, finding in _by_mark(now).items():
        was = earlier.pop(mark, None)
        fails = thresholds.fails(finding) and (was is None or not thresholds.fails(was))
        if was is None:
            yield Change(Kind.NEW, name, finding, fails=fails)
            continue
        changed = {field: was[field] for field in _COMPARED if was[field] != finding[field]}
        if changed:
            yield Change(Kind.CHANGED, name, finding, changed, fails)
    for finding in earlier.values():
        yield Change(Kind.UNSURE if now.errors else Kind.GONE, name, finding)


def _by_mark(account: Account) -> dict[tuple[str, int], Mapping[str, Any]]:
    """By fingerprint; of several that have the same one, the first is compared with the first."""
    seen: Counter[str] = Counter()
    marked = {}
    for finding in account.findings:
        mark = finding["fingerprint"]
        marked[mark, seen[mark]] = finding
        seen[mark] += 1
    return marked
