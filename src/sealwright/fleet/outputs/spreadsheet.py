"""CSV (RFC 4180, with a header, lines end with LF): the columns of Parquet, for who has a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from sealwright.fleet.outputs.columns import COLUMNS, row
from sealwright.fleet.outputs.files import Growing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sealwright.fleet.model import Account
    from sealwright.fleet.outputs.base import Look

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula, if a name from a repository begins so."""


class Spreadsheet(Growing):
    """A row for each finding, as soon as its repository is done."""

    def __init__(self, _look: Look) -> None:
        super().__init__()

    def open(self, path: str) -> None:
        """A file with its header."""
        super().open(path)
        self._append(_lines([COLUMNS]))

    def add(self, _position: int, account: Account) -> None:
        """The rows of an account."""
        self._append(_lines(_cells(row(account.member.name, finding)) for finding in account.findings))


def _cells(cells: Mapping[str, Any]) -> list[str]:
    return [_cell(cells[name]) for name in COLUMNS]


def _cell(content: Any) -> str:
    if content is None:
        return ""
    if isinstance(content, bool):
        return "true" if content else "false"
    text = " ".join(content) if isinstance(content, list) else str(content)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _lines(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for cells in rows:
        writer.writerow(cells)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
