"""The commits of a branch, and some of them spread over its time."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import Repository

from sealwright.manifest.first_parents import Step, branch_name, first_parents, spread


def steps(*times: int) -> list[Step]:
    return [Step(str(number), time) for number, time in enumerate(times)]


@pytest.mark.parametrize(
    ("times", "count", "chosen"),
    [
        ((), 5, ""),
        ((1, 2, 3), 0, ""),
        ((1, 2, 3), 1, "2"),
        ((1, 2, 3), 2, "02"),
        ((1, 2, 3), 3, "012"),
        ((1, 2, 3), 9, "012"),
        ((0, 1, 2, 3, 100), 3, "04"),  # nothing lies between
        ((0, 10, 50, 90, 100), 3, "024"),
        ((5, 5, 5, 5), 3, "03"),
        ((100, 0, 50, 60), 3, "023"),  # clocks differ
    ],
)
def test_spread(times: tuple[int, ...], count: int, chosen: str) -> None:
    assert "".join(step.oid for step in spread(steps(*times), count)) == chosen


def test_merged_branches_are_passed_over(tmp_path: Path) -> None:
    repository = Repository.init(tmp_path / "r")
    assert first_parents(str(repository.path)) == []
    repository.write("a", "1")
    first = repository.commit()
    repository.git("switch", "--quiet", "--create", "topic")
    repository.write("b", "1")
    repository.commit()
    repository.git("switch", "--quiet", "main")
    repository.write("c", "1")
    second = repository.commit()
    repository.git("merge", "--quiet", "--no-ff", "--message", "Merge", "topic")
    found = first_parents(str(repository.path))
    assert [step.oid for step in found] == [first, second, repository.git("rev-parse", "HEAD")]
    assert {step.day for step in found} == {"2026-01-01"}
    assert branch_name(str(repository.path)) == "main"
    repository.git("checkout", "--quiet", "--detach")
    assert branch_name(str(repository.path)) == ""


def test_a_time_that_no_calendar_has() -> None:
    assert Step("x", 10**18).day == ""
