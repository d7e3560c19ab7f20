"""The commits of a branch, each with the day on which it came in: what people mean by its history."""

from __future__ import annotations

import time
from typing import NamedTuple

from sealwright.manifest.git_process import run


class Step(NamedTuple):
    """One commit. `time` is in seconds since 1970, as the commit has it."""

    oid: str
    time: int

    @property
    def day(self) -> str:
        """YYYY-MM-DD in UTC, '' for a time that no calendar has."""
        try:
            return time.strftime("%Y-%m-%d", time.gmtime(self.time))
        except (OverflowError, ValueError, OSError):
            return ""


def first_parents(root: str, tip: str = "HEAD") -> list[Step]:
    """The commit and its first parents, the oldest first; none where there is no commit."""
    result = run(root, "rev-list", "--first-parent", "--timestamp", "--end-of-options", tip, "--")
    steps = []
    for line in result.stdout.decode("ascii", "replace").splitlines() if result.returncode == 0 else ():
        seconds, _, oid = line.partition(" ")
        steps.append(Step(oid, int(seconds) if seconds.isdigit() else 0))
    return steps[::-1]


def branch_name(root: str) -> str:
    """The branch that is checked out; '' for none."""
    result = run(root, "symbolic-ref", "--quiet", "--short", "HEAD")
    return result.stdout.decode("utf-8", "replace").strip() if result.returncode == 0 else ""


def spread(steps: list[Step], count: int) -> list[Step]:
    """At most so many of the steps, as evenly over time as they lie; the oldest and the newest among them."""
    if count <= 0 or not steps:
        return []
    if len(steps) <= count:
        return steps
    if count == 1:
        return steps[-1:]
    order = sorted(range(len(steps)), key=lambda at: (steps[at].time, at))
    first, last = steps[order[0]].time, steps[order[-1]].time
    chosen = {0, len(steps) - 1}
    at = 0
    for number in range(1, count - 1):
        wanted = first + (last - first) * number / (count - 1)
        while at < len(order) - 1 and steps[order[at]].time < wanted:
            at += 1
        chosen.add(order[at])
    return [steps[at] for at in sorted(chosen)]
