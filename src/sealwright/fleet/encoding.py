"""The results for one content as bytes, to be kept and sent. Without its path, which whoever asks knows.

Most contents hold nothing that the byte test would stop at: theirs are no bytes at all.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sealwright.finding import Confidence, Finding, Location, Position, Problem, ResourceRef, Severity, Status
from sealwright.run.results import FileDone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.run.results import Result

NOTHING = b""
"""Of a content that was passed over."""


def encoded(results: Iterable[Result]) -> bytes:
    """What `decoded` makes the results of again, but for the path. Raises TypeError for a verdict: a scan has none."""
    documents, passed_over = 0, True
    findings, problems = [], []
    for result in results:
        if isinstance(result, Finding):
            findings.append(_finding(result))
        elif isinstance(result, Problem):
            problems.append(list(result[1:]))
        elif isinstance(result, FileDone):
            documents += result.documents
            passed_over &= result.passed_over
        else:
            raise TypeError("only the results of a scan can be kept")
    if passed_over and not findings and not problems:
        return NOTHING
    fields = [documents, findings, problems] if findings or problems else [documents]
    return json.dumps(fields, separators=(",", ":")).encode("utf-8", "surrogateescape")


def decoded(path: str, data: bytes) -> list[Result]:
    """The results for the content at that path, in their order: findings, problems, the end of the file."""
    if data == NOTHING:
        return [FileDone(path, passed_over=True)]
    documents, *rest = json.loads(data.decode("utf-8", "surrogateescape"))
    findings, problems = rest or ([], [])
    results: list[Result] = [_read_finding(path, fields) for fields in findings]
    results += [Problem(path, *fields) for fields in problems]
    return [*results, FileDone(path, documents)]


def _finding(finding: Finding) -> list[Any]:
    _, start, end = finding.location
    return [
        *(finding.rule, int(finding.severity), finding.confidence.value, *start, *end),
        *(finding.message, list(finding.resource), finding.field, finding.occurrence),
        *(finding.status.value, finding.reason),
    ]


def _read_finding(path: str, fields: list[Any]) -> Finding:
    rule, severity, confidence, line, column, end_line, end_column, *rest = fields
    message, resource, field, occurrence, status, reason = rest
    return Finding(
        rule,
        Severity(severity),
        Confidence(confidence),
        Location(path, Position(line, column), Position(end_line, end_column)),
        message,
        ResourceRef(*resource),
        field,
        occurrence,
        Status(status),
        reason,
    )
