"""What hooks do before the rest of the program is loaded: most commits hold nothing, and this needs Python alone."""

from __future__ import annotations

import os

from sealwright.detect.prefilter import may_matter
from sealwright.manifest.neighbours import Neighbours

TYPE_CHECKING = False  # as in `typing`, whose import would be a tenth of what a clean file costs
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LIMIT = 10 * 1024 * 1024
_ASKS_FOR_A_REPORT = ("SEALWRIGHT_FORMAT", "SEALWRIGHT_OUTPUT", "SEALWRIGHT_CONFIG")


def nothing_can_be_found(arguments: Sequence[str], is_judged: Callable[[str], bool], *asking: str) -> bool:
    """Whether every argument is a small regular file that the byte test lets pass. Anything else: the full path.

    The kustomizations that may make a Secret of a file are asked as well. `is_judged`: whether a file of that name is
    looked at whatever it holds. `asking` are variables that ask for more than that nothing is found.
    """
    if any(name in os.environ for name in (*_ASKS_FOR_A_REPORT, *asking)):
        return False
    neighbours = Neighbours()
    for path in arguments:
        if path.startswith("-") or is_judged(path) or os.path.islink(path) or not os.path.isfile(path):
            return False
        if os.path.getsize(path) > _LIMIT:
            return False
        try:
            with open(path, "rb") as file:
                data = file.read(_LIMIT + 1)
            if may_matter(data, path) or neighbours.may_concern(path, data):
                return False
        except OSError:
            return False
    return bool(arguments)
