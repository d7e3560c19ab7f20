"""The figures as tables in docs/quality.md. Only what stands between marks there is replaced; people write the rest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.quality.score import Score, share

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.quality.catalogue import Case


class Row(NamedTuple):
    """A tool and its scores: over the cases with letters and digits, with a special character, and rewritten."""

    name: str
    version: str
    plain: Score
    special: Score
    rewritten: Score


def replaced(page: str, block: str, content: str) -> str:
    """The page with the content of one block replaced."""
    marks = re.compile(rf"(<!-- begin: {block}[^>]*-->\n).*?(<!-- end: {block} -->)", re.DOTALL)
    if not marks.search(page):
        raise ValueError(f"docs/quality.md has no block {block}")
    return marks.sub(lambda match: f"{match.group(1)}\n{content.strip()}\n\n{match.group(2)}", page)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table: text left, figures right."""
    lines = [" | ".join(head), " | ".join(["---", *("---:" for _ in head[1:])])]
    lines += [" | ".join(map(str, row)) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


def summary(rows: Sequence[Row], left_out: Sequence[str]) -> str:
    """One line for each tool."""
    head = (
        *("tool", "caught: letters and digits", "caught: one special character", "caught: rewritten"),
        *("secrets at their exact line", "only other lines", "false alarms", "false alarms, rewritten"),
    )
    lines = [
        (
            f"{row.name} {row.version}".strip(),
            row.plain.recall,
            row.special.recall,
            row.rewritten.recall,
            share(row.special.exact, row.special.secrets),
            len(row.special.elsewhere),
            f"{len(row.special.alarms)} of {row.special.look_alikes}",
            f"{len(row.rewritten.alarms)} of {row.rewritten.look_alikes}",
        )
        for row in rows
    ]
    notes = "".join(f"\n\nNot run: {reason}." for reason in left_out)
    return table(head, lines) + notes


def families(rows: Sequence[Row], cases: Sequence[Case], titles: dict[str, str]) -> str:
    """Of each family, what each tool caught as written, with a special character; then the look-alikes."""
    return "\n\n".join(
        table((head, "cases", *(row.name for row in rows)), list(_family_rows(rows, cases, titles, bad=bad)))
        for bad, head in ((True, "leaks caught"), (False, "look-alikes taken for leaks"))
    )


def _family_rows(
    rows: Sequence[Row], cases: Sequence[Case], titles: dict[str, str], *, bad: bool
) -> Iterable[Sequence[object]]:
    counted = [row.special.caught if bad else row.special.alarms for row in rows]
    for family in dict.fromkeys(case.family for case in cases if case.bad == bad):
        ids = {case.id for case in cases if case.family == family}
        yield titles[family], len(ids), *(sum(name in ids for name in found) for found in counted)
    yield "all", sum(case.bad == bad for case in cases), *map(len, counted)


def shortcomings(ours: Row, cases: Sequence[Case]) -> str:
    """What we miss and where we cry wolf, in any of the three sets."""
    variants = {case.id: case for case in cases}
    missed: dict[str, int] = {}
    wrong: dict[str, int] = {}
    for score in (ours.plain, ours.special, ours.rewritten):
        times = (score.leaks + score.look_alikes) // len(cases)
        for case in cases:
            if case.bad and score.caught.count(case.id) < times:
                missed[case.id] = missed.get(case.id, 0) + times - score.caught.count(case.id)
            if case.id in score.alarms:
                wrong[case.id] = wrong.get(case.id, 0) + score.alarms.count(case.id)
    parts = [
        (
            f"Leaks that we miss ({len(missed)} of {sum(case.bad for case in cases)} cases, in at least one form):",
            missed,
        ),
        (f"Look-alikes that we take for leaks ({len(wrong)} of {sum(not case.bad for case in cases)}):", wrong),
    ]
    return "\n\n".join(
        "\n".join([title, "", *(f"- `{name}`: {variants[name].title}" for name in names)])
        if names
        else title.partition(" (")[0] + ": none."
        for title, names in parts
    )
