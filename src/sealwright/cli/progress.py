"""A counter for who waits at a terminal while something takes long."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

_EVERY = 0.1
_ERASE = "\r\x1b[K"


def somebody_waits(options: argparse.Namespace) -> bool:
    """Whether a counter would be seen, and is welcome."""
    # Hook managers run hooks on a terminal of their own, and show what was on it afterwards.
    quiet = any(os.environ.get(name) for name in ("CI", "PRE_COMMIT")) or os.environ.get("TERM") == "dumb"
    return not options.no_progress and not quiet and sys.stderr is not None and sys.stderr.isatty()


class Counter:
    """One line on stderr that is written over, and gone at the end: `12 of 3,000 files`, for the noun `files`."""

    def __init__(self, noun: str, *, shown: bool) -> None:
        self._noun = noun
        self._shown = shown
        self._next = 0.0

    def show(self, done: int, total: int) -> None:
        """So much of it is done; when all is, the line goes."""
        if not self._shown:
            return
        now = time.monotonic()
        if done == total:
            text = _ERASE
        elif now >= self._next:
            self._next = now + _EVERY
            text = f"{_ERASE}{self.text(done, total)}"
        else:
            return
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except (OSError, ValueError):
            self._shown = False

    def text(self, done: int, total: int) -> str:
        """The line for so much of it."""
        return f"{done:,} of {total:,} {self._noun}"

    def close(self) -> None:
        """The line goes, whatever was done."""
        self.show(0, 0)
