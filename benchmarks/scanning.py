"""A scan's time and memory over many files: linear, and flat."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from benchmarks.measure import Ratio, peak_megabytes, program
from benchmarks.start import CLEAN, SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def measure(folder: Path, *, smoke: bool) -> Iterator[Ratio]:
    """Peak memory of a scan over few and over many files."""
    if os.name == "nt":
        return
    few, many = (100, 400) if smoke else (500, 5000)
    small, large = _tree(folder / "few", few), _tree(folder / "many", many)
    scan = [program("sealwright"), "scan"]
    theirs = peak_megabytes([*scan, str(small)])
    ours = peak_megabytes([*scan, str(large)])
    yield Ratio(f"peak memory of a scan, {many:,} / {few:,} files", ours / theirs, 1.1, ours, theirs, "MB")


def _tree(folder: Path, files: int) -> Path:
    folder.mkdir()
    for number in range(files):
        text = SECRET if number % 10 == 0 else CLEAN
        (folder / f"{number}.yaml").write_text(text.replace("name: a", f"name: a{number}"), encoding="utf-8")
    return folder
