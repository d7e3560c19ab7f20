"""Fields that narrow down the findings. Without scripts they are not there, and everything is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import Severity, Status
from sealwright.report.html.markup import Html, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sealwright.finding import Finding

_MANY = 5
"""Findings from which on a filter is of use."""


def filters(findings: Sequence[Finding]) -> Html:
    """A search field, and a choice of severities and of statuses where there is more than one."""
    if len(findings) < _MANY:
        return Html()
    seen = {finding.severity for finding in findings}
    labels = [severity.label for severity in sorted(Severity, reverse=True) if severity in seen]
    statuses = {finding.status for finding in findings}
    words = [status.value for status in Status if status in statuses]
    return tag(
        "form",
        _field("Search", "search", tag("input", type="search", id="search", autocomplete="off", spellcheck="false")),
        _choice("Severity", "severity", labels),
        _choice("Status", "status", words),
        tag("button", "Open all", type="button", id="open-all", aria_pressed="false"),
        tag("p", "", id="matches", role="status", class_="matches"),
        class_="filters",
        aria_label="Narrow down the findings",
        role="search",
        hidden=True,
    )


def _choice(label: str, name: str, values: Iterable[str]) -> Html:
    options = [tag("option", value, value=value) for value in values]
    if len(options) < 2:
        return Html()
    return _field(label, name, tag("select", tag("option", "any", value=""), *options, id=name))


def _field(label: str, name: str, control: Html) -> Html:
    return tag("p", tag("label", label, for_=name), control, class_="field")
