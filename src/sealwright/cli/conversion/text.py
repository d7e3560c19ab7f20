"""A plan, and what became of it, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.report.colour import Paint
from sealwright.report.wording import plural, printable, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.report.base import Style
    from sealwright.run.convert.plan import Move, Plan, Stay

_INDENT = 6
_MOST_CHARTS = 10


def plan_text(plan: Plan, style: Style, title: str) -> str:
    """What moves where, what changes with it, and what stays and why."""
    paint = Paint(style.colour)
    rows = [*_moves(plan.moves), *_consumers(plan), *_removals(plan)]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    lines = [title] if rows or plan.stays else []
    longest = max((len(row[3]) for row in rows), default=0)
    narrow = 0 < style.width < sum(widths) + longest + 8
    for name, what, where, path in rows:
        padded = f"  {name:<{widths[0]}}  {what:<{widths[1]}}  {where:<{widths[2]}}"
        if narrow:
            lines += [padded.rstrip(), f"      {paint.dim(path)}"]
        else:
            lines.append(f"{padded}  {paint.dim(path)}")
    for move in plan.moves:
        for note in move.notes:
            text = f"note: {printable(f'{move.ref}: {note}')}"
            lines.append(f"  {wrapped(text, 8, style.width)}")
    if plan.stays:
        lines += ["", "  These stay as they are:"]
        for stay in plan.stays:
            lines += _stay(stay, paint, style.width)
    if plan.charts:
        lines += ["", "  Charts keep these; nothing here moves them:"]
        for left in plan.charts[:_MOST_CHARTS]:
            lines.append(f"  {printable(left.field)}  {paint.dim(f'{printable(left.path)}:{left.line}')}")
            lines.append(f"{' ' * _INDENT}{wrapped(printable(f'{left.reason}; {left.hint}'), _INDENT, style.width)}")
        if len(plan.charts) > _MOST_CHARTS:
            lines.append(f"  and {len(plan.charts) - _MOST_CHARTS:,} more: --format json lists them all")
    return "".join(f"{line}\n" for line in [*lines, *_problems(plan, paint, style.width)])


def closing(plan: Plan, *, written: bool, offline: bool = False) -> str:
    """The last line: how much, and what to do now."""
    sealed = sum(not move.store for move in plan.moves)
    parts = []
    if plan.values:
        done = "known to be in the store" if offline else "uploaded and read back"
        parts.append(f"{plural(plan.values, 'value')} {done if written else 'to upload'}")
    if sealed:
        parts.append(f"{plural(sealed, 'Secret')} {'sealed' if written else 'to seal'}")
    if plan.changes:
        parts.append(f"{plural(len(plan.changes), 'file')} {'changed' if written else 'to change'}")
    if not parts:
        return "Nothing to convert: no Secret here has a value in clear.\n" if not plan.stays else "Nothing changes.\n"
    words = f"{', '.join(parts)}."
    if written:
        return f"{words}   Next: git add, commit, and rotate what was ever pushed (--worklist lists it)\n"
    return f"{words}   Apply: add --write   See every line: add --diff\n"


def _moves(moves: Sequence[Move]) -> Iterator[tuple[str, str, str, str]]:
    for move in moves:
        count = plural(len(move.facts.values), "value")
        if not move.store:
            yield printable(str(move.ref)), count, "-> SealedSecret", printable(move.place)
            continue
        names = [remote.name for remote in move.placement.remotes]
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        where = f"-> {move.store} {names[0]}{more}" if names else f"-> {move.store}"
        yield printable(str(move.ref)), count, printable(where), printable(move.place)


def _consumers(plan: Plan) -> Iterator[tuple[str, str, str, str]]:
    for consumer in plan.consumers:
        yield printable(str(consumer.ref)), consumer.what, "", printable(consumer.path)


def _removals(plan: Plan) -> Iterator[tuple[str, str, str, str]]:
    for change in plan.changes:
        if change.after is None:
            yield "a file of values", "removed", "", printable(plan.shown.get(change.path, change.path))


def _stay(stay: Stay, paint: Paint, width: int) -> Iterator[str]:
    yield f"  {printable(str(stay.ref))}  {paint.dim(f'{printable(stay.path)}:{stay.line}')}"
    indent = " " * _INDENT
    yield f"{indent}{wrapped(printable(stay.reason), _INDENT, width)}"
    if stay.hint:
        yield f"{indent}{paint.bold('instead')}  {wrapped(printable(stay.hint), _INDENT + 9, width)}"


def _problems(plan: Plan, paint: Paint, width: int) -> Iterator[str]:
    for problem in plan.problems:
        place = printable(problem.path) + (f":{problem.line}:{problem.column}" if problem.line else "")
        yield f"{paint.colour('error', 'red')}: {wrapped(f'{place}: {printable(problem.message)}', 7, width)}"
        if problem.hint:
            yield f"hint:  {wrapped(printable(problem.hint), 7, width)}"
