"""What pipelines yield."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import TypeAlias

    from sealwright.finding import Finding, Problem, Verdict


class FileDone(NamedTuple):
    """Marks the end of one file's results. `documents` counts those that a parser looked at.

    `passed_over`: the byte test said that nothing can be in the file.
    """

    path: str
    documents: int = 0
    passed_over: bool = False


Result: TypeAlias = "Finding | Problem | Verdict | FileDone"
