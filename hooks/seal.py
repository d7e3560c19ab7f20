"""The hook `sealwright-seal`: seal Secrets in place; exit 1 when a file was changed, as hooks that fix things do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sealwright.hooks._arguments import run_hook

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Seal the files named on the command line, without a network; 0 when there was nothing to do."""
    return run_hook(
        "seal", sys.argv[1:] if argv is None else list(argv), "--in-place", "--offline", "--fixed-is-failure"
    )


if __name__ == "__main__":
    sys.exit(main())
