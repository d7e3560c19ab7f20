"""The action that converts: a branch in a bundle, pushed nowhere, and no artifact that holds a value."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from actions.codecatalyst.conftest import Start
from actions.codecatalyst.runner import FAILED, SUCCEEDED, Outcome
from support import ROOT, Repository

EXECUTES = ("actions/convert/codecatalyst.yaml",)
[CONVERT] = EXECUTES

_VALUE = "correct-horse-" + "battery-staple"
_PATH = "regions/eu-west-1/left.yaml"
_BUNDLE = "reports/sealwright.bundle"
_CONFIGURATION = "convert:\n  - {paths: ['regions/**'], to: sealed-secret}\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """The example of several regions, with a plaintext Secret in one of them."""
    shutil.copytree(ROOT / "examples" / "multi-region", tmp_path / "a repository")
    repository = Repository.init(tmp_path / "a repository")
    configuration = repository.read(".sealwright.yaml").decode()
    repository.write(".sealwright.yaml", configuration + _CONFIGURATION)
    metadata = "metadata: {name: left, namespace: shop}"
    repository.write(_PATH, f"apiVersion: v1\nkind: Secret\n{metadata}\nstringData:\n  password: {_VALUE}\n")
    repository.commit("Begin")
    return repository


def _shows_no_value(outcome: Outcome) -> bool:
    kept = [file.read_bytes() for file in outcome.artifacts.rglob("*") if file.is_file()]
    return all(_VALUE.encode() not in text for text in [*kept, *(said.encode() for said in outcome.log.values())])


def test_the_result_is_a_branch_that_can_be_fetched(start: Start, repository: Repository) -> None:
    outcome = start(CONVERT, repository)
    assert outcome.status == {"Convert": SUCCEEDED}, outcome.log
    assert _shows_no_value(outcome)
    files = outcome.artifact("SEALWRIGHT_CONVERSION")
    conversion = json.loads(files["reports/sealwright_conversion.json"])
    assert conversion["files"] == [_PATH]
    bundle = repository.write("../sealwright.bundle", files[_BUNDLE])
    repository.git("fetch", "--quiet", bundle, "sealwright-convert:sealwright-convert")
    changed = repository.git("diff", "--name-only", "main", "sealwright-convert").splitlines()
    assert changed == [".sealwright.lock", _PATH]
    sealed = repository.git("show", f"sealwright-convert:{_PATH}")
    assert "kind: SealedSecret" in sealed
    assert _VALUE not in sealed


def test_where_nothing_is_left_there_is_no_branch(start: Start, repository: Repository) -> None:
    (repository.path / _PATH).unlink()
    repository.commit()
    outcome = start(CONVERT, repository)
    assert outcome.status == {"Convert": SUCCEEDED}, outcome.log
    assert set(outcome.artifact("SEALWRIGHT_CONVERSION")) == {"reports/sealwright_conversion.json"}


def test_what_cannot_be_converted_fails_and_changes_nothing(start: Start, repository: Repository) -> None:
    repository.write("certs/eu-west-1.pem", "nothing\n")
    repository.commit()
    outcome = start(CONVERT, repository)
    assert outcome.status == {"Convert": FAILED}
    assert _BUNDLE not in outcome.artifact("SEALWRIGHT_CONVERSION")
    assert _shows_no_value(outcome)


def test_a_link_in_place_of_the_reports_is_not_followed(start: Start, repository: Repository, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (repository.path / "reports").symlink_to(outside)
    repository.commit()
    outcome = start(CONVERT, repository)
    assert outcome.status == {"Convert": SUCCEEDED}, outcome.log
    assert _BUNDLE in outcome.artifact("SEALWRIGHT_CONVERSION")
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("branch", ["main", "a b", "-b", '"; touch pwned; "'])
def test_a_branch_that_cannot_be_made_is_none(
    start: Start, repository: Repository, tmp_path: Path, branch: str
) -> None:
    outcome = start(CONVERT, repository, {"BRANCH": branch})
    assert outcome.status == {"Convert": FAILED}
    assert not list(tmp_path.rglob("pwned"))
