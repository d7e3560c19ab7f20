"""Waivers of the configuration: which rule, what it covers (path, resource, fingerprint), reason, owner, expiry.

One that has expired hides nothing: its findings are new again and say so, and the waiver itself is reported. One that
covers nothing is reported when everything was looked at; it would otherwise hide what comes later.

For the gate, `policy.waivers` may say how long a waiver may last and how many have to agree to it, by the severity of
what it covers. One that is not so does not count either, and like one that has expired it is an error of the
configuration (exit code 2), not a finding among others.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Confidence, Finding, Location, Severity, Status
from sealwright.manifest.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.config import ResourceSelector, Waiver, WaiverLimits
    from sealwright.finding import ResourceRef
    from sealwright.manifest.globs import Globs

EXPIRED_RULE = "waiver-expired"
UNUSED_RULE = "waiver-unused"
REFUSED_RULE = "waiver-refused"
COMPLAINTS = frozenset({EXPIRED_RULE, UNUSED_RULE, REFUSED_RULE})
"""Rules about waivers themselves."""
INVALID = frozenset({EXPIRED_RULE, REFUSED_RULE})
"""Those that are errors of the configuration for the gate."""
_RENEW = "mend that and delete the waiver, or have it agreed to anew"


class Flaw(NamedTuple):
    """Why a waiver does not count: the rule that reports it, and the reason, which follows on `this waiver`."""

    rule: str
    reason: str


class Waivers:
    """The waivers of one run, and which of them were needed. `path` is the configuration's, `today` is YYYY-MM-DD.

    `limits` are those of the gate, None for a scan, which asks for nothing but that a waiver has not expired.
    """

    def __init__(self, waivers: Sequence[Waiver], path: str, today: str, limits: WaiverLimits | None = None) -> None:
        self._all = waivers
        self._path = path
        self._today = today
        self._limits = limits
        self._by_rule: dict[str, list[tuple[Globs | None, Waiver]]] = {}
        self._needed: set[Waiver] = set()
        self._flaws: dict[Waiver, set[Flaw]] = {}
        for waiver in waivers:
            globs = compile_globs((waiver.path,)) if waiver.path else None
            self._by_rule.setdefault(waiver.rule.name, []).append((globs, waiver))

    def apply(self, finding: Finding) -> Finding:
        """The finding, waived if a waiver covers it that counts. What is waived already stays as it is."""
        matching = [waiver for globs, waiver in self._by_rule.get(finding.rule, ()) if _covers(globs, waiver, finding)]
        self._needed.update(matching)
        if finding.status is Status.WAIVED or not matching:
            return finding
        flaws = {waiver: self._flaw(waiver, finding.severity) for waiver in matching}
        for waiver, flaw in flaws.items():
            if flaw is not None:
                self._flaws.setdefault(waiver, set()).add(flaw)
        good = next((waiver for waiver, flaw in flaws.items() if flaw is None), None)
        if good is not None:
            return finding._replace(status=Status.WAIVED, reason=good.reason)
        last = max(matching, key=lambda waiver: waiver.expires)
        flaw = flaws[last]
        return finding._replace(message=f"{finding.message}; its waiver {flaw.reason}") if flaw is not None else finding

    def complaints(self, *, complete: bool) -> Iterator[Finding]:
        """One finding for each waiver that does not count or is not needed. `complete`: everything was looked at."""
        for waiver in sorted(self._all, key=lambda waiver: waiver.rule.start):
            needed = waiver in self._needed
            name = waiver.rule.name
            if self._has_expired(waiver) and (needed or complete):
                rest = "what it covered counts again" if needed else "it would cover nothing: delete it"
                rest = f"{rest}; {_RENEW}" if needed and self._limits is not None else rest
                yield self._complaint(
                    EXPIRED_RULE, waiver, f"this waiver of {name} expired on {waiver.expires}; {rest}"
                )
            elif complete and not needed:
                yield self._complaint(UNUSED_RULE, waiver, f"this waiver of {name} covers nothing: delete it")
            else:
                for flaw in sorted(self._flaws.get(waiver, ())):
                    yield self._complaint(flaw.rule, waiver, f"this waiver of {name} {flaw.reason}: it does not count")

    def _has_expired(self, waiver: Waiver) -> bool:
        return bool(waiver.expires) and waiver.expires < self._today

    def _flaw(self, waiver: Waiver, severity: Severity) -> Flaw | None:
        if self._has_expired(waiver):
            return Flaw(EXPIRED_RULE, f"expired on {waiver.expires}")
        if self._limits is None:
            return None
        reason = _too_long(waiver, self._limits, severity, self._today) or _unapproved(waiver, self._limits, severity)
        return Flaw(REFUSED_RULE, reason) if reason else None

    def _complaint(self, rule: str, waiver: Waiver, message: str) -> Finding:
        location = Location(self._path, waiver.rule.start, waiver.rule.end)
        fails = rule in INVALID and self._limits is not None
        return Finding(rule, Severity.HIGH if fails else Severity.INFO, Confidence.CERTAIN, location, message)


def _covers(globs: Globs | None, waiver: Waiver, finding: Finding) -> bool:
    if waiver.path and not (globs is not None and globs.match(finding.location.path)):
        return False
    if any(waiver.resource) and not _selects(waiver.resource, finding.resource):
        return False
    return not waiver.fingerprint or finding.fingerprint in waiver.fingerprint


def _selects(selector: ResourceSelector, resource: ResourceRef) -> bool:
    """Whether a finding is about such an object; one that is about none is not selected by anything."""
    if not resource.kind:
        return False
    pairs = zip(selector, (resource.kind, resource.namespace, resource.name), strict=True)
    return all(fnmatchcase(text, pattern) for pattern, text in pairs if pattern)


def _too_long(waiver: Waiver, limits: WaiverLimits, severity: Severity, today: str) -> str:
    """Why the waiver lasts longer than it may, or than anybody can tell; '' where it does not."""
    most = dict(limits.maximum_days).get(severity.label, 0)
    if waiver.created > today:
        return f"is dated {waiver.created}, which is yet to come"
    if not most:
        return ""
    may = f"and may last {most:,} days for what is {severity.label}"
    if not waiver.created or not waiver.expires:
        return f"does not say when it {'ends (`expires`)' if waiver.created else 'began (`created`)'}, {may}"
    from datetime import date

    days = (date.fromisoformat(waiver.expires) - date.fromisoformat(waiver.created)).days
    return f"lasts {days:,} days, {may}" if days > most else ""


def _person(name: str) -> str:
    """A name however it is written: `@ann` and `Ann ` are one person."""
    return name.strip().lstrip("@").casefold()


def _unapproved(waiver: Waiver, limits: WaiverLimits, severity: Severity) -> str:
    """Why not enough have agreed to the waiver; '' where they have. Nobody approves what they own."""
    needed = dict(limits.approvals).get(severity.label, 0)
    have = len({_person(name) for name in waiver.approved_by} - {_person(waiver.owner)})
    if have >= needed:
        return ""
    return f"has {have} of the {needed:,} approvals that {severity.label} needs (`approved-by`, its owner not counted)"
