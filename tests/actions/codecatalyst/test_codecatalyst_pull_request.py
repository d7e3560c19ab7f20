"""Pull requests on CodeCatalyst: what the branch brings counts, and without its history nothing passes for judged."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from actions.codecatalyst.conftest import Start
from actions.codecatalyst.runner import FAILED, SUCCEEDED
from support import Repository

EXECUTES = ("examples/ci/codecatalyst/pull-request.yaml", "examples/ci/init/codecatalyst.yml")
WORKFLOW, INIT = EXECUTES

_VALUE = "correct-horse-" + "battery-staple"


def _secret(name: str, value: str = _VALUE) -> str:
    return f"apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}}}\nstringData: {{password: {value}}}\n"


@pytest.fixture
def hosted(tmp_path: Path) -> Repository:
    """What the service hosts: `main` holds a Secret that nobody took out yet."""
    hosted = Repository.init(tmp_path / "hosted")
    hosted.write("old.yaml", _secret("old"))
    hosted.commit("Begin")
    return hosted


def _cloned(hosted: Repository, folder: Path, *options: str) -> Repository:
    """What an action gets: a clone of the source branch, called `change`, which has one commit of its own."""
    if "change" not in hosted.git("branch", "--list", "change"):
        hosted.git("checkout", "--quiet", "-b", "change")
        hosted.write("README.md", "A change.\n")
        hosted.commit("Change")
        hosted.git("checkout", "--quiet", "main")
    command = ["clone", "--quiet", "--branch", "change", "--single-branch", *options, hosted.path.as_uri(), folder.name]
    Repository(folder.parent).git(*command)
    return Repository(folder)


def _change(hosted: Repository, *files: tuple[str, str]) -> None:
    hosted.git("checkout", "--quiet", "-B", "change", "main")
    for path, text in files:
        if text:
            hosted.write(path, text)
        else:
            (hosted.path / path).unlink()
        hosted.commit(f"Change {path}")
    hosted.git("checkout", "--quiet", "main")


@pytest.mark.parametrize("options", [(), ("--depth", "1")], ids=["whole", "shallow"])
def test_what_was_there_before_does_not_stop_a_change(
    start: Start, hosted: Repository, tmp_path: Path, options: tuple[str, ...]
) -> None:
    outcome = start(WORKFLOW, _cloned(hosted, tmp_path / "clone", *options))
    assert outcome.status == {"Gate": SUCCEEDED}, outcome.log
    assert set(outcome.artifact("SEALWRIGHT_FINDINGS")) == {
        "reports/sealwright_findings.json",
        "reports/sealwright_history.json",
    }
    [inventory] = outcome.artifact("SEALWRIGHT_INVENTORY").values()
    assert [(one["path"], one["held"]) for one in json.loads(inventory)["secrets"]] == [("old.yaml", "plaintext")]


@pytest.mark.parametrize("options", [(), ("--depth", "1")], ids=["whole", "shallow"])
def test_a_secret_that_a_change_brings_stops_it(
    start: Start, hosted: Repository, tmp_path: Path, options: tuple[str, ...]
) -> None:
    _change(hosted, ("new.yaml", _secret("new")))
    outcome = start(WORKFLOW, _cloned(hosted, tmp_path / "clone", *options))
    assert outcome.status == {"Gate": FAILED}
    assert "new.yaml" in outcome.log["Gate"]
    assert _VALUE not in outcome.log["Gate"]


@pytest.mark.parametrize(
    ("variables", "status"),
    [
        ({}, FAILED),
        ({"SEALWRIGHT_SKIP_FILES": "public/"}, FAILED),
        ({"SEALWRIGHT_SKIP_FILES": "public/,*some apps*/**"}, SUCCEEDED),
        ({"SEALWRIGHT_DEPTH": "1"}, SUCCEEDED),
        ({"SEALWRIGHT_DEPTH": "2"}, FAILED),
        ({"SEALWRIGHT_PATH": "other apps"}, SUCCEEDED),
        ({"SEALWRIGHT_PATH": "some apps/db.yaml"}, FAILED),
        ({"SEALWRIGHT_PATH": "nothing"}, FAILED),
        ({"SEALWRIGHT_PATH": "--exit-zero"}, FAILED),
        ({"SEALWRIGHT_PATH": '$(touch pwned)"; touch pwned; "'}, FAILED),
        ({"SEALWRIGHT_SEVERITY_THRESHOLD": "critical"}, SUCCEEDED),
    ],
)
def test_variables_say_what_is_looked_at_and_what_counts(
    start: Start, hosted: Repository, tmp_path: Path, variables: dict[str, str], status: str
) -> None:
    _change(hosted, ("some apps/db.yaml", _secret("new")), ("other apps/README.md", "Nothing here.\n"))
    outcome = start(WORKFLOW, _cloned(hosted, tmp_path / "clone"), variables)
    assert outcome.status == {"Gate": status}, outcome.log
    assert not list(tmp_path.rglob("pwned"))


def test_a_secret_that_one_commit_adds_and_the_next_takes_out_stops_it(
    start: Start, hosted: Repository, tmp_path: Path
) -> None:
    _change(hosted, ("new.yaml", _secret("new", "another-" + _VALUE)), ("new.yaml", ""))
    outcome = start(WORKFLOW, _cloned(hosted, tmp_path / "clone"))
    assert outcome.status == {"Gate": FAILED}
    assert b"new.yaml" in outcome.artifact("SEALWRIGHT_FINDINGS")["reports/sealwright_history.json"]


def test_without_history_or_a_place_to_fetch_from_it_fails(start: Start, hosted: Repository, tmp_path: Path) -> None:
    """No `.git`, no remote, no such branch, another history: each time for a clean change."""
    without_git = _cloned(hosted, tmp_path / "without git")
    subprocess.run(["rm", "-rf", str(without_git.path / ".git")], check=True)
    without_remote = _cloned(hosted, tmp_path / "without remote", "--depth", "1")
    without_remote.git("remote", "remove", "origin")
    unrelated = _cloned(hosted, tmp_path / "unrelated")
    unrelated.git("checkout", "--quiet", "--orphan", "other")
    unrelated.commit("Begin again")
    for source in (without_git, without_remote, unrelated):
        assert start(WORKFLOW, source).status == {"Gate": FAILED}, source.path.name
    whole = _cloned(hosted, tmp_path / "whole")
    assert start(WORKFLOW, whole, {"DESTINATION": "release"}).status == {"Gate": FAILED}
    assert start(WORKFLOW, whole, {"DESTINATION": '$(touch pwned)"; touch pwned; "'}).status == {"Gate": FAILED}
    assert not list(tmp_path.rglob("pwned"))


@pytest.mark.parametrize("name", ["reports", "sealwright.sarif"])
def test_links_in_place_of_reports_are_not_followed(
    start: Start, hosted: Repository, tmp_path: Path, name: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    target = outside / "sealwright.sarif"
    target.write_text("stays\n", encoding="utf-8")
    (hosted.path / name).symlink_to(outside if name == "reports" else target)
    hosted.commit("Link")
    workflow = WORKFLOW if name == "reports" else INIT
    outcome = start(workflow, _cloned(hosted, tmp_path / "clone"))
    assert set(outcome.status.values()) == {SUCCEEDED if workflow == WORKFLOW else FAILED}, outcome.log
    assert (name in outcome.log["Gate"] and "is committed" in outcome.log["Gate"]) == (workflow == INIT)
    assert [path.name for path in outside.iterdir()] == ["sealwright.sarif"]
    assert target.read_text(encoding="utf-8") == "stays\n"


def test_a_report_of_the_repository_is_not_published(start: Start, hosted: Repository, tmp_path: Path) -> None:
    hosted.write(".sealwright.yaml", "police: {}\n")
    hosted.write("reports/sealwright_more.json", "{}\n")
    hosted.commit("Reports")
    clone = _cloned(hosted, tmp_path / "clone")
    clone.write("reports/sealwright_findings.json", "{}\n")
    outcome = start(WORKFLOW, clone)
    assert outcome.status == {"Gate": FAILED}
    assert outcome.artifact("SEALWRIGHT_FINDINGS") == {}


def test_what_a_change_commits_by_the_name_of_a_report_is_refused(
    start: Start, hosted: Repository, tmp_path: Path
) -> None:
    names = ("findings", "history", "inventory")
    _change(hosted, *((f"reports/sealwright_{name}.json", _secret(name)) for name in names))
    outcome = start(WORKFLOW, _cloned(hosted, tmp_path / "clone"))
    assert outcome.status == {"Gate": FAILED}
    for name in names:
        assert f"error: reports/sealwright_{name}.json is committed" in outcome.log["Gate"]
    assert outcome.artifact("SEALWRIGHT_INVENTORY") == {}
    assert outcome.artifact("SEALWRIGHT_FINDINGS") == {}


def test_what_init_writes_judges_the_repository(start: Start, repository: Repository) -> None:
    repository.write("README.md", "Nothing yet.\n")
    repository.commit()
    assert set(start(INIT, repository).status.values()) == {SUCCEEDED}
    repository.write("db.yaml", _secret("db"))
    repository.commit()
    outcome = start(INIT, repository)
    assert set(outcome.status.values()) == {FAILED}
    assert _VALUE not in "".join(outcome.log.values())
