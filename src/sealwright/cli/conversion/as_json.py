"""A plan, and what became of it, as one JSON object."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.finding import Problem, ResourceRef
    from sealwright.run.convert.journal import Put
    from sealwright.run.convert.plan import Move, Plan


def plan_json(
    plan: Plan, *, written: bool, puts: Sequence[Put] = (), diff: str | None = None, runbook: str = ""
) -> str:
    """`path` is relative to the repository's root. No value is in it."""
    outcomes = {(put.store, put.name): put for put in puts}
    report: dict[str, Any] = {
        "version": 1,
        "written": written,
        "moves": [_move(move, outcomes) for move in plan.moves],
        "consumers": [{"path": one.path, "resource": _resource(one.ref), "change": one.what} for one in plan.consumers],
        "stays": [
            {"path": one.path, "line": one.line, "resource": _resource(one.ref), "reason": one.reason, "hint": one.hint}
            for one in plan.stays
        ],
        "charts": [one._asdict() for one in plan.charts],
        "files": sorted(plan.shown.values()),
        "removed": sorted(plan.shown[one.path] for one in plan.changes if one.after is None and one.path in plan.shown),
        "errors": [_problem(problem) for problem in plan.problems],
        "summary": {"secrets": len(plan.moves), "values": plan.values, "files": len(plan.changes)},
    }
    if diff is not None:
        report["diff"] = diff
    if runbook:
        report["runbook"] = runbook
    return json.dumps(report, indent=2) + "\n"


def _move(move: Move, outcomes: dict[tuple[str, str], Put]) -> dict[str, Any]:
    objects = []
    for remote in move.placement.remotes:
        put = outcomes.get((move.store, remote.name))
        entry = {"name": remote.name, "form": remote.form.value}
        objects.append(entry | ({"version": put.version, "state": put.what} if put else {}))
    return {
        "path": move.place,
        "line": move.line,
        "resource": _resource(move.ref),
        "to": move.goal.to,
        "store": move.store,
        "objects": objects,
        "keys": [value.key for value in move.facts.values],
        "notes": list(move.notes),
    }


def _resource(ref: ResourceRef) -> dict[str, str]:
    api_version, kind, namespace, name = ref
    return {"apiVersion": api_version, "kind": kind, "namespace": namespace, "name": name}


def _problem(problem: Problem) -> dict[str, Any]:
    report: dict[str, Any] = {"path": problem.path, "message": problem.message}
    if problem.line:
        report |= {"line": problem.line, "column": problem.column}
    return report | ({"hint": problem.hint} if problem.hint else {})
