"""What a change brought: the findings of its tree beside those of the tree that it began from.

Both trees are looked at as a whole, with the same rules, so that it does not matter which lines a change touched: who
deletes a NetworkPolicy answers for what that leaves open. A finding is the same where rule, file, object and field are
(its fingerprint); a file or an object that has only moved brings nothing new. An object has moved where it is gone from
one file and has come to one other: what is mended in one place pays for nothing in another.

What looks the same is new all the same where it weighs more than before, where its value is another, or where a reason
that was written into the file has been taken out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Finding, Status
from sealwright.gate.baseline import is_named

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from sealwright.finding import ResourceRef

_CHANGED = "; its value is not the one of {}"
_BARED = "; in {} it was allowed, with a reason"
_GROWN = "; in {} it was only {}"


class Comparison(NamedTuple):
    """`findings` are the head's, in their order; those that the base has as well are known, if they were new.

    `gone` are the base's that the head does not have any more, sorted by path and place. `excused` counts the head's
    that would be new, were they not accepted by a waiver, the baseline or a comment.
    """

    findings: list[Finding]
    gone: list[Finding]
    excused: int = 0


def compare(
    base: Iterable[Finding],
    head: Sequence[Finding],
    renamed: Mapping[str, str],
    since: str,
    has_moved: Callable[[ResourceRef, str, str], bool],
) -> Comparison:
    """Which of the head's findings are there since the base. The order of either does not matter.

    `base`: as its files say, with inline allowances, but without waivers and baseline, which are those of the head.
    `head`: after them. `renamed` gives the old path of files that were renamed; `since` is what people call the base.
    `has_moved` tells whether an object went from an old path to a new one.
    """
    matching = _Matching(base)
    matched: dict[int, Finding] = {}
    for key in _keys(renamed):
        matched |= matching.take(_rest(head, matched), key)
    moved = matching.moved(_rest(head, matched), has_moved)

    def by_object(finding: Finding, is_head: bool) -> Hashable:
        path = moved.get((finding.resource, finding.location.path)) if is_head else finding.location.path
        return (path, *_identity(finding)) if path is not None and is_named(finding.resource) else None

    matched |= matching.take(_rest(head, matched), by_object)
    findings = [_beside(matched.get(at), finding, since) for at, finding in enumerate(head)]
    excused = sum(_is_excused(matched.get(at), finding, since) for at, finding in enumerate(head))
    return Comparison(findings, matching.left(), excused)


def _rest(head: Sequence[Finding], matched: Mapping[int, Finding]) -> list[tuple[int, Finding]]:
    return [(at, finding) for at, finding in enumerate(head) if at not in matched]


def _keys(renamed: Mapping[str, str]) -> tuple[Callable[[Finding, bool], Hashable], ...]:
    """By what two findings are the same, from the surest to the least: path, renamed path.

    Each is asked for findings of the head (True) and of the base (False); None is the same as nothing.
    """

    def by_path(finding: Finding, _head: bool) -> Hashable:
        return (finding.location.path, *_identity(finding))

    def by_old_path(finding: Finding, head: bool) -> Hashable:
        path = renamed.get(finding.location.path) if head else finding.location.path
        return (path, *_identity(finding)) if path is not None else None

    return by_path, by_old_path


def _identity(finding: Finding) -> tuple[Hashable, ...]:
    """What a fingerprint is made of, without the path."""
    return (finding.rule, finding.resource, finding.field, finding.occurrence)


class _Matching:
    """The base's findings, each of which stands for one of the head's at most."""

    def __init__(self, base: Iterable[Finding]) -> None:
        self._left = sorted(base, key=lambda finding: (finding.location, _identity(finding)))

    def take(
        self, wanted: Iterable[tuple[int, Finding]], key: Callable[[Finding, bool], Hashable]
    ) -> dict[int, Finding]:
        """The base's finding for each of those that has one by this key; what is taken is gone."""
        candidates: dict[Hashable, list[int]] = defaultdict(list)
        for place, finding in enumerate(self._left):
            if (what := key(finding, False)) is not None:
                candidates[what].append(place)
        for places in candidates.values():
            places.reverse()
        taken: dict[int, int] = {}
        for at, finding in sorted(wanted, key=lambda item: (item[1].location, _identity(item[1]))):
            if (what := key(finding, True)) is not None and candidates.get(what):
                taken[at] = candidates[what].pop()
        result = {at: self._left[place] for at, place in taken.items()}
        gone = set(taken.values())
        self._left = [finding for place, finding in enumerate(self._left) if place not in gone]
        return result

    def moved(
        self, wanted: Iterable[tuple[int, Finding]], has_moved: Callable[[ResourceRef, str, str], bool]
    ) -> dict[tuple[ResourceRef, str], str]:
        """The old path of each object of the head that has moved, by object and new path; every old path once.

        Of several ways in which it may have moved, the one that leaves the fewest findings unmatched.
        """
        # What has no name of its own is told apart by nothing but its file.
        old = _by_place(finding for finding in self._left if is_named(finding.resource))
        new = _by_place(finding for _, finding in wanted)
        ways = sorted(
            (-(before & after).total(), resource, path, there)
            for resource in old.keys() & new.keys()
            for path, before in old[resource].items()
            for there, after in new[resource].items()
        )
        found: dict[tuple[ResourceRef, str], str] = {}
        taken: set[tuple[ResourceRef, str]] = set()
        for _, resource, path, there in ways:
            free = (resource, there) not in found and (resource, path) not in taken
            if free and has_moved(resource, path, there):
                found[resource, there] = path
                taken.add((resource, path))
        return found

    def left(self) -> list[Finding]:
        """What no finding of the head has taken."""
        return self._left


def _by_place(findings: Iterable[Finding]) -> dict[ResourceRef, dict[str, Counter[Hashable]]]:
    """How often each thing is said of an object, by object and by path."""
    found: dict[ResourceRef, dict[str, Counter[Hashable]]] = {}
    for finding in findings:
        said = found.setdefault(finding.resource, {}).setdefault(finding.location.path, Counter())
        said[_identity(finding)] += 1
    return found


def _is_excused(before: Finding | None, finding: Finding, since: str) -> bool:
    """Whether the finding would be new, were it not accepted."""
    if finding.status is Status.NEW:
        return False
    before = before._replace(status=Status.NEW) if before is not None else None
    return _beside(before, finding._replace(status=Status.NEW), since).status is Status.NEW


def _beside(before: Finding | None, finding: Finding, since: str) -> Finding:
    """The finding beside the one that the base has in its place."""
    if before is None or finding.status is not Status.NEW:
        return finding
    if before.severity < finding.severity:
        return finding._replace(message=finding.message + _GROWN.format(since, before.severity.label))
    if before.status is Status.WAIVED:
        return finding._replace(message=finding.message + _BARED.format(since))
    if finding.mark and before.mark and finding.mark != before.mark:
        return finding._replace(message=finding.message + _CHANGED.format(since))
    moved = f", then in {before.location.path}" if before.location.path != finding.location.path else ""
    return finding._replace(status=Status.KNOWN, reason=f"unchanged since {since}{moved}")
