"""The same work by the scanners of others, in the same run: those of them that are on PATH.

One file with a Secret: gitleaks, which starts before a commit as we do. Whole repositories: kingfisher, over the folder
that SEALWRIGHT_CORPUS names (docs/quality.md lists the repositories and commits that the published figures are for).
"""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from benchmarks.measure import Ratio, process_ratio, program
from benchmarks.start import SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def measure(folder: Path, *, smoke: bool) -> Iterator[Ratio]:
    """Ratios to the rivals that there are; a line on stderr for each that there is not."""
    gitleaks = _found("gitleaks")
    if gitleaks:
        place = folder / "one"
        place.mkdir()
        (place / "secret.yaml").write_text(SECRET, encoding="utf-8")
        ours = [program("sealwright-scan"), str(place / "secret.yaml")]
        theirs = [gitleaks, "dir", "--no-banner", str(place)]
        yield process_ratio("one Secret, cold / gitleaks", ours, theirs, 1, runs=3 if smoke else 25)
    kingfisher, corpus = _found("kingfisher"), os.environ.get("SEALWRIGHT_CORPUS", "")
    if kingfisher and corpus and not smoke:
        ours = [program("sealwright"), "scan", "--no-progress", corpus]
        theirs = [kingfisher, "scan", "--no-update-check", corpus]
        yield process_ratio("whole repositories / kingfisher", ours, theirs, 1, runs=3)


def _found(name: str) -> str:
    path = shutil.which(name) or ""
    if not path:
        print(f"note: {name} is not on PATH, so that there is nothing to compare with", file=sys.stderr)
    return path
