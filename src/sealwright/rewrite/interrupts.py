"""A moment in which Ctrl-C does nothing: while files are put back, or let go of."""

from __future__ import annotations

import signal


class Uninterrupted:
    """Ignores SIGINT inside of the `with` block.

    Only for moments: an interruption that arrives in one is lost, and the person presses again. Does nothing in other
    threads than the main one, where none arrives, nor if the handler was not set from Python.
    """

    __slots__ = ("_previous",)

    def __enter__(self) -> None:
        self._previous = signal.getsignal(signal.SIGINT)
        if self._previous is not None:
            try:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
            except ValueError:  # not the main thread
                self._previous = None

    def __exit__(self, *_: object) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)
