"""A task as workers do it: whatever goes wrong in it comes back as an error of ours, and as nothing else."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

from sealwright.errors import SealwrightError
from sealwright.fleet.engines.base import FailedError

if TYPE_CHECKING:
    from collections.abc import Callable


PROTOCOL = 5
"""Of pickle: the newest that every Python has that sealwright runs on."""


def guarded(function: Callable[..., Any], *arguments: Any) -> Any:
    """What the function gives. Raises SealwrightError, and FailedError for everything else that it raises.

    The text of an exception may hold what a file holds, and Dask writes it into logs; some do not survive the way to
    another process at all. So neither the text nor what led to it goes along.
    """
    try:
        return function(*arguments)
    except SealwrightError as error:
        failure = error
    except Exception as error:  # noqa: BLE001 - nothing may pass
        failure = FailedError(f"a task failed ({type(error).__name__})")
    failure.__context__ = failure.__cause__ = None
    raise failure.with_traceback(None)


def packed(function: Callable[..., Any], blob: bytes, places: tuple[int, ...], stays: bool, *results: Any) -> Any:
    """The same with arguments in one piece, but for `results` of other tasks, which belong at `places` among them.

    What comes back is in one piece as well, unless it stays: Dask would send every text in a list by itself.
    """
    return guarded(_in_one_piece, function, blob, places, stays, results)


def _in_one_piece(
    function: Callable[..., Any], blob: bytes, places: tuple[int, ...], stays: bool, results: tuple[Any, ...]
) -> Any:
    arguments = pickle.loads(blob)  # noqa: S301 - from the client, as the function is
    for place, result in zip(places, results, strict=True):
        arguments[place] = result
    value = function(*arguments)
    return value if stays else pickle.dumps(value, PROTOCOL)
