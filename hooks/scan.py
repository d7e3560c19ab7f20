"""The hook `sealwright-scan`: block a commit that holds a plaintext secret.

Most commits hold none, so files are first put to a byte test that needs nothing but Python itself; only when one of
them may hold something is the rest of the program loaded.
"""

from __future__ import annotations

import os
import sys

from sealwright.hooks._byte_test import nothing_can_be_found

TYPE_CHECKING = False  # as in `typing`, whose import would be a tenth of what a clean file costs
if TYPE_CHECKING:
    from collections.abc import Sequence

_CONFIGURATION = ".sealwright.yaml"


def main(argv: Sequence[str] | None = None) -> int:
    """Scan the files named on the command line; returns the exit code of `sealwright scan`."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    if nothing_can_be_found(arguments, lambda path: os.path.basename(path) == _CONFIGURATION):
        return 0
    from sealwright.hooks._arguments import run_hook

    return run_hook("scan", arguments)


if __name__ == "__main__":
    sys.exit(main())
