"""Apache Parquet: a row for each finding, in a schema that does not change within a version.

Columns of texts that come again and again are dictionary-encoded; row groups have the same number of rows, so that the
same findings make the same file, and no more than one of them is held in memory.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sealwright.errors import UsageError
from sealwright.fleet.outputs.columns import COLUMNS, LISTS, NUMBERS, TEXTS, row
from sealwright.fleet.outputs.files import beside, discard, put, unwritable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.fleet.model import Account
    from sealwright.fleet.outputs.base import Look

ROWS = 1 << 15
"""Of a row group."""
_ALL_DIFFERENT = {"fingerprint"}
_VERSION = b"1"


class Parquet:
    """Written beside its place, and put there when it is complete: without its end it is no file that can be read."""

    def __init__(self, _look: Look) -> None:
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError:
            hint = "pip install 'sealwright[fleet-parquet]'"
            raise UsageError("the format `parquet` needs the library pyarrow", hint=hint) from None
        self._arrow, self._parquet = pa, pq
        kinds = dict.fromkeys(TEXTS, pa.string()) | dict.fromkeys(NUMBERS, pa.int32())
        kinds |= dict.fromkeys(LISTS, pa.list_(pa.string())) | {"at_tip": pa.bool_()}
        fields = [pa.field(name, kinds[name], nullable=name == "at_tip") for name in COLUMNS]
        self._schema = pa.schema(fields, metadata={b"sealwright.findings": _VERSION})
        self._rows: list[dict[str, Any]] = []
        self._path = self._temporary = ""
        self._writer: Any = None

    def open(self, path: str) -> None:
        """A file with another name for now."""
        self._path, self._temporary = path, beside(path)
        often = [name for name in TEXTS if name not in _ALL_DIFFERENT] + [f"{name}.list.element" for name in LISTS]
        try:
            self._writer = self._parquet.ParquetWriter(
                self._temporary, self._schema, compression="zstd", use_dictionary=often
            )
        except OSError as error:
            discard(self._temporary)
            raise unwritable(path, error) from None

    def add(self, _position: int, account: Account) -> None:
        """The rows of an account."""
        for finding in account.findings:
            self._rows.append(row(account.member.name, finding))
            if len(self._rows) == ROWS:
                self._write()

    def close(self, _summary: Mapping[str, Any]) -> None:
        """The rest, and the end of the file, which is then where it belongs."""
        if self._rows:
            self._write()
        try:
            self._writer.close()
        except OSError as error:
            raise unwritable(self._path, error) from None
        put(self._temporary, self._path)

    def abandon(self) -> None:
        """Nothing is left of it."""
        with suppress(OSError):  # what it would say is what has stopped us already
            self._writer.close()
        discard(self._temporary)

    def _write(self) -> None:
        rows, self._rows = self._rows, []
        try:
            self._writer.write_table(self._arrow.Table.from_pylist(rows, schema=self._schema), row_group_size=ROWS)
        except OSError as error:
            raise unwritable(self._path, error) from None
