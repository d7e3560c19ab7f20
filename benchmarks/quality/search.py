"""Looking for forms that the tests do not try: `python -m benchmarks.quality.search [FAMILY[/NAME]] [SEEDS]`."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.quality.catalogue import catalogue
from benchmarks.quality.ours import Outcome, outcomes
from benchmarks.quality.variants import variant

FORMS = 4


def main(arguments: list[str]) -> int:
    """Print one failing variant of each case, as text; exit 1 when there is one."""
    wanted = next((word for word in arguments if not word.isdigit()), "")
    seeds = next((int(word) for word in arguments if word.isdigit()), 20)
    cases = [case for case in catalogue() if case.id == wanted or case.family == wanted or not wanted]
    failed: dict[str, list[Outcome]] = {}
    tried = 0
    for first in range(0, seeds, 5):
        variants = [variant(c, s, f) for c in cases for s in range(first, min(first + 5, seeds)) for f in range(FORMS)]
        tried += len(variants)
        with TemporaryDirectory() as folder:
            for outcome in outcomes(variants, Path(folder)):
                if (
                    outcome.missed
                    or outcome.told
                    or (not outcome.variant.case.bad and (outcome.findings or outcome.problems))
                ):
                    failed.setdefault(outcome.variant.case.id, []).append(outcome)
    for found in failed.values():
        print(f"{len(found)} x {found[0]}\n")
    print(f"{tried} variants of {len(cases)} cases; failing: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
