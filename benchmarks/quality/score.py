"""Counting what a tool found of what there was to find."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.quality.tools import Hit
    from benchmarks.quality.variants import Variant


class Score(NamedTuple):
    """Of one tool over one set of variants. Names are the cases' ids, once for each variant."""

    leaks: int
    look_alikes: int
    secrets: int
    caught: list[str]
    """Leaks of which every file with a secret has a finding on a secret's line or beside it."""
    exact: int
    """Secrets on whose own line a finding begins."""
    elsewhere: list[str]
    """Leaks that were not caught, with findings on other lines of their files."""
    alarms: list[str]
    """Look-alikes with any finding."""

    @property
    def recall(self) -> str:
        return share(len(self.caught), self.leaks)


def share(part: int, whole: int) -> str:
    """`59 of 104 (57 %)`; never 100 % where something is missing."""
    return f"{part} of {whole} ({int(100 * part / whole) if whole else 0} %)"


def score(variants: Sequence[Variant], hits: Iterable[Hit]) -> Score:
    """`hits` have paths that begin with the number of their variant."""
    lines: dict[str, set[int]] = defaultdict(set)
    touched: set[int] = set()
    for path, line in hits:
        lines[path].add(line)
        touched.add(int(path.partition("/")[0]))
    caught, elsewhere, exact, secrets = [], [], 0, 0
    for number, variant in enumerate(variants):
        found = [(lines[f"{number:06}/{file.path}"], file.expected) for file in variant.files if file.expected]
        secrets += sum(len(expected) for _, expected in found)
        exact += sum(bool(each.lines & there) for there, expected in found for each in expected)
        near = [any({n - 1, n, n + 1} & there for each in expected for n in each.lines) for there, expected in found]
        if near and all(near):
            caught.append(variant.case.id)
        elif near and number in touched:
            elsewhere.append(variant.case.id)
    alarms = [variant.case.id for number, variant in enumerate(variants) if not variant.case.bad and number in touched]
    leaks = sum(variant.case.bad for variant in variants)
    return Score(leaks, len(variants) - leaks, secrets, caught, exact, elsewhere, alarms)
