"""One process at a time changes a mirror. A lock ends with its process; there is none to be removed by hand."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sealwright.errors import SealwrightError
from sealwright.fleet.mirrors.deferred import Deferred
from sealwright.rewrite.exclusive import hold

if TYPE_CHECKING:
    from collections.abc import Iterator

_WAIT_SECONDS = 30.0
_PAUSE_SECONDS = 0.05
_LATER_SECONDS = 30.0


@contextmanager
def locked(path: str, name: str) -> Iterator[None]:
    """Hold the lock in the block. Raises Deferred where it stays taken.

    `name` is what messages call the repository. Where the filesystem has no locks, git's own for each name remain.
    """
    end = time.monotonic() + _WAIT_SECONDS
    pause = _PAUSE_SECONDS
    try:
        while (held := hold(path)) is None:
            if time.monotonic() > end:
                raise Deferred(_LATER_SECONDS, "another process is fetching it", place=name)
            time.sleep(pause)
            pause = min(2 * pause, 1.0)
    except OSError as error:
        hint = "give another folder: --mirrors FOLDER"
        raise SealwrightError(f"the mirror cannot be locked: {error.strerror}", place=path, hint=hint) from None
    try:
        yield
    finally:
        os.close(held)
