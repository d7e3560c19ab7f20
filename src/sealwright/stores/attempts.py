"""Questions to a service that may be busy or lose its answers: asked again after a pause, and not for ever.

The exceptions of the services' libraries quote what was sent and what was answered. So an attempt returns its failure
as a Trouble in our words, and the error is raised where none of theirs is being handled: nothing is chained.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.errors import StoreError

T = TypeVar("T")

CONNECTING = 10.0
"""Seconds in which a connection must be made."""
ANSWERING = 30.0
"""Seconds that a service may be silent."""
PATIENCE = 60.0
"""Seconds after which one question is not asked again, however much the service asks to wait."""

FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0
MOST = 12
"""Attempts at one question."""
UNREACHABLE = 4
"""Attempts where nobody answers at all: more would only keep the person waiting."""


class Trouble(NamedTuple):
    """Why an attempt failed. `again`: nothing was done, and it may go better later. `lost`: it may have been done.

    `after` are the seconds that the service asked to wait, `most` the attempts that make sense.
    """

    error: StoreError
    again: bool = False
    lost: bool = False
    after: float = 0.0
    most: int = MOST


def patiently(attempt: Callable[[], T | Trouble], done: Callable[[], T | None] | None = None) -> T:
    """What `attempt` returns once it is no Trouble. Raises the StoreError of the last Trouble.

    `done` is asked after a lost answer: what the answer would have been, or None where nothing has happened. Without it
    the question must be one that may be asked twice.
    """
    end = time.monotonic() + PATIENCE
    number = 0
    while True:
        number += 1
        result = attempt()
        if not isinstance(result, Trouble):
            return result
        if result.lost and done is not None:
            found = done()
            if found is not None:
                return found
        pause = max(result.after, _pause(number))
        if not (result.again or result.lost) or number >= result.most or time.monotonic() + pause > end:
            raise result.error
        time.sleep(pause)


def seconds(header: str | None) -> float:
    """A Retry-After in seconds; 0 for none, and for a date, which the pauses come near enough to."""
    return float(header) if header and header.isdecimal() and len(header) < 7 else 0.0


def _pause(number: int) -> float:
    """Twice as long each time, and never the same for two threads."""
    import random

    return min(_LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (number - 1)) * random.uniform(0.7, 1.3)  # noqa: S311
