"""The hook `sealwright-secret-provider-class`: rewrite Secrets whose values are in a store already; block all others.

A hook has no network, so it goes by the lock file of stores and by what this machine has put there. Exit code 1 when a
file was changed or a Secret is left, with the command that moves it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sealwright.hooks._arguments import run_hook

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Make SecretProviderClasses of Secrets in the files on the command line; 0 when there was nothing to do."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    return run_hook("convert", arguments, "--to", "secret-provider-class", "--write", "--offline")


if __name__ == "__main__":
    sys.exit(main())
