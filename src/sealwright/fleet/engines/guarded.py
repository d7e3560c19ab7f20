"""A task as workers do it: whatever goes wrong in it comes back as an error of ours, and as nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.errors import SealwrightError
from sealwright.fleet.engines.base import FailedError

if TYPE_CHECKING:
    from collections.abc import Callable


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
