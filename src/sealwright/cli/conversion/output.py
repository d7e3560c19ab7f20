"""What a conversion says: the plan or what became of it, the diff, and which values are still somewhere else."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

from sealwright.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.cli.conversion.session import Session
    from sealwright.run.convert.absence import Absence
    from sealwright.run.convert.journal import Put
    from sealwright.run.convert.plan import Plan

_MOST_WORDS = 5
_MOST_PLACES = 20
"""Places that are shown: who gets hundreds reads none."""


def show(session: Session, plan: Plan, puts: Sequence[Put], *, written: bool, runbook: str = "") -> None:
    """The whole plan to stdout, as text or JSON; the runbook of a takeover behind it."""
    from sealwright.cli.conversion.as_json import plan_json
    from sealwright.cli.conversion.text import closing, plan_text
    from sealwright.cli.style import style

    options = session.options
    diff = _diff(plan) if options.diff else None
    if options.format == "json":
        sys.stdout.write(plan_json(plan, written=written, puts=puts, diff=diff, runbook=runbook))
        return
    look = style(options.color, session.repository, session.config)
    to = f" --to {options.to}" if options.to else ""
    title = f"sealwright convert{to}" + ("" if written else "          dry run, nothing has changed")
    sys.stdout.write(plan_text(plan, look, title))
    if diff:
        sys.stdout.write(f"\n{diff}\n")
    sys.stdout.write(
        closing(plan, written=written, offline=bool(options.offline)) + (f"\n{runbook}" if runbook else "")
    )


def tell_remaining(absence: Absence) -> ExitCode:
    """Say on stderr where values are still in clear after all; 1 where there are any."""
    from sealwright.cli.streams import complain
    from sealwright.report.wording import plural, printable

    certain = [one for one in absence.remaining if not one.ordinary]
    for one in certain[:_MOST_PLACES]:
        form = f" ({one.form})" if one.form else ""
        complain(f"warning: {printable(f'{one.path}:{one.line}: {one.label} stands here, too{form}')}\n")
    for label, count in Counter(one.label for one in absence.remaining if one.ordinary).most_common(_MOST_WORDS):
        words = f"{label} is an ordinary word, and stands in {plural(count, 'other place')}"
        complain(f"note: {printable(words)}: look whether it is meant there\n")
    for problem in absence.problems:
        complain(f"error: {printable(f'{problem.path}: {problem.message}')}\n")
    if absence.problems:
        return ExitCode.INCOMPLETE
    if certain:
        more = f" ({len(certain) - _MOST_PLACES:,} more are not shown)" if len(certain) > _MOST_PLACES else ""
        complain(f"{plural(len(certain), 'place')} with what is moved to another: remove it there, too{more}\n")
        return ExitCode.FINDINGS
    return ExitCode.CLEAN


def _diff(plan: Plan) -> str:
    from sealwright.report.wording import printable
    from sealwright.run.convert.masked import MaskedDiff

    masked = MaskedDiff([value.plaintext for move in plan.moves for value in move.facts.values])
    diffs = (masked.of(plan.shown.get(one.path, one.path), one.before, one.after) for one in plan.changes)
    return "".join(f"{printable(line)}\n" for diff in diffs for line in diff.split("\n")[:-1])
