"""Waivers of the configuration: `{rule, path, reason, owner, expires}`.

One that has expired hides nothing: its findings are new again and say so, and the waiver itself is reported. One that
covers nothing is reported when everything was looked at; it would otherwise hide what comes later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import Confidence, Finding, Location, Severity, Status
from sealwright.manifest.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.config import Waiver
    from sealwright.manifest.globs import Globs

EXPIRED_RULE = "waiver-expired"
UNUSED_RULE = "waiver-unused"


class Waivers:
    """The waivers of one run, and which of them were needed. `path` is the configuration's, `today` is YYYY-MM-DD."""

    def __init__(self, waivers: Sequence[Waiver], path: str, today: str) -> None:
        self._all = waivers
        self._path = path
        self._today = today
        self._by_rule: dict[str, list[tuple[Globs | None, Waiver]]] = {}
        self._needed: set[Waiver] = set()
        for waiver in waivers:
            self._by_rule.setdefault(waiver.rule.name, []).append((compile_globs((waiver.path,)), waiver))

    def apply(self, finding: Finding) -> Finding:
        """The finding, waived if a waiver covers it that has not expired. What is waived already stays as it is."""
        matching = [
            waiver
            for globs, waiver in self._by_rule.get(finding.rule, ())
            if globs is not None and globs.match(finding.location.path)
        ]
        self._needed.update(matching)
        if finding.status is Status.WAIVED or not matching:
            return finding
        for waiver in matching:
            if not self._has_expired(waiver):
                return finding._replace(status=Status.WAIVED, reason=waiver.reason)
        last = max(waiver.expires for waiver in matching)
        return finding._replace(message=f"{finding.message}; its waiver expired on {last}")

    def complaints(self, *, complete: bool) -> Iterator[Finding]:
        """One finding for each waiver that has expired or is not needed. `complete`: everything was looked at."""
        for waiver in sorted(self._all, key=lambda waiver: waiver.rule.start):
            needed = waiver in self._needed
            name = waiver.rule.name
            if self._has_expired(waiver) and (needed or complete):
                rest = "what it covered counts again" if needed else "it would cover nothing: delete it"
                yield self._complaint(
                    EXPIRED_RULE, waiver, f"this waiver of {name} expired on {waiver.expires}; {rest}"
                )
            elif complete and not needed:
                yield self._complaint(UNUSED_RULE, waiver, f"this waiver of {name} covers nothing: delete it")

    def _has_expired(self, waiver: Waiver) -> bool:
        return bool(waiver.expires) and waiver.expires < self._today

    def _complaint(self, rule: str, waiver: Waiver, message: str) -> Finding:
        location = Location(self._path, waiver.rule.start, waiver.rule.end)
        return Finding(rule, Severity.INFO, Confidence.CERTAIN, location, message)
