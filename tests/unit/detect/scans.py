"""Scanning in one line, for tables of cases."""

from __future__ import annotations

import base64
import textwrap
import time
from collections.abc import Callable

from sealwright.detect.scanner import Scan, scan_source
from sealwright.finding import Finding
from sealwright.manifest.compose import LIBYAML
from sealwright.manifest.source import decode

PARSERS = [True, False] if LIBYAML else [False]
"""Values for the `libyaml` argument of scan_source: every parser that is here."""


def scan(content: str | bytes, path: str = "file.yaml", *, purpose: str = "", libyaml: bool = LIBYAML) -> Scan:
    data = content if isinstance(content, bytes) else textwrap.dedent(content).encode()
    return scan_source(decode(path, data), purpose=purpose, libyaml=libyaml)


def found(
    content: str | bytes, path: str = "file.yaml", *, purpose: str = "", libyaml: bool = LIBYAML
) -> list[tuple[str, str, int]]:
    """(rule, field, line) of every finding."""
    return [
        (finding.rule, finding.field, finding.location.start.line)
        for finding in scan(content, path, purpose=purpose, libyaml=libyaml).findings
    ]


def places(content: str, path: str = "file.yaml", *, purpose: str = "", libyaml: bool = LIBYAML) -> list[str]:
    """The text at every finding, by its start and end."""
    text = textwrap.dedent(content)
    return [_between(text, finding) for finding in scan(text.encode(), path, purpose=purpose, libyaml=libyaml).findings]


def _between(text: str, finding: Finding) -> str:
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    start, end = finding.location.start, finding.location.end
    return text[starts[start.line - 1] + start.column - 1 : starts[end.line - 1] + end.column - 1]


def b64(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def growth(work: Callable[[int], Callable[[], object]], size: int) -> float:
    """How much longer four times the size takes, the best of several tries: 4 is linear, 16 is quadratic."""
    best = float("inf")
    for _ in range(8):
        small, large = (min(_seconds(job) for _ in range(2)) for job in (work(size), work(4 * size)))
        best = min(best, large / max(small, 1e-3))
        if best < 7:
            break
    return best


def _seconds(job: Callable[[], object]) -> float:
    start = time.process_time()
    job()
    return time.process_time() - start
