"""Inline allowances: `# sealwright: allow[rule] reason`, on the line where a value begins or on its own line above.

An allowance without a reason does not count, and one that allows nothing is reported: both would otherwise stay in
the file for ever and hide what comes later.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Confidence, Finding, Severity, Span, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.manifest.source import Source

NEEDLE = "sealwright:"
UNUSED_RULE = "allow-unused"
REASONLESS_RULE = "allow-without-reason"

_ALLOWANCE = re.compile(
    r"(?:^|(?<=[ \t]))(?:#|//)[ \t]*sealwright:[ \t]*allow\[([^\]\r\n]*)\][ \t]*([^\r\n]*)", re.MULTILINE
)
_COMMENT_LINE = re.compile(r"[ \t]*(?:#|//)")


class Allowance(NamedTuple):
    """One comment: the rules it names, its reason, and the line whose findings it is about."""

    rules: frozenset[str]
    reason: str
    line: int
    span: Span


def allowances(source: Source) -> Iterator[Allowance]:
    """Every allowance comment of the text."""
    if NEEDLE not in source.text:
        return
    lines = source.text.splitlines()
    for match in _ALLOWANCE.finditer(source.text):
        line = source.position(match.start()).line
        if _COMMENT_LINE.match(source.text, source.line_start(match.start())):
            line = _first_content_line(lines, line)
        rules = frozenset(rule.strip() for rule in match.group(1).split(",") if rule.strip())
        yield Allowance(rules, match.group(2).strip(), line, Span(match.start(), match.end()))


def _first_content_line(lines: list[str], line: int) -> int:
    """The line below a comment, further comment lines skipped. `line` and the result count from 1."""
    index = line
    while index < len(lines) and _COMMENT_LINE.match(lines[index]):
        index += 1
    return index + 1


def apply_allowances(source: Source, findings: Sequence[Finding]) -> list[Finding]:
    """The findings, those allowed marked as waived, and one finding for each allowance that does not work."""
    result = list(findings)
    for allowance in allowances(source):
        inside = source.location(allowance.span)
        covered = [
            index
            for index, finding in enumerate(result)
            if finding.rule in allowance.rules
            and finding.location.start.line == allowance.line
            and not finding.location.start <= inside.start < finding.location.end
        ]
        if covered and allowance.reason:
            for index in covered:
                result[index] = result[index]._replace(status=Status.WAIVED, reason=allowance.reason)
        else:
            result.append(_complaint(source, allowance, used=bool(covered)))
    return result


def _complaint(source: Source, allowance: Allowance, *, used: bool) -> Finding:
    names = ", ".join(sorted(allowance.rules)) or "nothing"
    if used:
        rule, message = REASONLESS_RULE, f"this allowance of {names} gives no reason, so it does not count"
    else:
        rule, message = UNUSED_RULE, f"this allowance of {names} allows nothing: delete it"
    return Finding(rule, Severity.INFO, Confidence.CERTAIN, source.location(allowance.span), message)
