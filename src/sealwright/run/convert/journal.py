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
from sealwright.stores.copies import Copies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.rewrite.transaction import FileChange

CREATED, UPDATED = "created", "updated"
_FILE = "journal"
_VERSION = 1
_PRIVATE = 0o700


class Stage(Enum):
    """How far a conversion got. Before REWRITING no file has changed."""

    UPLOADING = "uploading"
    REWRITING = "rewriting"
    DONE = "done"
    UNDONE = "undone"


class Put(NamedTuple):
    """An object in a store, as it stood when we were done with it. `what` is created, same or updated."""

    store: str
    name: str
    version: str
    what: str


class Kept(NamedTuple):
    """A file of the conversion: the names of the copies of its contents; '' where there is no file."""

    location: str
    before: str
    after: str


class Journal:
    """The journal in a folder. Its methods may be called from several threads."""

    def __init__(self, folder: str, key_folder: str) -> None:
        self._folder = folder
        self._copies = Copies(os.path.join(folder, "copies"), key_folder)
        self._lock = threading.Lock()
        self._file: int | None = None
        self.arguments: dict[str, Any] = {}
        self.stage: Stage | None = None
        self.planned: list[tuple[str, str]] = []
        self.puts: list[Put] = []
        self.files: list[Kept] = []
        self._load()

    @property
    def unfinished(self) -> bool:
        """Whether a conversion began and did not end."""
        return self.stage in {Stage.UPLOADING, Stage.REWRITING}

    @property
    def created(self) -> list[Put]:
        """What the conversion made, each object as it stood last."""
        made = {(put.store, put.name) for put in self.puts if put.what == CREATED}
        last = {(put.store, put.name): put for put in self.puts if (put.store, put.name) in made}
        return list(last.values())

    def begin(
        self, arguments: dict[str, Any], planned: Sequence[tuple[str, str]], changes: Sequence[FileChange]
    ) -> None:
        """Forget the conversion before, and keep what this one is about to do. Raises OSError.

        What one made that ended before it changed a file belongs to this one.
        """
        inherited = self.created if self.stage is Stage.UPLOADING else []
        shutil.rmtree(self._folder, ignore_errors=True)
        os.makedirs(self._folder, _PRIVATE, exist_ok=True)
        os.chmod(self._folder, _PRIVATE)
        self.puts, self.files = [], []
        for number, change in enumerate(changes):
            kept = Kept(
                os.path.abspath(change.path),
                self._keep(f"{number}.before", change.before),
                self._keep(f"{number}.after", change.after),
            )
            self.files.append(kept)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        self._file = os.open(os.path.join(self._folder, _FILE), flags, 0o600)
        self._add({"version": _VERSION, "arguments": arguments, "planned": planned, "files": self.files})
        self.arguments, self.planned = arguments, list(planned)
        for put in inherited:
            self.put(put)
        self.enter(Stage.UPLOADING)

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
        except (ValueError, KeyError, TypeError, AttributeError):
            hint = f"remove the folder if no conversion is to go on: {self._folder}"
            raise SealwrightError("the journal of a conversion is damaged", place=path, hint=hint) from None

    def _take(self, line: dict[str, Any]) -> None:
        if "version" in line:
            if line["version"] != _VERSION:
                hint = "use the version of sealwright that began it"
                raise UsageError("a conversion was begun by another version", place=self._folder, hint=hint)
            self.arguments = dict(line["arguments"])
            self.planned = [(store, name) for store, name in line["planned"]]
            self.files = [Kept(*kept) for kept in line["files"]]
        elif "put" in line:
            self.puts.append(Put(*line["put"]))
        else:
            self.stage = Stage(line["stage"])
