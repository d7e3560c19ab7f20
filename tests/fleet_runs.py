"""`sealwright fleet scan` as people run it, and what it leaves behind."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from support import program, scrubbed

PATIENCE = 300.0


class Ended(NamedTuple):
    """How a run ended. `summary` is what `--format json` printed, None where it printed nothing."""

    code: int
    summary: Mapping[str, Any] | None
    said: str


class Run:
    """A run in a folder of its own that holds everything it writes: `run`, `cache`, `findings.jsonl`, `spill`."""

    def __init__(self, folder: Path, *arguments: str | Path, cache: Path | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.state = folder / "run"
        self.cache = cache or folder / "cache"
        self.findings = folder / "findings.jsonl"
        self.repositories = folder / "repositories.jsonl"
        self._arguments = [str(argument) for argument in arguments]

    def start(
        self, *more: str | Path, env: Mapping[str, str] | None = None, before: Sequence[str] = ()
    ) -> subprocess.Popen[bytes]:
        """Begin it. `before` are the words that start the program, where it is not just started."""
        words = [*(before or [program("sealwright")]), "fleet", "scan", *self._arguments, *map(str, more)]
        words += ["--run", str(self.state), "--cache", str(self.cache), "--history=--all", "--format", "json"]
        words += ["--output", f"jsonl={self.findings}", "--output", f"repositories={self.repositories}"]
        with (self.folder / "out").open("wb") as out, (self.folder / "err").open("wb") as err:
            place = {"TMPDIR": str(self.folder), "DASK_TEMPORARY_DIRECTORY": str(self.folder / "spill")}
            return subprocess.Popen(
                words,
                cwd=self.folder,
                env=scrubbed(os.environ, home=self.folder) | place | dict(env or {}),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=os.name != "nt",
            )

    def finish(self, process: subprocess.Popen[bytes]) -> Ended:
        """Wait for it."""
        try:
            code = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        printed = (self.folder / "out").read_text(encoding="utf-8")
        said = (self.folder / "err").read_text(encoding="utf-8", errors="replace")
        assert "Traceback" not in said, said
        return Ended(code, json.loads(printed) if printed else None, said)

    def __call__(self, *more: str | Path, **settings: Any) -> Ended:
        """All of it."""
        return self.finish(self.start(*more, **settings))

    def done(self) -> int:
        """How many repositories have an account."""
        return len(list(self.accounts()))

    def looked(self) -> int:
        """How many results the cache holds."""
        found = 0
        for file in self.cache.glob("*.sqlite"):
            with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
                try:
                    found += connection.execute("select count(*) from result").fetchone()[0]
                except sqlite3.OperationalError:
                    continue  # not there yet
        return found

    def accounts(self) -> Iterator[bytes]:
        """Each account as it is kept, unpacked."""
        file = self.state / "run.sqlite"
        if not file.exists():
            return
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            try:
                rows = connection.execute("select content from account order by position").fetchall()
            except sqlite3.OperationalError:
                return
        yield from (zlib.decompress(content) for (content,) in rows)

    def lines(self) -> list[Mapping[str, Any]]:
        """The account of each repository, in the order of the list."""
        return [json.loads(line) for line in self.repositories.read_text(encoding="utf-8").splitlines()]


def wait_until(what: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Poll until it holds; fails where the process ends before."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if what():
            return
        assert process.poll() is None, "the run was over before anything could happen to it"
        time.sleep(0.01)
    raise AssertionError("nothing happened")
