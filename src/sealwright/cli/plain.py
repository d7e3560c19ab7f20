"""The command line of most hook runs: a command without options. Read without argparse, which takes long to load."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

_COMMON = (
    *("staged", "history", "severity_threshold", "confidence_threshold", "explain", "baseline", "no_baseline"),
    *("update_baseline", "import_baseline", "baseline_key_file", "jobs", "skip_files", "depth", "max_bytes", "config"),
    *("format", "output", "exit_zero", "no_progress", "color"),
)
UNSET = {
    "scan": _COMMON,
    "gate": (*_COMMON, "base", "pack", "require_proof", "require_match", "fix", "render", "allow_growth"),
}
"""Every option of these commands, held against the parser by a test; none has a value of its own."""


def plain_options(argv: Sequence[str]) -> argparse.Namespace | None:
    """The options of `scan -- FILE...` and `gate -- FILE...`.

    None for any other command line, or where the environment gives options.
    """
    command = argv[0] if argv else ""
    if command not in UNSET or list(argv[1:2]) != ["--"] or any(name.startswith("SEALWRIGHT_") for name in os.environ):
        return None
    unset = dict.fromkeys(UNSET[command])
    return cast("argparse.Namespace", SimpleNamespace(command=command, paths=list(argv[2:]), **unset))
