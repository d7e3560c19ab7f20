"""Other severities for some paths, from `scan.overrides` of the configuration.

For each rule, the first override that matches the path and names the rule counts, as in every list of that file.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sealwright.finding import Severity
from sealwright.manifest.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sealwright.config import Override
    from sealwright.finding import Finding
    from sealwright.manifest.globs import Globs

OFF = "off"


def with_overrides(path: str, findings: list[Finding], overrides: Sequence[Override]) -> list[Finding]:
    """The findings of one file with the severities that hold for it, less those whose rule is off there."""
    levels = _levels(path, overrides)
    if not levels:
        return findings
    return [
        finding._replace(severity=Severity[levels[finding.rule].upper()]) if finding.rule in levels else finding
        for finding in findings
        if levels.get(finding.rule) != OFF
    ]


def without_dormant(findings: list[Finding], dormant: Collection[str], overrides: Sequence[Override]) -> list[Finding]:
    """The findings, those of rules that count only where an override asks for them left out everywhere else."""
    return [
        finding
        for finding in findings
        if finding.rule not in dormant or _levels(finding.location.path, overrides).get(finding.rule, OFF) != OFF
    ]


def _levels(path: str, overrides: Sequence[Override]) -> dict[str, str]:
    levels: dict[str, str] = {}
    for override in overrides:
        globs = _globs(override.paths)
        if globs is not None and globs.match(path):
            for rule, level in override.rules:
                levels.setdefault(rule.name, level)
    return levels


@cache
def _globs(patterns: tuple[str, ...]) -> Globs | None:
    return compile_globs(patterns)
