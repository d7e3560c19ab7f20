"""One result of OSCAL's assessment results: what a framework's controls look like over one tree."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.finding import Status
from sealwright.report.evidence.oscal_context import definitions, facts, selection
from sealwright.report.evidence.oscal_findings import finding, observation
from sealwright.report.evidence.oscal_ids import framework, markup, prop
from sealwright.report.evidence.oscal_risks import Risks
from sealwright.report.wording import plural, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.inventory.model import Control
    from sealwright.report.entries import Entry
    from sealwright.report.evidence.oscal_findings import Judged

_RELATED = 70
"""Bytes that each relation of an observation to a control takes."""
_LIMITS = (
    "Satisfied means that no rule that serves the control found anything against it in this tree. Rules see what is in "
    "Git; what runs, who may do what elsewhere, and how people work, they do not see."
)


class Part(NamedTuple):
    """The result of a framework before it is written: its controls, and the findings that bear on them.

    The framework's name is '' for a run that serves none: then all findings are listed.
    """

    name: str
    controls: Sequence[Control]
    entries: Sequence[Entry]

    @property
    def assessed(self) -> list[Control]:
        """The controls of which a rule had something to be about."""
        return [control for control in self.controls if not control.is_idle]


class _Shown(NamedTuple):
    """Observations by rule: those that there is room for, their identifiers, and how many there is none for."""

    observations: list[dict[str, Any]]
    by_rule: dict[str, list[str]]
    left_out: int


def part(run: Judged, name: str, group: Sequence[Control]) -> Part:
    """What there is to say about one framework."""
    serving = {rule for control in group for rule in control.rules}
    return Part(name, group, [entry for entry in run.entries if not name or entry.finding.rule in serving])


def result(run: Judged, part: Part, room: int) -> dict[str, Any]:
    """The result for a framework, with observations of at most `room` bytes."""
    name, group, entries = part
    assessed = part.assessed or group  # a result must select something
    record, ids, known = run.record, run.ids, framework(name)
    shown = _shown(run, part, room)
    risks = Risks(record, ids, name, entries)
    reviewed = {"control-selections": [selection(name, assessed, [one for one in group if one not in assessed])]}
    result = {
        "uuid": ids.of_run("result", name),
        "title": markup(f"{known.title or 'Sealed items'}: {record.repository}"),
        "description": markup(_summary(assessed, entries)),
        "start": record.started,
        "end": record.started,
        "props": [*facts(record), *_counts(run, entries, shown.left_out, risks.left_out)],
        "local-definitions": definitions(record, ids, name),
        "reviewed-controls": reviewed,
        "observations": shown.observations,
        "risks": risks.risks,
        "findings": [finding(run, control, shown.by_rule, risks) for control in assessed],
        "remarks": _remarks(run, shown.left_out),
    }
    return {key: value for key, value in result.items() if value}


def _shown(run: Judged, part: Part, room: int) -> _Shown:
    serving = Counter(rule for control in part.controls for rule in control.rules)
    observations: list[dict[str, Any]] = []
    by_rule: dict[str, list[str]] = {}
    for entry in part.entries:
        made = observation(run, part.name, entry, len(observations))
        room -= len(json.dumps(made)) + _RELATED * serving[entry.finding.rule]
        if room < 0:
            break
        observations.append(made)
        by_rule.setdefault(entry.finding.rule, []).append(made["uuid"])
    return _Shown(observations, by_rule, len(part.entries) - len(observations))


def _summary(assessed: Sequence[Control], entries: Sequence[Entry]) -> str:
    against = sum(bool(control.failing or control.waived) for control in assessed)
    return (
        f"{plural(len(entries), 'finding')}; something stands against {against:,} of {plural(len(assessed), 'control')}"
    )


def _counts(run: Judged, entries: Sequence[Entry], left_out: int, risks_left_out: int) -> list[dict[str, str]]:
    status = Counter(entry.finding.status for entry in entries)
    counts = [(one.value, status[one]) for one in Status]
    counts += [("not-checked", run.problems), ("observations-left-out", left_out)]
    counts += [("risks-left-out", risks_left_out)]
    counts.append(("findings-of-no-control", len(run.entries) - len(entries)))
    return [prop(name, count) for name, count in counts]


def _remarks(run: Judged, left_out: int) -> str:
    said = [_LIMITS]
    if run.problems:
        said.append(f"{plural(run.problems, 'file')} or part of one could not be checked.")
    if left_out:
        said.append(f"{plural(left_out, 'observation')} left out for the file's size, none worse than those here.")
    return " ".join([*said, *map(printable, run.notes)])
