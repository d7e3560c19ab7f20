"""Objects and findings joined: each finding belongs to the secret that it stands in, or is a value without an object.

The same for the tree that is looked at and for trees of the past, so that the two can be compared.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sealwright.finding import Confidence, ResourceRef, Severity, Status
from sealwright.gate.allowance import COMPLAINTS
from sealwright.gate.rule_names import is_scan_rule
from sealwright.inventory.material import material_of
from sealwright.inventory.model import Held, Item, Secret
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sealwright.finding import Finding
    from sealwright.run.inventory.file import Entry, FileSecrets

_OWN = frozenset({Held.PLAINTEXT, Held.REFERENCE, Held.SOPS})
"""Held so, a secret is in clear as soon as one of its values is."""
_MOST_ITEMS = 1_000
_LAST = Pattern(r"([A-Za-z_][A-Za-z0-9_-]*)\]?\Z")


def shows_value(finding: Finding) -> bool:
    """Whether the finding is a value in clear, surely enough to be counted: accepted or not, it can be read."""
    is_value = is_scan_rule(finding.rule) and finding.rule not in COMPLAINTS
    return is_value and finding.severity > Severity.INFO and finding.confidence is not Confidence.POSSIBLE


def joined(files: Iterable[FileSecrets], findings: Iterable[Finding]) -> list[Secret]:
    """All secrets in the order of their places, those of values without an object among them."""
    by_path = {file.path: file.entries for file in files}
    sources = {
        name: (path, at) for path, found in by_path.items() for at, one in enumerate(found) for name in one.sources
    }
    inside: dict[tuple[str, int], list[Finding]] = defaultdict(list)
    alone: dict[tuple[str, ResourceRef], list[Finding]] = defaultdict(list)
    for finding in findings:
        path = finding.location.path
        at = _innermost(by_path.get(path, ()), finding)
        place = (path, at) if at >= 0 else sources.get(path)
        owner = by_path[place[0]][place[1]].secret if place is not None else None
        if place is not None and owner is not None and (owner.held in _OWN or not shows_value(finding)):
            inside[place].append(finding)
        elif shows_value(finding):
            alone[path, finding.resource].append(finding)
    secrets = [
        _with_findings(entry.secret, inside.get((path, at), ()))
        for path, found in by_path.items()
        for at, entry in enumerate(found)
    ]
    secrets += [_of_values(group) for group in alone.values()]
    return sorted(secrets, key=lambda secret: (secret.location.path, secret.location.start))


def _innermost(found: Sequence[Entry], finding: Finding) -> int:
    """The number of the smallest entry that a finding stands in, -1 for none."""
    start, best = finding.location.start, -1
    for at, entry in enumerate(found):
        if entry.start <= start <= entry.end and (best < 0 or entry.start >= found[best].start):
            best = at
    return best


def _with_findings(secret: Secret, findings: Sequence[Finding]) -> Secret:
    if not findings:
        return secret
    values = [finding for finding in findings if shows_value(finding)]
    if values and secret.held is not Held.PLAINTEXT:
        named = {item.key for item in secret.items}
        # A file that becomes a value as a whole is named by the generator.
        within = [one for one in values if one.field or one.location.path == secret.location.path]
        more = (item for item in _items(within) if item.key not in named)
        secret = secret._replace(held=Held.PLAINTEXT, items=(*secret.items, *more))
    accepted = bool(values) and all(finding.status is not Status.NEW for finding in values)
    return secret._replace(findings=tuple(finding.fingerprint for finding in findings), accepted=accepted)


def _of_values(findings: Sequence[Finding]) -> Secret:
    """Values that stand in clear in something that is no Secret: charts' values, variables, files of code."""
    first = min(findings, key=lambda finding: finding.location.start)
    found = Secret(first.resource, Held.PLAINTEXT, first.location, items=tuple(_items(findings)))
    accepted = all(finding.status is not Status.NEW for finding in findings)
    return found._replace(findings=tuple(finding.fingerprint for finding in findings), accepted=accepted)


def _items(findings: Iterable[Finding]) -> Iterator[Item]:
    fields = dict.fromkeys(_key_of(finding) for finding in findings)
    yield from (Item(field, material_of(field.rpartition(".")[2])) for field in list(fields)[:_MOST_ITEMS])


def _key_of(finding: Finding) -> str:
    """The name of a value, as far as its field tells it; else that of the rule that has found it."""
    for prefix in ("data.", "stringData.", "secretGenerator.literals."):
        if finding.field.startswith(prefix):
            return finding.field.removeprefix(prefix)
    named = _LAST.search(finding.field) if "[" in finding.field else None
    return named[1] if named is not None else finding.field or finding.rule
