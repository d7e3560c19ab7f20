"""A scan of history against git printing the same history: who wants to read every change has to pay that much."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from benchmarks.measure import Ratio, peak_megabytes, process_ratio, program
from benchmarks.start import CLEAN, SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES = 200


def measure(folder: Path, *, smoke: bool) -> Iterator[Ratio]:
    """Time over a long history, and memory over a short and a long one."""
    commits = 300 if smoke else 10_000
    repository = _history(folder / "many", commits)
    scan = [program("sealwright"), "scan", "--no-progress", "--history=--all"]
    log = ["git", "log", "-p", "--all"]
    before = os.getcwd()
    try:
        os.chdir(repository)
        yield process_ratio(f"scan of {commits:,} commits / git log -p --all", scan, log, 3, runs=1 if smoke else 7)
        if os.name != "nt":
            ours = peak_megabytes(scan)
            os.chdir(_history(folder / "few", commits // 10))
            theirs = peak_megabytes(scan)
            yield Ratio(f"peak memory, {commits:,} / {commits // 10:,} commits", ours / theirs, 5, ours, theirs, "MB")
    finally:
        os.chdir(before)


def _history(folder: Path, commits: int) -> Path:
    """Each commit changes two of many manifests; one in a hundred brings a Secret, which a later one removes."""
    folder.mkdir()
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main"], cwd=folder, check=True)
    stream = b"".join(_commit(number) for number in range(commits))
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=stream, check=True)
    return folder


def _commit(number: int) -> bytes:
    lines = b"commit refs/heads/main\ncommitter A <a@example.com> %d +0000\ndata 1\nx\n" % (1_700_000_000 + number)
    for change in (2 * number, 2 * number + 1):
        text = CLEAN.replace("name: a", f"name: a{change}").encode()
        text += b"".join(b"  setting-%d: value %d\n" % (line, line * change % 97) for line in range(40))
        text += b"---\n" + SECRET.encode() if change % 100 == 0 else b""
        lines += b"M 100644 inline apps/%d/manifest.yaml\ndata %d\n%s\n" % (change * 7 % FILES, len(text), text)
    return lines
