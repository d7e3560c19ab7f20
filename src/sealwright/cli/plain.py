"""The command line of most hook runs: a scan without options. Read without argparse, which takes long to load."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

UNSET = (
    *("staged", "history", "severity_threshold", "confidence_threshold", "explain", "baseline", "no_baseline"),
    *("update_baseline", "import_baseline", "baseline_key_file", "jobs", "skip_files", "depth", "max_bytes", "config"),
    *("format", "output", "exit_zero", "no_progress", "color"),
)
"""Every option of `scan`, held against the parser by a test; none has a value of its own."""


def plain_scan(argv: Sequence[str]) -> argparse.Namespace | None:
    """The options of `scan -- FILE...`, None for any other command line, or where the environment gives options."""
    if list(argv[:2]) != ["scan", "--"] or any(name.startswith("SEALWRIGHT_") for name in os.environ):
        return None
    return cast("argparse.Namespace", SimpleNamespace(command="scan", paths=list(argv[2:]), **dict.fromkeys(UNSET)))
