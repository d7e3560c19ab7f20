"""Controls of frameworks: which rules serve each, and what stands against it."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from sealwright.finding import Status
from sealwright.inventory.model import Control

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sealwright.finding import Finding


def controls(
    findings: Iterable[Finding], rules: Mapping[str, Collection[str]], silent: Collection[str] = ()
) -> tuple[Control, ...]:
    """The controls in the order of their frameworks and numbers.

    `rules` maps `framework/control` to the rules that serve it; `silent` are rules that had nothing to be about. What
    is waived and what was known before are counted together: both are there, and both are accepted for now.
    """
    new: Counter[str] = Counter()
    accepted: Counter[str] = Counter()
    for finding in findings:
        (new if finding.status is Status.NEW else accepted)[finding.rule] += 1
    return tuple(
        Control(
            *_parts(key),
            tuple(sorted(serving)),
            {rule: new[rule] for rule in sorted(serving) if new[rule]},
            {rule: accepted[rule] for rule in sorted(serving) if accepted[rule]},
            tuple(sorted(rule for rule in serving if rule in silent)),
        )
        for key, serving in sorted(rules.items(), key=lambda entry: order(entry[0]))
    )


def order(text: str) -> tuple[tuple[bool, int, str], ...]:
    """For sorting: `8.6.2` before `8.6.10`, `AC-3` before `AC-12`."""
    parts = ((is_number, "".join(letters)) for is_number, letters in groupby(text, str.isdecimal))
    return tuple((not is_number, int(part) if is_number else 0, part) for is_number, part in parts)


def _parts(key: str) -> tuple[str, str]:
    framework, _, control = key.partition("/")
    return framework, control
