"""Values that are or were in clear in Git, and so have to be changed, with how the same Secret is held by now."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from typing import TYPE_CHECKING

from sealwright.finding import Status
from sealwright.inventory.model import Rotation
from sealwright.run.inventory.joining import shows_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sealwright.finding import Finding
    from sealwright.inventory.model import Held, Secret
    from sealwright.run.inventory.past import PastSecrets

_SECRET = "Secret"  # noqa: S105 - a kind


def rotations(
    now: Iterable[Finding], past: PastSecrets, history: Iterable[Finding], secrets: Sequence[Secret]
) -> tuple[Rotation, ...]:
    """What to rotate: what is in clear now, then what was, the newest first.

    `history` are findings of all commits of a range, `past` those of some commits: what is known from both is told as
    the former have it. What somebody has waived is left out.
    """
    found: dict[tuple[object, ...], Rotation] = {}
    present = {_place(finding) for finding in now if _counts(finding)}
    held = _Holding(secrets)
    for finding in history:
        if _counts(finding) and finding.history is not None:
            first, last, at_tip, since, until = finding.history
            del last
            found[_place(finding)] = _rotation(finding, held)._replace(
                since=since, until="" if at_tip else until, first=first, at_tip=at_tip
            )
    for seen in past.values:
        if _counts(seen.finding):
            step, at_tip = past.steps[seen.first], _place(seen.finding) in present
            until = "" if at_tip else past.steps[seen.last].day
            new = _rotation(seen.finding, held)._replace(since=step.day, until=until, first=step.oid, at_tip=at_tip)
            found.setdefault(_place(seen.finding), new)
    for finding in now:
        if _counts(finding):
            found.setdefault(_place(finding), _rotation(finding, held))
    waived = {_place(finding) for finding in now if finding.status is Status.WAIVED}
    kept = [rotation for place, rotation in found.items() if place not in waived]
    kept.sort(key=lambda one: (one.path, one.field))
    kept.sort(key=lambda one: one.until or one.since, reverse=True)
    return tuple(sorted(kept, key=lambda one: not one.at_tip))


def since(secrets: Iterable[Secret], now: Iterable[Finding], history: Iterable[Finding]) -> list[Secret]:
    """The secrets in clear with the day since when they are, where a range of commits tells it."""
    days = {_place(finding): finding.history.first_day for finding in history if finding.history is not None}
    known = {finding.fingerprint: days[_place(finding)] for finding in now if _place(finding) in days}
    return [
        secret._replace(since=min(found))
        if (found := [known[one] for one in secret.findings if one in known])
        else secret
        for secret in secrets
    ]


def _counts(finding: Finding) -> bool:
    return shows_value(finding) and finding.status is not Status.WAIVED


def _place(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.location.path, finding.resource, finding.field, finding.occurrence


def _rotation(finding: Finding, held: _Holding) -> Rotation:
    path = finding.location.path
    return Rotation(finding.resource, finding.field, path, finding.rule, "", held=held.of(finding))


class _Holding:
    """How the Secret of a finding is held now: of several of its name, the one that is kept nearest."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self._named: dict[str, list[Secret]] = defaultdict(list)
        self._by_finding: dict[str, Held] = {}
        for secret in secrets:
            self._named[secret.name or secret.ref.name].append(secret)
            self._by_finding.update(dict.fromkeys(secret.findings, secret.held))

    def of(self, finding: Finding) -> Held | None:
        own = self._by_finding.get(finding.fingerprint)
        if own is not None:
            return own
        ref, path = finding.resource, finding.location.path
        if ref.kind != _SECRET or not ref.name:
            return None
        same = [
            one
            for one in self._named.get(ref.name, ())
            if not (ref.namespace and one.ref.namespace) or one.ref.namespace == ref.namespace
        ]
        nearest = max(
            same, key=lambda one: len(posixpath.commonpath((f"/{path}", f"/{one.location.path}"))), default=None
        )
        return nearest.held if nearest is not None else None
