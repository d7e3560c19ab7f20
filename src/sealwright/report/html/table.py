"""Tables that stay tables for a screen reader, also on a narrow screen, where each row becomes a block.

The roles are spelled out: some browsers forget that a table is one when its display is changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.report.html.markup import Html, joined, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


_AT_ONCE = 20
_FEW = 5
"""Rows for which it is not worth to fold anything away."""


class Column(NamedTuple):
    """A column; `number` aligns its cells at the right."""

    title: str
    number: bool = False


def table(caption: str, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> Html:
    """A table whose first column names its rows. A cell that is '' is left out where rows are blocks."""
    head = tag("tr", *(_header(column) for column in columns), role="row")
    body = joined(tag("tr", *map(_cell, columns, row, range(len(columns))), role="row") for row in rows)
    return tag(
        "table",
        tag("caption", caption, class_="unseen"),
        tag("thead", head, role="rowgroup"),
        tag("tbody", body, role="rowgroup"),
        role="table",
        class_="rows",
    )


def long_table(caption: str, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Html:
    """The first rows at once, the others behind a summary."""
    first, rest = rows[:_AT_ONCE], rows[_AT_ONCE:]
    if len(rest) <= _FEW:
        return table(caption, columns, rows)
    more = tag("details", tag("summary", f"{len(rest):,} more"), table(f"{caption}, continued", columns, rest))
    return joined((table(caption, columns, first), more))


def _header(column: Column) -> Html:
    return tag("th", column.title, scope="col", role="columnheader", class_=_class(column))


def _cell(column: Column, content: str, at: int) -> Html:
    if at == 0:
        return tag("th", content, scope="row", role="rowheader", class_=_class(column))
    return tag("td", content, role="cell", data_label=column.title if content else None, class_=_class(column))


def _class(column: Column) -> str | None:
    return "number" if column.number else None
