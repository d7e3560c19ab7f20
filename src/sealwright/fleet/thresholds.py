"""What fails a run over many repositories: how severe a finding has to be, and how sure of it we have to be."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.finding import Confidence, Severity, Status

if TYPE_CHECKING:
    from collections.abc import Mapping


class Thresholds(NamedTuple):
    """Both as on the command line: a severity's label, and a confidence. At or above both of them a finding fails."""

    severity: str = Severity.LOW.label
    confidence: str = Confidence.LIKELY.value

    def fails(self, finding: Mapping[str, Any]) -> bool:
        """Whether a finding, as it is in JSON, fails the run by itself. What is waived or known does not.

        Of a gate's finding the limits of its repository have decided that: `blocks`.
        """
        if "blocks" in finding:
            return bool(finding["blocks"])
        return (
            finding["status"] == Status.NEW.value
            and finding["severity"] in _severities(self.severity)
            and finding["confidence"] in _confidences(self.confidence)
        )


@cache
def _severities(least: str) -> frozenset[str]:
    return frozenset(severity.label for severity in Severity if severity >= Severity[least.upper()])


@cache
def _confidences(least: str) -> frozenset[str]:
    names = [confidence.value for confidence in Confidence]  # from sure to unsure
    return frozenset(names[: names.index(least) + 1])
