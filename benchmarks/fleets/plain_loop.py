"""What a plain loop finds: `sealwright scan --history=--all` in one repository after another: the oracle."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

from benchmarks.measure import program

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


def plain_loop(folder: Path, names: Iterable[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each repository with the object that `--format json` prints. Raises CalledProcessError for one unfinished."""
    command = [program("sealwright"), "scan", "--history=--all", "--format", "json", "--exit-zero", "--no-progress"]
    for name in names:
        done = subprocess.run(command, cwd=folder / name, capture_output=True, check=True, stdin=subprocess.DEVNULL)
        yield name, json.loads(done.stdout)
