"""Loaded by Dask into the workers that are started here: what such a process says itself is heard by nobody.

A worker that is closed while it starts ends with a page of Dask's own calls, in the middle of a person's terminal. What
matters comes back as a result, or as the news that there is none.
"""

from __future__ import annotations

import os


def dask_setup(_worker: object) -> None:
    """Called by Dask in the worker's process, before it has anything to do."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
