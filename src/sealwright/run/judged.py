"""Findings on their way from a scan to the reporters: each gets its status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import Finding, Problem
from sealwright.run.results import FileDone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.gate.judge import Judge
    from sealwright.run.results import Result


def judged(results: Iterable[Result], judge: Judge) -> Iterator[Result]:
    """The results with their findings judged, and at the end what the judge has to say about its own waivers."""
    for result in results:
        if isinstance(result, Finding):
            yield judge.judge(result)
            continue
        if isinstance(result, FileDone):
            judge.done(result.path)
        elif isinstance(result, Problem):
            judge.problem(result.path)
        yield result
    yield from judge.complaints()
