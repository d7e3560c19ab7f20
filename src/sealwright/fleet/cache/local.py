"""A cache in a folder of this machine: an SQLite file for each set of rules, which several runs can use at a time."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING
from zlib import crc32

from sealwright.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

_SUM = 4
"""Bytes before each value that say whether it is as it was written."""
_AT_ONCE = 500
_WAIT = 30.0
"""Seconds for which another run may write."""
_TABLE = "create table if not exists result (key blob primary key, value blob not null) without rowid"


class LocalCache:
    """The cache of one set of rules. A file that is none, or is damaged, is put aside and begun anew."""

    def __init__(self, folder: str, rules: str) -> None:
        self.trouble = ""
        self.place = os.path.join(folder, f"{rules[:32]}.sqlite")
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            self._connection = self._opened()
        except (OSError, sqlite3.OperationalError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            hint = "give another --cache FOLDER, or --no-cache"
            raise UsageError(f"the cache cannot be used: {reason}", place=folder, hint=hint) from None

    def get(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        """Those of the keys that are there."""
        found: dict[bytes, bytes] = {}
        try:
            for some in _pieces(keys):
                marks = ",".join("?" * len(some))
                rows = self._connection.execute(f"select key, value from result where key in ({marks})", some)  # noqa: S608
                found.update((key, row[_SUM:]) for key, row in rows if row[:_SUM] == _sum(key, row[_SUM:]))
        except sqlite3.Error as error:
            self.trouble = f"the cache could not be read: {error}"
        return found

    def put(self, entries: Mapping[bytes, bytes]) -> None:
        """Keep them, all or none."""
        try:
            with self._connection:
                rows = ((key, _sum(key, value) + value) for key, value in sorted(entries.items()))
                self._connection.executemany("insert or replace into result values (?, ?)", rows)
        except sqlite3.Error as error:
            self.trouble = f"the cache could not be written: {error}"

    def close(self) -> None:
        """Everything is written."""
        with suppress(sqlite3.Error):
            self._connection.close()

    def _opened(self) -> sqlite3.Connection:
        try:
            return _connected(self.place)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            self.trouble = f"the cache was damaged and is begun anew: {error}"
            for ending in ("", "-wal", "-shm"):
                with suppress(FileNotFoundError):
                    os.replace(self.place + ending, f"{self.place}.damaged{ending}")
            return _connected(self.place)


def _sum(key: bytes, value: bytes) -> bytes:
    """SQLite notices when its own structure is damaged, not when a value is."""
    return crc32(key + value).to_bytes(_SUM, "big")


def _connected(place: str) -> sqlite3.Connection:
    connection = sqlite3.connect(place, timeout=_WAIT, check_same_thread=False)
    try:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        connection.execute(_TABLE)
        connection.execute("select key, value from result limit 1").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _pieces(keys: Iterable[bytes]) -> Iterator[list[bytes]]:
    iterator = iter(keys)
    while some := list(islice(iterator, _AT_ONCE)):
        yield some
