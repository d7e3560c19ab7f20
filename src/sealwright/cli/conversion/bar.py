"""How far a long run is: a bar, the rate, and how long the rest will take, for who waits at a terminal."""

from __future__ import annotations

import time

from sealwright.cli.progress import Counter

_WIDTH = 24
_MINUTE = 60
_FIRST = 2.0
"""Seconds before a rate says anything."""


class Bar(Counter):
    """One line on stderr that is written over, and gone at the end: `[###.....]  12 of 3,000 Secrets  40/s  2 min`."""

    def __init__(self, noun: str, *, shown: bool) -> None:
        super().__init__(noun, shown=shown)
        self._began = time.monotonic()

    def text(self, done: int, total: int) -> str:
        """The line for so much of it."""
        seconds = time.monotonic() - self._began
        filled = _WIDTH * done // total if total else 0
        line = f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {super().text(done, total)}"
        if seconds < _FIRST or not done:
            return line
        rate = done / seconds
        return f"{line}  {rate:,.0f}/s  {left((total - done) / rate)}"


def left(seconds: float) -> str:
    """How long it will take, as people say it."""
    if seconds < _MINUTE:
        return f"{seconds:.0f} s left"
    return f"{seconds / _MINUTE:.0f} min left" if seconds < 100 * _MINUTE else f"{seconds / 3600:.0f} h left"
