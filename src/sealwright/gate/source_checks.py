"""What is decided about findings while their file's text is at hand, in whichever process reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.config import Override
    from sealwright.finding import Finding
    from sealwright.gate.keyed import Key
    from sealwright.gate.listed import Listed
    from sealwright.manifest.source import Source


class SourceChecks(NamedTuple):
    """Goes with each file to the process that scans it: overrides, digests under a key, values that are listed.

    `marking` is a key of one run, under which values of two trees are compared. `excerpts`: findings get the line that
    they are on, with what may be shown of it.
    """

    overrides: Sequence[Override] = ()
    key: Key | None = None
    listed: Listed | None = None
    excerpts: bool = False
    marking: Key | None = None

    def apply(self, source: Source, findings: list[Finding]) -> list[Finding]:
        """The findings of one source, after inline allowances."""
        if self.overrides:
            from sealwright.gate.override import with_overrides

            findings = with_overrides(source.path, findings, self.overrides)
        if self.key is not None:
            from sealwright.gate.keyed import with_digests

            findings = with_digests(source, findings, self.key)
        if self.marking is not None:
            from sealwright.gate.keyed import with_marks

            findings = with_marks(source, findings, self.marking)
        if self.listed is not None:
            from sealwright.gate.listed import with_listed

            findings = with_listed(source, findings, self.listed)
        if self.excerpts:
            from sealwright.gate.excerpt import excerpt

            findings = [finding._replace(excerpt=excerpt(source, finding.location)) for finding in findings]
        return findings
