"""Every target over its seeds and some hundreds of mutations, the same in every run; and the engine itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from fuzz.attempt import attempt
from fuzz.held import CANARY, hold_no_value
from fuzz.mutation import LONGEST, inputs, mutated
from fuzz.registry import TARGETS, Target, target
from support import ROOT, scrubbed

from sealwright.errors import SealwrightError

RUNS = 150
"""Of each target; a recorded run has hundreds of times as many: docs/fuzzing.md."""


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_is_found(name: str) -> None:
    chosen = target(name)
    for data in inputs(chosen, 1, RUNS):
        find = attempt(chosen, data)
        assert find is None or find.kind == "slow", f"{find.kind}\n{find.text}\n{data!r}"


def test_every_module_is_a_target() -> None:
    modules = {path.stem for path in (ROOT / "tests" / "fuzz" / "targets").glob("*.py")}
    assert modules == set(TARGETS)


def _made(run: object) -> Target:
    assert callable(run)
    return Target("made", run, (b"kind: Secret\n", b"a"), (b"x", b"---\n"))


def test_inputs_are_the_same_for_the_same_seed_and_no_larger_than_they_may_be() -> None:
    chosen = _made(len)
    first, again, other = (list(inputs(chosen, seed, 300)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert first[:2] == list(chosen.seeds)
    assert len(set(first)) > 200
    assert max(map(len, first)) <= 16 * LONGEST
    assert mutated(b"", chosen, Random(1)) is not None


def _raises(error: Exception) -> Target:
    def run(_: bytes) -> None:
        raise error

    return _made(run)


def test_only_errors_for_people_may_be_raised_and_they_show_no_value() -> None:
    assert attempt(_raises(SealwrightError("no", hint="yes")), b"") is None
    for error in (ValueError("x"), AssertionError(), RecursionError(), MemoryError()):
        find = attempt(_raises(error), b"a")
        assert find is not None
        assert type(error).__name__ in find.kind
    leak = attempt(_raises(SealwrightError(f"it says {CANARY}")), f"stringData: {{a: {CANARY}}}".encode())
    assert leak is not None
    assert "shown" in leak.text
    hold_no_value([CANARY], f"kind: Secret\nmetadata: {{name: {CANARY}}}\n".encode())  # a name may be shown


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fuzz", "--target", "edits", "--target", "git", "--runs", "50"]
    command += ["--finds", str(tmp_path)]
    environment = scrubbed(os.environ) | {"PYTHONPATH": str(ROOT / "tests")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.partition(" inputs")[0] for line in lines] == ["edits: 50", "git: 50"]
    assert all(line.endswith("finds: none") for line in lines)
