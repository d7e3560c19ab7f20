"""One input through one target: what it may raise, and how long it may take for its size."""

from __future__ import annotations

import hashlib
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from fuzz.held import hold_no_value, said_by
from fuzz.registry import Target

from sealwright.errors import SealwrightError

SECONDS, SECONDS_FOR_A_BYTE = 2.0, 0.0005
"""Of the processor's time, on a machine that is busy: what takes longer is a find."""


class Find(NamedTuple):
    """What went wrong with an input. `kind` is the same for inputs that fail at the same place."""

    target: str
    kind: str
    text: str
    data: bytes


def attempt(target: Target, data: bytes) -> Find | None:
    """Run the target; None where it did as it should."""
    started = time.process_time()
    try:
        target.run(data)
    except SealwrightError as error:
        try:
            hold_no_value(said_by(error), data)
        except AssertionError as leak:
            return _find(target, leak, data)
    except Exception as error:
        return _find(target, error, data)
    took = time.process_time() - started
    if took > SECONDS + SECONDS_FOR_A_BYTE * len(data):
        return Find(target.name, "slow", f"{took:.1f} s for {len(data)} bytes", data)
    return None


def _find(target: Target, error: Exception, data: bytes) -> Find:
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    text = "".join(traceback.format_exception(error))
    return Find(target.name, f"{type(error).__name__} {place}", text, data)


class Finds:
    """The finds of a run, one of each kind, in a folder: the input, and beside it what happened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kinds: dict[str, int] = {}

    def add(self, find: Find) -> None:
        """Keep it, if it is the first of its kind or smaller than the one before."""
        name = f"{find.target}-{hashlib.sha256(find.kind.encode()).hexdigest()[:8]}"
        place = self.folder / name
        if find.kind not in self.kinds or len(find.data) < place.stat().st_size:
            self.folder.mkdir(parents=True, exist_ok=True)
            place.write_bytes(find.data)
            place.with_suffix(".txt").write_text(f"{find.kind}\n{find.text}", encoding="utf-8", errors="replace")
        self.kinds[find.kind] = self.kinds.get(find.kind, 0) + 1


@contextmanager
def stopped_after(seconds: int) -> Iterator[None]:
    """An exception for whatever takes much longer than it may; on systems without alarms, nothing."""
    import signal

    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(*_: object) -> None:
        raise TimeoutError(f"more than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
