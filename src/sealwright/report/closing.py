"""The last lines of a scan for people: how much is in clear, what is accepted, what was not looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import Severity
from sealwright.report.wording import plural

if TYPE_CHECKING:
    from sealwright.report.base import Style, Summary


def scanned(summary: Summary, style: Style, first_rule: str) -> str:
    """One to three lines; '' where there is nothing to say and nobody who waits for it."""
    count = sum(number for label, number in summary.findings.items() if label != Severity.INFO.label)
    files = f"{summary.files_with_findings} of {plural(summary.files, 'file')}"
    rest = _rest(summary, style)
    if count > summary.unsure:
        unsure = f", {summary.unsure:,} of them possible only" if summary.unsure else ""
        return (
            f"{plural(count, 'value')} in clear in {files}{unsure}. Nothing was changed.{rest}\n"
            "Change what was ever pushed: a value that has been in Git is known.\n"
            f"Why: sealwright policy show {first_rule}"
        )
    if summary.unsure:
        why = "not sure enough to fail (see --confidence-threshold)"
        return f"{plural(summary.unsure, 'possible value')} in clear in {files}: {why}.{rest}"
    if style.terminal or style.explain or summary.problems or summary.known:
        new = "new " if summary.known else ""
        return f"No {new}plaintext secret found in {plural(summary.files, 'file')}.{rest}"
    return ""


def _rest(summary: Summary, style: Style) -> str:
    parts = []
    if summary.waived:
        parts.append(f"{summary.waived:,} allowed.")
    if summary.known:
        parts.append(f"{summary.known:,} known.")
    if summary.problems:
        parts.append(f"{plural(summary.problems, 'problem')}: not everything was checked.")
    if style.explain:
        parts.append(
            f"{plural(summary.files - summary.passed_over, 'file')} looked into, {summary.passed_over:,} passed over: "
            "their bytes hold none of the words that a finding needs."
        )
    return "".join(f" {part}" for part in parts)
