"""Where a run keeps what it found out: one SQLite file in a folder, so that what is written survives whatever happens.

An account is written when it is complete, and given back in the order of the list, whichever worker was first. No value
is in any of it.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from sealwright.errors import UnreadableError, UsageError
from sealwright.fleet.model import Account, Member, Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FILE_NAME = "run.sqlite"
_TABLES = """
create table run (name text primary key, value text not null) without rowid;
create table member (position integer primary key, name blob not null unique, location blob not null, branch blob);
create table account (position integer primary key, content blob not null);
"""
_VERSION = "1"


class RunFolder:
    """The state of one run. To be closed, as by `contextlib.closing`."""

    def __init__(self, folder: str, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self._connection = connection

    @classmethod
    def create(cls, folder: str, question: Question, members: Iterable[Member]) -> RunFolder:
        """A new run. Raises UsageError where the folder has one already, UnreadableError where it cannot be written."""
        place = os.path.join(folder, FILE_NAME)
        if os.path.lexists(place):
            hint = "go on with it: --resume; or give another folder: --run FOLDER"
            raise UsageError("there is a run in this folder already", place=folder, hint=hint)
        try:
            os.makedirs(folder, exist_ok=True)
            run = cls(folder, _connected(place, "rwc"))
        except (OSError, sqlite3.Error) as error:
            raise _unusable(folder, error) from None
        try:
            run._begin(question, members)
        except BaseException as error:
            run.close()
            for ending in ("", "-wal", "-shm"):
                with suppress(FileNotFoundError):
                    os.remove(place + ending)
            if isinstance(error, sqlite3.Error):
                raise _unusable(folder, error) from None
            raise
        return run

    @classmethod
    def open(cls, folder: str) -> RunFolder:
        """A run that is there. Raises UsageError where there is none, UnreadableError for a file that is no run."""
        return cls._opened(folder, "rw")

    @classmethod
    def read(cls, folder: str) -> RunFolder:
        """The same, of which nothing is asked but what it holds: where nobody may write, too."""
        place = os.path.join(folder, FILE_NAME)
        if not os.path.isfile(place) or (os.access(folder, os.W_OK) and os.access(place, os.W_OK)):
            return cls.open(folder)
        with suppress(OSError):
            if os.path.getsize(f"{place}-wal"):
                hint = "copy the folder to where you may write: the run was stopped, or goes on"
                raise UnreadableError("the run was never closed, and nobody may write here", place=folder, hint=hint)
        return cls._opened(folder, "ro&immutable=1")

    @classmethod
    def _opened(cls, folder: str, mode: str) -> RunFolder:
        place = os.path.join(folder, FILE_NAME)
        if not os.path.isfile(place):
            raise UsageError("there is no run in this folder", place=folder, hint="give the --run FOLDER of a run")
        try:
            run = cls(folder, _connected(place, mode))
            version = run._value("version")
        except sqlite3.Error as error:
            raise _unusable(folder, error) from None
        if version != _VERSION:
            hint = "make the report with the version of sealwright that made the run"
            raise UnreadableError("this run was written by another version", place=folder, hint=hint)
        return run

    @property
    def question(self) -> Question:
        """What was asked."""
        with _undamaged(self.folder):
            return Question(**json.loads(self._value("question")))

    def members(self) -> Iterator[tuple[int, Member]]:
        """Every repository with its position, in the order of the list."""
        return self._listed("select position, name, location, branch from member order by position")

    def missing(self) -> Iterator[tuple[int, Member]]:
        """The repositories that have no account yet."""
        return self._listed(
            "select position, name, location, branch from member"
            " where position not in (select position from account) order by position"
        )

    def add(self, accounts: Iterable[tuple[int, Account]]) -> None:
        """The accounts of these positions, all of them or none."""
        rows = [(position, packed(account)) for position, account in accounts]
        with self._connection:
            self._connection.executemany("insert or replace into account values (?, ?)", rows)

    def accounts(self, start: int = 0) -> Iterator[tuple[int, Account]]:
        """Those that are there from a position on, in the order of the list."""
        with _undamaged(self.folder):
            rows = self._connection.execute(
                "select position, name, location, branch, content from member join account using (position)"
                " where position >= ? order by position",
                (start,),
            )
            for position, *fields, content in rows:
                yield position, unpacked(_member(fields), content)

    def find(self, name: str) -> tuple[Member, Account | None] | None:
        """The repository of that name, with its account where it has one; None where the list does not have it."""
        query = "select name, location, branch, content from member left join account using (position) where name = ?"
        with _undamaged(self.folder):
            row = self._connection.execute(query, (os.fsencode(name),)).fetchone()
            if row is None:
                return None
            member = _member(row[:3])
            return member, None if row[3] is None else unpacked(member, row[3])

    def listed(self) -> int:
        """How many repositories there are."""
        return int(self._connection.execute("select count(*) from member").fetchone()[0])

    def count(self) -> int:
        """How many accounts there are."""
        return int(self._connection.execute("select count(*) from account").fetchone()[0])

    def reopen(self) -> None:
        """Accounts with errors are asked for again where there is a repository."""
        again = [position for position, account in self.accounts() if account.errors and account.member.location]
        with self._connection:
            self._connection.executemany("delete from account where position = ?", [(position,) for position in again])

    def close(self) -> None:
        """Nothing more is asked of it."""
        self._connection.close()

    def _listed(self, query: str) -> Iterator[tuple[int, Member]]:
        with _undamaged(self.folder):
            for position, *fields in self._connection.execute(query):
                yield position, _member(fields)

    def _begin(self, question: Question, members: Iterable[Member]) -> None:
        self._connection.executescript(_TABLES)
        # As bytes: the name of a folder need not be text that SQLite would take.
        rows = ((position, *map(os.fsencode, member)) for position, member in enumerate(members))
        with self._connection:
            self._connection.executemany("insert into member values (?, ?, ?, ?)", rows)
            self._connection.execute("insert into run values ('version', ?)", (_VERSION,))
            text = json.dumps(question._asdict(), sort_keys=True)
            self._connection.execute("insert into run values ('question', ?)", (text,))

    def _value(self, name: str) -> str:
        row = self._connection.execute("select value from run where name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""


def _member(fields: Sequence[bytes]) -> Member:
    return Member(*map(os.fsdecode, fields))


def _connected(place: str, mode: str) -> sqlite3.Connection:
    from urllib.request import pathname2url

    uri = f"file:{pathname2url(os.path.abspath(place))}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
    if mode.startswith("rw"):
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
    return connection


@contextmanager
def _undamaged(folder: str) -> Iterator[None]:
    """What is read of a file may be anything: it is no bug of the program if that is not what was written."""
    try:
        yield
    except (sqlite3.Error, zlib.error, ValueError, TypeError, LookupError):
        hint = "begin another run: --run FOLDER"
        raise UnreadableError("the run is damaged and cannot be read", place=folder, hint=hint) from None


def _unusable(folder: str, error: Exception) -> UnreadableError:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return UnreadableError(f"the run cannot be kept here: {reason}", place=folder, hint="give another --run FOLDER")


def packed(account: Account) -> bytes:
    """An account as bytes, without the repository that it is about."""
    fields = account._asdict()
    del fields["member"]
    return zlib.compress(json.dumps(fields, sort_keys=True).encode("utf-8", "surrogateescape"), 1)


def unpacked(member: Member, content: bytes) -> Account:
    """What `packed` made, as the account of that repository."""
    fields = json.loads(zlib.decompress(content).decode("utf-8", "surrogateescape"))
    for name in ("tips", "findings", "errors"):
        fields[name] = tuple(fields[name])
    return Account(member, **fields)
