"""Where a branch began, in real repositories of every shape; and what cannot be said."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import Repository as Driver

from sealwright.errors import SealwrightError, UsageError
from sealwright.manifest.merge_base import find_branch, renames

TEXT = "".join(f"line {number}\n" for number in range(40))


@pytest.fixture
def driver(tmp_path: Path) -> Driver:
    """`main` with two commits; `work` leaves it after the first."""
    driver = Driver.init(tmp_path / "repo")
    driver.write("a", TEXT)
    driver.commit("one")
    driver.git("tag", "began")
    driver.git("checkout", "--quiet", "-b", "work")
    driver.write("b", "b")
    driver.commit("two")
    driver.git("checkout", "--quiet", "main")
    driver.write("c", "c")
    driver.commit("three")
    driver.git("checkout", "--quiet", "work")
    return driver


def oid(driver: Driver, name: str) -> str:
    return driver.git("rev-parse", f"{name}^{{commit}}")


def clone_of(driver: Driver, path: Path, *options: str) -> Driver:
    path.mkdir()
    clone = Driver(path)
    clone.git("clone", "--quiet", *options, driver.path.as_uri(), ".")
    return clone


@pytest.mark.parametrize("name", ["main", "refs/heads/main", "main^{commit}", "began", "HEAD^", "main~1", ":/one"])
def test_the_commit_that_both_have(driver: Driver, name: str) -> None:
    branch = find_branch(str(driver.path), name)
    assert (branch.base, branch.head, branch.name) == (oid(driver, "began"), oid(driver, "work"), name)


def test_a_branch_that_was_merged_with_the_base_begins_there(driver: Driver) -> None:
    driver.git("merge", "--quiet", "--no-edit", "main")
    assert find_branch(str(driver.path), "main").base == oid(driver, "main")
    assert find_branch(str(driver.path), "HEAD^2").base == oid(driver, "main")


def test_itself(driver: Driver) -> None:
    branch = find_branch(str(driver.path), "HEAD")
    assert branch.base == branch.head == oid(driver, "work")


def test_an_annotated_tag_and_another_head(driver: Driver) -> None:
    driver.git("tag", "-a", "-m", "x", "release", "main")
    branch = find_branch(str(driver.path), "release", "main")
    assert branch.base == branch.head == oid(driver, "main")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("", "fetch it first"),
        ("-x", "fetch it first"),
        ("--output=pwned", "fetch it first"),
        ("--all", "fetch it first"),
        ("main..HEAD", "name one commit"),
        ("HEAD:a", "fetch it first"),
        ("HEAD^{tree}", "fetch it first"),
        ("mian", "did you mean `main`?"),
        ("4b825dc642cb6eb9a060e54bf8d69288fbee4904", "fetch it first"),
        ("x" * 1_000_000, "fetch it first"),
        ("a\nb", "fetch it first"),
    ],
)
def test_what_names_no_commit(driver: Driver, name: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_branch(str(driver.path), name)
    assert hint in caught.value.hint
    assert len(str(caught.value)) < 200
    assert "\n" not in str(caught.value)
    assert not (driver.path / "pwned").exists()


def test_the_branch_of_a_remote_is_named(driver: Driver, tmp_path: Path) -> None:
    clone = clone_of(driver, tmp_path / "clone")
    with pytest.raises(UsageError) as caught:
        find_branch(str(clone.path), "main")
    assert caught.value.hint == "did you mean `origin/main`?"
    assert find_branch(str(clone.path), "origin/main").base == oid(driver, "began")


def test_what_is_checked_out_is_never_proposed(driver: Driver, tmp_path: Path) -> None:
    driver.git("checkout", "--quiet", "-b", "main-topic")
    driver.write("topic", "new\n")
    driver.commit()
    whole = Driver(tmp_path / "whole")
    driver.git("clone", "--quiet", "--single-branch", "--branch", "main-topic", driver.path.as_uri(), whole.path)
    with pytest.raises(UsageError) as caught:
        find_branch(str(whole.path), "origin/main-topi")
    assert "fetch it first" in caught.value.hint
    shallow = Driver(tmp_path / "shallow")
    driver.git("clone", "--quiet", "--depth=1", "--branch", "main-topic", driver.path.as_uri(), shallow.path)
    for name in ("origin/main", "main", "0" * 39 + "1"):
        with pytest.raises(SealwrightError, match="this clone is shallow") as found:
            find_branch(str(shallow.path), name)
        assert not isinstance(found.value, UsageError)
        assert "fetch-depth: 0" in found.value.hint


def test_no_commit_yet(tmp_path: Path) -> None:
    driver = Driver.init(tmp_path)
    with pytest.raises(UsageError, match="no commit to compare"):
        find_branch(str(driver.path), "main")


def test_nothing_in_common(driver: Driver) -> None:
    driver.git("checkout", "--quiet", "--orphan", "other")
    driver.commit()
    with pytest.raises(SealwrightError, match="no commit in common") as caught:
        find_branch(str(driver.path), "main")
    assert caught.value.exit_code == 3
    assert "without --base" in caught.value.hint


def test_a_shallow_clone_says_what_to_fetch(driver: Driver, tmp_path: Path) -> None:
    clone = clone_of(driver, tmp_path / "clone", "--depth=1", "--no-single-branch")
    with pytest.raises(SealwrightError, match="shallow") as caught:
        find_branch(str(clone.path), "origin/main")
    assert caught.value.exit_code == 3
    assert "git fetch --deepen" in caught.value.hint
    assert "fetch-depth: 0" in caught.value.hint
    clone.git("fetch", "--quiet", "--deepen=1")
    assert find_branch(str(clone.path), "origin/main").base == oid(driver, "began")


def test_renamed_files(driver: Driver) -> None:
    driver.git("mv", "a", "moved")
    driver.write("b", "another")
    driver.write("moved", TEXT + "one more\n")
    driver.write("copy", TEXT)
    root = str(driver.path)
    driver.git("add", "moved", "b")
    assert renames(root, oid(driver, "began")) == {"moved": "a"}
    driver.git("commit", "--quiet", "-m", "moved")
    assert renames(root, oid(driver, "began")) == {"moved": "a"}
    assert renames(root, oid(driver, "HEAD")) == {}


def test_nothing_that_the_repository_says_is_run(driver: Driver) -> None:
    """Filters, text conversion and external diffs are commands: what a repository's configuration names is not run."""
    driver.write(".gitattributes", "* filter=bad diff=bad\n")
    driver.commit()
    for key in ("filter.bad.clean", "filter.bad.smudge", "filter.bad.process", "diff.bad.textconv", "diff.bad.command"):
        driver.git("config", key, "touch pwned; cat")
    driver.git("config", "diff.external", "touch pwned")
    driver.git("config", "core.fsmonitor", "touch pwned")
    root = str(driver.path)
    branch = find_branch(root, "main")
    driver.write("a", TEXT + "x")
    assert renames(root, branch.base) == {}
    assert not (driver.path / "pwned").exists()
