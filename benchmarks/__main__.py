"""`python -m benchmarks [--smoke]`: every ratio in a line; exit 1 when one is over its bar (not with --smoke)."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks import converting, fleet, history, policy_rules, rivals, scanning, sealing, stamps, start, verifying

SUITES = (start, rivals, sealing, verifying, stamps, scanning, history, converting, policy_rules, fleet)


def main() -> int:
    """Run every suite. A smoke run shows that they work; its few repetitions judge nothing."""
    smoke = "--smoke" in sys.argv[1:]
    over = 0
    with tempfile.TemporaryDirectory() as folder:
        for suite in SUITES:
            place = Path(folder) / suite.__name__.rsplit(".", 1)[-1]
            place.mkdir()
            for ratio in suite.measure(place, smoke=smoke):
                print(ratio, flush=True)
                over += not ratio.ok
    if over and not smoke:
        print(f"{over} over the bar")
    return 1 if over and not smoke else 0


if __name__ == "__main__":
    sys.exit(main())
