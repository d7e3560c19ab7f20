"""Where the real kubeseal is. tests/oracles/kubeseal/README.md tells how to build it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_BUILT = Path(__file__).resolve().parent.parent / ".oracles" / "kubeseal"


def kubeseal_path() -> str | None:
    """The first that can be run of: the path in SEALWRIGHT_KUBESEAL, the repository's `.oracles`, the PATH."""
    for candidate in (os.environ.get("SEALWRIGHT_KUBESEAL"), str(_BUILT), "kubeseal"):
        found = shutil.which(candidate) if candidate else None
        if found:
            return found
    return None
