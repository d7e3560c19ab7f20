"""What was found in contents, made into an account of each repository that has them: the third task."""

from __future__ import annotations

import os
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.errors import SealwrightError
from sealwright.finding import Finding, Problem
from sealwright.fleet.encoding import NOTHING, decoded
from sealwright.fleet.failures import failed, stopped
from sealwright.fleet.model import Account
from sealwright.fleet.scope import content_key
from sealwright.fleet.standing import settled
from sealwright.fleet.survey import Failed, here
from sealwright.manifest.contents import contents
from sealwright.manifest.history import held
from sealwright.report.json_v1 import error_entry, finding_entry
from sealwright.run.history import cut_off_within, held_by_tips
from sealwright.run.history.merging import Merged
from sealwright.run.results import FileDone

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from sealwright.fleet.scope import Scope
    from sealwright.fleet.survey import Seen
    from sealwright.run.results import Result

_ABSENT = "its content could not be read: not checked"
_LOST = "looking at it failed, or stopped its worker: not checked"


def accounts(
    surveyed: Sequence[Seen | Failed],
    found: Mapping[bytes, bytes],
    absent: Collection[bytes],
    lost: Collection[bytes],
    scope: Scope,
) -> list[tuple[Account, bytes]]:
    """The account of each repository, and the key to keep it under: b'' where it must not be kept.

    `found` has every result that is more than nothing; `absent` the keys of contents that were not there, `lost` of
    those that nobody came back from.
    """
    settled(scope.engine)
    made = []
    for seen in surveyed:
        if isinstance(seen, Failed):
            made.append((failed(seen.member, seen.problem), b""))
            continue
        try:
            account = _account(here(seen, scope), _Found(found, absent, lost), scope)
        except SealwrightError as error:
            account = stopped(seen.member, error)
        made.append((account, b"" if account.errors else seen.key))
    return made


class _Found(NamedTuple):
    """What is known of contents, by the keys of `scope.content_key`."""

    results: Mapping[bytes, bytes]
    absent: Collection[bytes]
    lost: Collection[bytes]

    def at(self, key: bytes, path: str) -> list[Result]:
        """The results for a content at a path."""
        if key in self.absent or key in self.lost:
            words = _LOST if key in self.lost else _ABSENT
            return [Problem(path, words, hint="run git fsck; scan the repository by itself to see more")]
        return decoded(path, self.results.get(key, NOTHING))


def _account(seen: Seen, found: _Found, scope: Scope) -> Account:
    results = [*(_in_tree if scope.is_tree else _in_history)(seen, found, scope), *seen.problems]
    findings = [result for result in results if isinstance(result, Finding)]
    owners = _owners(seen) if findings else None
    files = [result for result in results if isinstance(result, FileDone)]
    return Account(
        seen.member,
        seen.commits.tips,
        tuple(_entry(finding, owners, days=bool(scope.history)) for finding in findings),
        tuple(error_entry(result) for result in results if isinstance(result, Problem)),
        files=len(files),
        documents=sum(done.documents for done in files),
        contents=len(seen.planned),
    )


def _in_tree(seen: Seen, found: _Found, scope: Scope) -> Iterator[Result]:
    """File by file. What another file says that one is for brings more findings, never the same again."""
    rules = scope.rules
    files = sorted(
        (path, number, purpose, oid) for oid, stands in seen.planned for number, (path, purpose) in enumerate(stands)
    )
    for _, group in groupby(files, key=itemgetter(0)):
        known: list[Result] = []
        for path, _, purpose, oid in group:
            results = found.at(content_key(rules, oid, path, purpose), path)
            known += results if not known else [one for one in results if isinstance(one, Finding) and one not in known]
        yield from known


def _in_history(seen: Seen, found: _Found, scope: Scope) -> Iterator[Result]:
    rules = scope.rules
    merged = Merged(seen.sightings)
    for oid, stands in seen.planned:
        for path, purpose in stands:
            merged.add(oid, found.at(content_key(rules, oid, path, purpose), path))
    yield from merged.results(held_by_tips(seen.commits, seen.sightings, merged.paths()))
    if scope.history and seen.commits.tips:
        yield from cut_off_within(seen.commits.root, seen.sightings)


def _entry(finding: Finding, owners: Callable[[str], tuple[str, ...]] | None, *, days: bool) -> dict[str, Any]:
    """As in JSON, version 1, with who owns the path, and with days where commits were looked through."""
    entry = finding_entry(finding)
    if finding.history is not None and days:
        entry["history"] |= {"first_day": finding.history.first_day, "last_day": finding.history.last_day}
    if owners is not None and (names := owners(finding.location.path)):
        entry["owners"] = list(names)
    return entry


def _owners(seen: Seen) -> Callable[[str], tuple[str, ...]] | None:
    """Who owns what, as the head of the repository has it."""
    from sealwright.fleet.owners import PLACES, owners_in

    if not seen.head:
        return None
    files = dict(held(seen.commits.root, seen.head, map(os.fsencode, PLACES)))
    for place in PLACES:
        oid = files.get(os.fsencode(place))
        if oid is not None:
            for content in contents(seen.commits.root, [oid]):
                return owners_in(place, content.file.read() if content.file is not None else b"")
    return None
