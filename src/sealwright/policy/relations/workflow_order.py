"""PIP002: a workflow deploys without waiting for the job that decides whether it may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.patterns import Pattern
from sealwright.policy.relations.values import at, text
from sealwright.policy.relations.workflows import jobs, steps, workflows
from sealwright.policy.subject import Blame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.world import World

_GATE = Pattern(r"\bsealwright\s+(?:gate|scan|policy|verify)\b")
_GATE_ACTION = Pattern(r"(?:^|/)sealwright(?:/|@|-|\Z)")
_DEPLOYS = Pattern(
    r"\bkubectl\s+(?:-\S+\s+)*(?:apply|create|replace|rollout\s+restart)\b(?!.*--dry-run)|\bhelm\s+(?:upgrade|install)\b"
    r"(?!.*--dry-run)|\bargocd\s+app\s+sync\b|\bflux\s+reconcile\b|\bhelmfile\s+(?:sync|apply)\b|\bterraform\s+apply\b"
)


def check(world: World) -> Iterator[Blame]:
    """Every job that deploys and does not need the gate, in workflows that have one."""
    for workflow in workflows(world):
        known = {str(path[-1]): job for path, job in jobs(workflow)}
        gates = {name for name, job in known.items() if _is_gate(job)}
        for name, job in known.items() if gates else ():
            if name not in gates and _deploys(job) and not _waits(name, known, gates):
                yield Blame(workflow, (("jobs", name),), f"job {name} does not need {', '.join(sorted(gates))}")


def _is_gate(job: dict[str, Any]) -> bool:
    return any(_GATE.search(text(step, "run")) or _GATE_ACTION.search(text(step, "uses")) for _, step in steps((), job))


def _deploys(job: dict[str, Any]) -> bool:
    return any(_DEPLOYS.search(text(step, "run")) for _, step in steps((), job))


def _waits(name: str, known: dict[str, dict[str, Any]], gates: set[str]) -> bool:
    seen: set[str] = set()
    stack = [name]
    while stack:
        needs = at(known.get(stack.pop(), {}), "needs")
        for need in [needs] if isinstance(needs, str) else needs if isinstance(needs, list) else []:
            if need in gates:
                return True
            if isinstance(need, str) and need not in seen:
                seen.add(need)
                stack.append(need)
    return False
