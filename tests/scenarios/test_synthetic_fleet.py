"""The fleets that scale is measured with: the same from the same seed, and with the leaks that they should have."""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.fleets.contents import CANARY_FORMS
from benchmarks.fleets.fleet import Expected, write_fleet
from benchmarks.fleets.plain_loop import plain_loop


def written(folder: Path, **settings: int) -> tuple[list[Expected], list[bytes]]:
    expected = write_fleet(folder, 12, **settings)
    show = ["git", "for-each-ref", "--format=%(objectname) %(refname)"]
    return expected, [subprocess.check_output(show, cwd=folder / one.repository) for one in expected]


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Expected], list[bytes]]:
    folder = tmp_path_factory.mktemp("synthetic") / "fleet"
    return folder, *written(folder, seed=7)


def test_the_seed_decides(fleet: tuple[Path, list[Expected], list[bytes]], tmp_path: Path) -> None:
    _, *first = fleet
    assert list(written(tmp_path / "again", seed=7, jobs=1)) == first
    assert written(tmp_path / "other", seed=8)[1] != first[1]


def test_repositories_are_whole_and_share_contents(fleet: tuple[Path, list[Expected], list[bytes]]) -> None:
    folder, expected, _ = fleet
    blobs: Counter[bytes] = Counter()
    for one in expected:
        place = folder / one.repository
        subprocess.run(["git", "fsck", "--no-dangling"], cwd=place, check=True, capture_output=True)
        blobs.update(set(subprocess.check_output(["git", "rev-list", "--all", "--objects"], cwd=place).splitlines()))
    assert blobs.most_common(1)[0][1] > 3


def test_a_plain_loop_finds_what_was_planted_and_nothing_else(fleet: tuple[Path, list[Expected], list[bytes]]) -> None:
    folder, expected, _ = fleet
    assert sum(len(one.planted) for one in expected) > 20
    for one, (name, result) in zip(expected, plain_loop(folder, (one.repository for one in expected)), strict=True):
        found = Counter((finding["path"], finding["rule"], finding["field"]) for finding in result["findings"])
        assert found == Counter(tuple(leak) for leak in one.planted), name
        assert result["errors"] == []


def test_a_planted_value_is_known_by_its_forms(fleet: tuple[Path, list[Expected], list[bytes]]) -> None:
    folder, expected, _ = fleet
    leak = next((one.repository, leak) for one in expected for leak in one.planted if leak.rule == "secret-data")
    log = subprocess.check_output(["git", "log", "--all", "-p", "--", leak[1].path], cwd=folder / leak[0])
    assert any(form.encode() in log for form in CANARY_FORMS)
