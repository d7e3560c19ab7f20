"""Fuzzing from the command line, from the folder of the checkout: PYTHONPATH=tests python -m fuzz --help

Exit code 1 where there was a find: its input, and what happened, are in the folder of finds.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from fuzz.registry import TARGETS

_HANGS = 60
"""Seconds after which an input counts as one that never ends."""


def main() -> int:
    """Every target that was asked for, one after the other; a line for each."""
    wanted = _arguments()
    if wanted.input:
        return _again(wanted)
    if wanted.engine == "atheris":
        return max(_guided(name, wanted) for name in wanted.target or TARGETS)
    return max(_mutated(name, wanted) for name in wanted.target or TARGETS)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--engine", choices=("mutate", "atheris"), default="mutate")
    parser.add_argument("--target", action="append", choices=TARGETS, help="repeatable; all of them without it")
    parser.add_argument("--runs", type=int, default=10_000, help="inputs for each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--finds", type=Path, default=Path("build/fuzz"), help="the folder for what was found")
    parser.add_argument("--input", type=Path, help="run this one input through the targets again")
    return parser.parse_args()


def _mutated(name: str, wanted: argparse.Namespace) -> int:
    from fuzz.attempt import Find, Finds, attempt, stopped_after
    from fuzz.mutation import inputs
    from fuzz.registry import target

    chosen = target(name)
    finds = Finds(wanted.finds)
    started = time.monotonic()
    count = 0
    for data in inputs(chosen, wanted.seed, wanted.runs):
        count += 1
        try:
            with stopped_after(_HANGS):
                find = attempt(chosen, data)
        except TimeoutError as error:
            find = Find(name, "hang", str(error), data)
        if find is not None:
            finds.add(find)
    took = time.monotonic() - started
    print(
        f"{name}: {count} inputs, {count / max(took, 0.001):.0f} a second, finds: {finds.kinds or 'none'}", flush=True
    )
    return 1 if finds.kinds else 0


def _guided(name: str, wanted: argparse.Namespace) -> int:
    """In a process of its own, which libFuzzer ends."""
    arguments = [name, str(wanted.runs), str(wanted.seed), str(wanted.finds)]
    return subprocess.run([sys.executable, "-m", "fuzz.guided", *arguments], check=False).returncode


def _again(wanted: argparse.Namespace) -> int:
    from fuzz.attempt import attempt
    from fuzz.registry import target

    finds = [attempt(target(name), wanted.input.read_bytes()) for name in wanted.target or TARGETS]
    for find in filter(None, finds):
        print(f"{find.target}: {find.kind}\n{find.text}")
    return 1 if any(finds) else 0


if __name__ == "__main__":
    sys.exit(main())
