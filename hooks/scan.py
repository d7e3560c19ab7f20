"""The hook `sealwright-scan`: block a commit that holds a plaintext secret.

Most commits hold none, so files are first put to a byte test that needs nothing but Python itself; only when one of
them may hold something is the rest of the program loaded.
"""

from __future__ import annotations

import os
import sys

from sealwright.detect.prefilter import may_matter
from sealwright.manifest.neighbours import Neighbours

TYPE_CHECKING = False  # as in `typing`, whose import would be a tenth of what a clean file costs
if TYPE_CHECKING:
    from collections.abc import Sequence

_CONFIGURATION = ".sealwright.yaml"
_LIMIT = 10 * 1024 * 1024
_ASKS_FOR_A_REPORT = ("SEALWRIGHT_FORMAT", "SEALWRIGHT_OUTPUT", "SEALWRIGHT_CONFIG")


def main(argv: Sequence[str] | None = None) -> int:
    """Scan the files named on the command line; returns the exit code of `sealwright scan`."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    if _all_clean(arguments):
        return 0
    from sealwright.hooks._arguments import run_hook

    return run_hook("scan", arguments)


def _all_clean(arguments: Sequence[str]) -> bool:
    """Whether every argument is a small regular file that the byte test lets pass. Anything else: the full path.

    The kustomizations that may make a Secret of a file are asked as well.
    """
    if any(name in os.environ for name in _ASKS_FOR_A_REPORT):
        return False
    neighbours = Neighbours()
    for path in arguments:
        if path.startswith("-") or os.path.islink(path) or not os.path.isfile(path):
            return False
        if os.path.basename(path) == _CONFIGURATION or os.path.getsize(path) > _LIMIT:
            return False
        try:
            with open(path, "rb") as file:
                data = file.read(_LIMIT + 1)
            if may_matter(data, path) or neighbours.may_concern(path, data):
                return False
        except OSError:
            return False
    return bool(arguments)


if __name__ == "__main__":
    sys.exit(main())
