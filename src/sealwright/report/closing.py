"""The last lines for people: how much is in clear, what does not open, what is accepted, what was not looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import ExitCode
from sealwright.finding import Severity
from sealwright.report.wording import plural

if TYPE_CHECKING:
    from sealwright.report.base import Style, Summary

REASONS = {
    ExitCode.USAGE: "a waiver does not count any more",
    ExitCode.INCOMPLETE: "not everything could be checked",
}
"""Why a run is no success where that is nothing that it found."""
_NEITHER = "neither proved nor refuted"


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


def verified(summary: Summary, style: Style) -> str:
    """One line that counts every verdict; '' where all is well and nobody waits for it."""
    unchecked = f" {plural(summary.problems, 'problem')}: not everything was checked." if summary.problems else ""
    if not summary.verdicts:  # said in any case: a wrong path must not look like success
        return f"No SealedSecret found in {plural(summary.files, 'file')}.{unchecked}"
    sentences = [_failed(summary), _good(summary)]
    said = any(sentences)
    if summary.unknown:
        sentences.append(
            f"{summary.unknown:,} {_are(summary.unknown)} {_NEITHER}." if said else f"{unproved(summary)}."
        )
        sentences.append("That fails, as --require-proof wants it." if style.proof else "")
    elif not summary.failed and not style.terminal and not unchecked:
        return ""
    return " ".join(filter(None, sentences)) + unchecked


def gated(summary: Summary, style: Style, *, remarks: bool = False) -> str:
    """One line: what was found, and how much was looked at. `remarks` count as findings for who lists them, too."""
    counted = [severity for severity in sorted(Severity, reverse=True) if remarks or severity is not Severity.INFO]
    count = sum(summary.findings.get(severity.label, 0) for severity in counted)
    rest = _rest(summary, style)
    sealed = verified(summary, style) if summary.verdicts else ""
    if count:
        named = ", ".join(
            f"{summary.findings[severity.label]:,} {severity.label}"
            for severity in counted
            if summary.findings.get(severity.label)
        )
        where = f"{summary.files_with_findings} of {plural(summary.files, 'file')}"
        return " ".join(filter(None, (f"{plural(count, 'finding')} in {where}: {named}.{rest}", sealed)))
    if style.terminal or style.explain or summary.problems or summary.known or sealed:
        new = "new " if summary.known else ""
        return " ".join(filter(None, (f"Nothing {new}found in {plural(summary.files, 'file')}.{rest}", sealed)))
    return ""


def may_be_merged(code: ExitCode, against: str = "") -> str:
    """The verdict of a gate in a sentence; `against` is what stands in the way, '' where that is not to be said."""
    if code is ExitCode.CLEAN:
        return "This may be merged."
    reason = against if against and code is not ExitCode.USAGE else REASONS.get(code, REASONS[ExitCode.INCOMPLETE])
    return f"This may not be merged: {reason}."


def unproved(summary: Summary) -> str:
    """What is said of items that are unknown, in every format."""
    items = plural(summary.verdicts, "item")
    return f"{summary.unknown:,} of {items} {_are(summary.unknown)} {_NEITHER}"


def _failed(summary: Summary) -> str:
    if not summary.failed:
        return ""
    does = "does" if summary.failed == 1 else "do"
    proved = f" {summary.proved:,} {_are(summary.proved)} proved." if summary.proved else ""
    return f"{summary.failed:,} of {plural(summary.verdicts, 'item')} {does} not open.{proved}"


def _good(summary: Summary) -> str:
    """What opens, and what is proved to, where nothing fails."""
    if summary.failed:
        return ""
    opened = summary.verdicts - summary.failed - summary.unknown - summary.proved
    if summary.unknown:
        opens = [f"{opened:,} {'opens' if opened == 1 else 'open'}"] if opened else []
        opens += [f"{summary.proved:,} {_are(summary.proved)} proved"] if summary.proved else []
        return f"Of {plural(summary.verdicts, 'item')} {' and '.join(opens)}." if opens else ""
    if opened and summary.proved:
        return f"{plural(opened, 'item')} open, {summary.proved:,} proved."
    if opened:
        return f"{plural(opened, 'item')}: all open."
    return f"{plural(summary.proved, 'item')}: all proved." if summary.proved else ""


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


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
