"""A value that a rule of the scan and a rule of policy find is told once: by the scan, with what policy says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import Confidence
from sealwright.policy.packs.served import TWINS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.finding import Finding


def told_once(findings: Iterable[Finding]) -> list[Finding]:
    """The findings in their order, those of policy inside those of the scan about the same value (`Finding.also`).

    What is waived or known for one of the two only stays two findings, and so does what neither says as strongly as
    both do together: whether the run fails is never another question than before.
    """
    found = list(findings)
    lines: dict[tuple[str, str, int], list[int]] = {}
    for at, finding in enumerate(found):
        if finding.rule in TWINS:
            path, start, _ = finding.location
            lines.setdefault((TWINS[finding.rule], path, start.line), []).append(at)
    gone: set[int] = set()
    for at, policy in enumerate(found):
        path, start, end = policy.location
        for other in lines.get((policy.rule, path, start.line), ()):
            joined = _joined(found[other], policy) if start <= found[other].location.start <= end else None
            if joined is not None:
                found[other] = joined
                gone.add(at)
                break
    return [finding for at, finding in enumerate(found) if at not in gone]


def _joined(finding: Finding, policy: Finding) -> Finding | None:
    """None where the two must stay apart."""
    if finding.status is not policy.status or finding.also:
        return None
    weaker, stronger = sorted((finding, policy), key=lambda each: each.severity)
    if stronger.severity > weaker.severity and _doubt(stronger) > _doubt(weaker):
        return None
    return finding._replace(
        severity=stronger.severity,
        confidence=min(finding.confidence, policy.confidence, key=list(Confidence).index),
        replacement=finding.replacement or policy.replacement,
        also=(finding, policy),
    )


def _doubt(finding: Finding) -> int:
    return list(Confidence).index(finding.confidence)
