"""What a conversion has done so far, so that it can go on or go back after any end. No value is in it.

One line of JSON for each step in a file of mode 0600 below the repository's `.git`: a process that is killed loses the
line that it was writing, at most. Beside it lie the files' contents before and after, encrypted (`stores.copies`).
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.errors import SealwrightError, UsageError
from sealwright.patterns import Pattern
from sealwright.stores.copies import Copies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.rewrite.transaction import FileChange

UPDATED = "updated"
_FILE = "journal"
_VERSION = 1
_PRIVATE = 0o700
_COPY = Pattern(r"(?:[0-9]{1,9}\.(?:before|after))?")


class Stage(Enum):
    """How far a conversion got. Before REWRITING no file has changed."""

    UPLOADING = "uploading"
    REWRITING = "rewriting"
    DONE = "done"
    WITHDRAWING = "withdrawing"
    """The files are as they were; what was put into stores is being taken back."""
    UNDONE = "undone"


class Put(NamedTuple):
    """An object in a store, as it stood when we were done with it. `what` is created, same or updated."""

    store: str
    name: str
    version: str
    what: str


class Begun(NamedTuple):
    """With what a conversion begins: the `arguments` that it must go on with, the settings of its `stores` by their
    names, and the objects that are `planned`, as (store, name)."""

    arguments: dict[str, Any]
    stores: dict[str, dict[str, str]]
    planned: list[tuple[str, str]]


class Kept(NamedTuple):
    """A file of the conversion: the names of the copies of its contents; '' where there is no file."""

    location: str
    before: str
    after: str


class Journal:
    """The journal in a folder. Its methods may be called from several threads."""

    def __init__(self, folder: str, key_folder: str) -> None:
        self._folder = folder
        self._key_folder = key_folder
        self._copies = Copies(os.path.join(folder, "copies"), key_folder)
        self._lock = threading.Lock()
        self._file: int | None = None
        self.run = ""
        """What objects that a conversion creates are marked with."""
        self.begun = Begun({}, {}, [])
        self.stage: Stage | None = None
        self.puts: list[Put] = []
        self.files: list[Kept] = []
        self._load()

    @property
    def unfinished(self) -> bool:
        """Whether a conversion began and did not end."""
        return self.stage in {Stage.UPLOADING, Stage.REWRITING}

    def next_run(self) -> str:
        """The mark of the conversion that is about to begin: that of the one before, where it changed no file."""
        if self.stage is not Stage.UPLOADING:
            self.run = os.urandom(8).hex()
        return self.run

    def begin(self, begun: Begun, changes: Sequence[FileChange]) -> None:
        """Forget the conversion before, and keep what this one is about to do. Raises OSError.

        What one made that ended before it changed a file belongs to this one.
        """
        planned = list(begun.planned)
        if self.stage is Stage.UPLOADING:
            planned = list(dict.fromkeys([*self.begun.planned, *planned]))
            begun = begun._replace(stores={**self.begun.stores, **begun.stores})
        updated = [put for put in self.puts if self.stage is Stage.UPLOADING and put.what == UPDATED]
        fresh = f"{self._folder}.new"  # the old journal goes when the new one is whole
        shutil.rmtree(fresh, ignore_errors=True)
        os.makedirs(fresh, _PRIVATE)
        os.chmod(fresh, _PRIVATE)
        self._copies = Copies(os.path.join(fresh, "copies"), self._key_folder)
        self.begun, self.puts, self.files = begun._replace(planned=planned), [], []
        for number, change in enumerate(changes):
            kept = Kept(
                os.path.abspath(change.path),
                self._keep(f"{number}.before", change.before),
                self._keep(f"{number}.after", change.after),
            )
            self.files.append(kept)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        self._file = os.open(os.path.join(fresh, _FILE), flags, 0o600)
        self._add({"version": _VERSION, "run": self.run, "begun": self.begun, "files": self.files})
        for put in updated:
            self.put(put)
        self.enter(Stage.UPLOADING)
        shutil.rmtree(self._folder, ignore_errors=True)
        os.rename(fresh, self._folder)
        self._copies = Copies(os.path.join(self._folder, "copies"), self._key_folder)

    def put(self, put: Put) -> None:
        """An object is there."""
        with self._lock:
            self.puts.append(put)
            self._add({"put": put})

    def enter(self, stage: Stage) -> None:
        """The next stage begins; flushed, because what follows counts on it."""
        with self._lock:
            self.stage = stage
            self._add({"stage": stage.value})
            if self._file is not None:
                os.fsync(self._file)

    def end(self) -> None:
        """Nothing was left to do."""
        self.enter(Stage.DONE)
        self.close()

    def content(self, kept: str) -> bytes | None:
        """The content of a copy, None for no file. Raises StoreError."""
        return self._copies.read(kept) if kept else None

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _keep(self, name: str, content: bytes | None) -> str:
        if content is None:
            return ""
        self._copies.keep(name, content)
        return name

    def _add(self, line: dict[str, Any]) -> None:
        if self._file is None:
            flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
            self._file = os.open(os.path.join(self._folder, _FILE), flags)
        os.write(self._file, json.dumps(line).encode() + b"\n")

    def _load(self) -> None:
        path = os.path.join(self._folder, _FILE)
        try:
            with open(path, "rb") as file:
                lines = file.read().split(b"\n")
        except FileNotFoundError:
            return
        except OSError as error:
            hint = "a conversion may not have ended; look at it before you begin another"
            raise SealwrightError(f"cannot be read: {error.strerror}", place=path, hint=hint) from None
        try:
            for line in lines[:-1]:  # what stands behind the last line end was not written wholly
                self._take(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            hint = f"remove the folder if no conversion is to go on: {self._folder}"
            raise SealwrightError("the journal of a conversion is damaged", place=path, hint=hint) from None

    def _take(self, line: dict[str, Any]) -> None:
        if "version" in line:
            if line["version"] != _VERSION:
                hint = "use the version of sealwright that began it"
                raise UsageError("a conversion was begun by another version", place=self._folder, hint=hint)
            arguments, stores, planned = line["begun"]
            self.run = str(line["run"])
            self.begun = Begun(dict(arguments), dict(stores), [(store, name) for store, name in planned])
            self.files = [_kept(*kept) for kept in line["files"]]
        elif "put" in line:
            self.puts.append(Put(*map(_text, line["put"])))
        else:
            self.stage = Stage(line["stage"])


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _kept(location: object, before: object, after: object) -> Kept:
    """A file of the journal. Raises ValueError or TypeError for what no journal of ours holds."""
    kept = Kept(_text(location), _text(before), _text(after))
    if not os.path.isabs(kept.location) or not all(_COPY.fullmatch(name) for name in kept[1:]):
        raise ValueError
    return kept
