"""`python -m benchmarks.fleets FOLDER --repositories N --seed S`: write a synthetic fleet."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from benchmarks.fleets.fleet import write_fleet


def main() -> int:
    """Write it, and say how much it is."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fleets", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="must not exist")
    parser.add_argument("--repositories", type=int, default=100, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="S")
    largest = "commits of the monorepo (default: as many as there are repositories)"
    parser.add_argument("--largest", type=int, default=0, metavar="N", help=largest)
    parser.add_argument("--jobs", type=int, default=0, metavar="N", help="processes (default: one for each core)")
    options = parser.parse_args()
    started = time.monotonic()
    sizes = options.repositories, options.seed
    expected = write_fleet(options.folder, *sizes, largest=options.largest, jobs=options.jobs)
    planted = sum(len(item.planted) for item in expected)
    print(f"{len(expected):,} repositories with {planted:,} leaks in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
