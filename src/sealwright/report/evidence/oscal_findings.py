"""Observations and findings of OSCAL: one for each finding of ours, and one for each control."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright import __version__
from sealwright.finding import STDIN_NAME, Status
from sealwright.report.evidence.oscal_ids import Identifiers, framework, markup, objective, prop, reference
from sealwright.report.wording import place, plural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sealwright.inventory.model import Control
    from sealwright.report.entries import Entry
    from sealwright.report.evidence.oscal_risks import Risks
    from sealwright.report.record import Record


class Judged(NamedTuple):
    """What a run found. `entries` are the worst first.

    `standing` counts by rule what is not waived, `failing` what makes the run fail.
    """

    record: Record
    ids: Identifiers
    entries: Sequence[Entry]
    standing: Counter[str]
    failing: Counter[str]
    problems: int
    notes: Sequence[str]


def judged(record: Record, entries: Sequence[Entry], problems: int, notes: Sequence[str]) -> Judged:
    """What a run found, counted."""
    standing = Counter(entry.finding.rule for entry in entries if entry.finding.status is not Status.WAIVED)
    failing = Counter(entry.finding.rule for entry in entries if entry.fails)
    return Judged(record, Identifiers(record), entries, standing, failing, problems, notes)


def observation(run: Judged, name: str, entry: Entry, number: int) -> dict[str, Any]:
    """Of one finding. `name` is the framework, `number` tells apart what is otherwise the same."""
    found, ids = entry.finding, run.ids
    where, field = found.location, found.field
    about = [("severity", found.severity.label), ("confidence", found.confidence.value)]
    about += [("status", found.status.value), ("fingerprint", found.fingerprint)]
    said = f"line {where.start.line}, `{field}`" if field else f"line {where.start.line}"
    evidence = {"href": reference(where.path, where.start.line), "description": markup(said)}
    if where.path == STDIN_NAME:
        evidence = {"description": markup(f"{place(where.path)}, {said}")}
    subject = {"subject-uuid": ids.of_all("tree", name, run.record.repository), "type": "component"}
    title = f"{found.resource} in {place(where.path)}" if found.resource.kind else place(where.path)
    return {
        "uuid": ids.of_run("observation", name, found.fingerprint, str(number)),
        "title": markup(found.rule),
        "description": markup(found.message),
        "props": [prop(*pair) for pair in about],
        "methods": ["TEST"],
        "types": ["discovery"],
        "subjects": [{**subject, "title": markup(title)}],
        "relevant-evidence": [evidence],
        "collected": run.record.started,
    }


def finding(run: Judged, control: Control, by_rule: Mapping[str, Sequence[str]], risks: Risks) -> dict[str, Any]:
    """Of one control, with the observations (identifiers, by rule) that bear on it."""
    name, number = control.framework, control.control
    state, reason, remarks = _state(run, control)
    related = [uuid for rule in control.rules for uuid in by_rule.get(rule, ())]
    counts = [
        prop("new", sum(control.failing.values())),
        prop("accepted", sum(control.waived.values())),
        prop("rules", " ".join(control.rules)),
    ]
    if control.silent:
        counts.append(prop("rules-without-object", " ".join(control.silent)))
    status = {"state": state, "reason": reason, "remarks": remarks}
    made = {
        "uuid": run.ids.of_run("finding", name, number),
        "title": markup(f"{framework(name).title} {number}"),
        "description": markup(_sentence(control)),
        "props": [prop("control", number), *counts],
        "origins": [{"actors": [{"type": "tool", "actor-uuid": run.ids.of_all("tool", name, __version__)}]}],
        "target": {**objective(name, number), "status": status},
        "related-observations": [{"observation-uuid": uuid} for uuid in related],
        "related-risks": [{"risk-uuid": uuid} for uuid in risks.of(control.rules)],
    }
    return {key: value for key, value in made.items() if value}


def _state(run: Judged, control: Control) -> tuple[str, str, str]:
    """State, reason and a sentence. What stands, accepted or not, and what could not be read, is never satisfied."""
    standing = sum(run.standing[rule] for rule in control.rules)
    if standing:
        failing = sum(run.failing[rule] for rule in control.rules)
        return "not-satisfied", "fail", f"{plural(standing, 'finding')} against it, of which {failing:,} fail the run."
    if control.waived:
        return "not-satisfied", "other", "All that stands against it was accepted, with a reason: see the risks."
    if run.problems:
        return "not-satisfied", "other", "Not everything could be read, so that nothing can be said."
    if control.is_idle:
        return "not-satisfied", "other", "No rule that serves it had anything to be about."
    return "satisfied", "pass", "No rule that serves it found anything against it, which is all that rules can see."


def _sentence(control: Control) -> str:
    parts = [f"{rule}: {count:,} new" for rule, count in control.failing.items()]
    parts += [f"{rule}: {count:,} accepted" for rule, count in control.waived.items()]
    return "; ".join(parts) if parts else f"Nothing found by {', '.join(control.rules)}"
