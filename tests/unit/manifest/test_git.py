"""What git tells, in real repositories of every shape; and that nothing in them is run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import Repository as Driver
from support import posix_only

from sealwright.errors import SealwrightError, UsageError
from sealwright.manifest.git import Repository, find_repository


def staged(repository: Repository) -> dict[str, bytes | None]:
    entries = repository.staged()
    contents = repository.blobs([entry.oid for entry in entries], 1_000_000)
    return {os.fsdecode(entry.path): content for entry, content in zip(entries, contents, strict=True)}


@pytest.fixture
def driver(tmp_path: Path) -> Driver:
    return Driver.init(tmp_path / "repo")


@pytest.fixture
def repository(driver: Driver) -> Repository:
    return Repository(str(driver.path))


def test_outside_of_a_repository_is_none(tmp_path: Path) -> None:
    (tmp_path / "sub" / ".git").mkdir(parents=True)  # a folder of that name is no repository yet
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / ".git").write_bytes(b"nothing")
    assert find_repository(str(tmp_path / "sub")) is None
    assert find_repository(str(tmp_path / "other")) is None


def test_a_repository_is_found_from_anywhere_inside(driver: Driver) -> None:
    place = driver.write("a/b/c.yaml", "x").parent
    root = os.path.realpath(driver.path)
    assert find_repository(str(place)) == Repository(root)
    assert find_repository(str(driver.path)) == Repository(root)


def test_worktrees_and_submodules_are_repositories_of_their_own(driver: Driver, tmp_path: Path) -> None:
    driver.write("a", "x")
    driver.commit()
    driver.git("worktree", "add", "--quiet", "../tree")
    driver.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(driver.path), "sub")
    assert find_repository(str(tmp_path / "tree")) == Repository(os.path.realpath(tmp_path / "tree"))
    assert find_repository(str(driver.path / "sub")) == Repository(os.path.realpath(driver.path / "sub"))
    (tmp_path / "tree" / "b").write_bytes(b"new")
    Driver(tmp_path / "tree").add()
    assert staged(Repository(str(tmp_path / "tree"))) == {"b": b"new"}


def test_the_environment_steers_as_git_is_steered(
    driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver.write("a", "x")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_DIR", "repo/.git")
    monkeypatch.setenv("GIT_WORK_TREE", "repo")
    found = find_repository("elsewhere")
    assert found is None or Path(found.root) == driver.path.resolve()
    assert Repository(str(driver.path)).files() == [b"a"]


def test_finding_a_repository_starts_no_program(driver: Driver) -> None:
    code = (
        "import sys\nfrom sealwright.manifest.git import find_repository\n"
        "assert find_repository('.')\nassert 'subprocess' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=driver.path, check=True)


def test_files_are_tracked_or_could_be(driver: Driver, repository: Repository) -> None:
    driver.write(".gitignore", "ignored*\n")
    driver.write("ignored-but-tracked", "x")
    driver.git("add", "--force", "ignored-but-tracked")
    driver.write("ignored", "x")
    driver.write("new/file", "x")
    assert repository.files() == [b".gitignore", b"ignored-but-tracked", b"new/file"]


@posix_only
def test_names_are_bytes(driver: Driver, repository: Repository) -> None:
    names = [b'a "b"', b"-x", b"line\nbreak", b"\xff\xfe", "ключ".encode(), b"n" * 200, b"tab\t"]
    for name in names:
        (driver.path / os.fsdecode(name)).write_bytes(name)
    assert repository.files() == sorted(names)
    driver.add()
    assert staged(repository) == {os.fsdecode(name): name for name in names}


def test_the_first_commit_is_all_of_the_index(driver: Driver, repository: Repository) -> None:
    assert staged(repository) == {}
    driver.write("a", "x")
    driver.write("empty", "")
    driver.add()
    assert staged(repository) == {"a": b"x", "empty": b""}


@posix_only
def test_what_is_staged_is_what_the_index_adds(driver: Driver, repository: Repository) -> None:
    for name in ("kept", "deleted", "moved", "mode", "partial", "linked"):
        driver.write(name, f"{name}\n")
    driver.commit()
    driver.git("rm", "--quiet", "deleted")
    driver.git("mv", "moved", "renamed")
    driver.git("update-index", "--chmod=+x", "mode")
    driver.write("partial", "in the index\n")
    driver.add("partial")
    driver.write("partial", "in the work tree\n")
    (driver.path / "linked").unlink()
    (driver.path / "linked").symlink_to("kept")
    driver.add("linked")
    driver.write("intended", "x")
    driver.git("add", "--intent-to-add", "intended")
    driver.write("untracked", "x")
    found = staged(repository)
    assert found.pop("intended", b"") == b""
    assert found == {"mode": b"mode\n", "partial": b"in the index\n", "renamed": b"moved\n"}


def test_a_submodule_is_no_file(driver: Driver, repository: Repository) -> None:
    driver.write("a", "x")
    driver.commit()
    driver.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(driver.path), "sub")
    assert list(staged(repository)) == [".gitmodules"]


def test_repositories_with_sha256(tmp_path: Path) -> None:
    driver = Driver(tmp_path)
    driver.git("init", "--quiet", "--object-format=sha256")
    driver.write("a", "x")
    driver.add()
    assert staged(Repository(str(tmp_path))) == {"a": b"x"}
    driver.commit()
    assert staged(Repository(str(tmp_path))) == {}


@posix_only
def test_the_index_of_a_running_commit_counts(driver: Driver) -> None:
    driver.write("a", "old")
    driver.write("b", "old")
    driver.commit()
    driver.write("a", "new")
    driver.write("b", "not in this commit")
    driver.git("add", "b")
    code = (
        "from sealwright.manifest.git import find_repository\nr = find_repository('.')\n"
        "print([(e.path, c) for e, c in zip(r.staged(), r.blobs([e.oid for e in r.staged()], 99))])\n"
    )
    hook = driver.write(".git/hooks/pre-commit", f"#!/bin/sh\n{sys.executable} - >seen <<'END'\n{code}END\n")
    hook.chmod(0o755)
    driver.git("commit", "--quiet", "--message", "partial", "a")
    assert driver.read("seen") == b"[(b'a', b'new')]\n"
    driver.git("commit", "--quiet", "--all", "--message", "all")
    assert driver.read("seen") == b"[(b'b', b'not in this commit')]\n"


def test_objects_over_the_limit_are_not_read(driver: Driver, repository: Repository) -> None:
    driver.write("large", b"x" * 11)
    driver.write("small", b"x" * 10)
    driver.add()
    contents = repository.blobs([entry.oid for entry in repository.staged()], 10)
    assert list(contents) == [None, b"x" * 10]


def test_many_large_objects_do_not_block(driver: Driver, repository: Repository) -> None:
    for number in range(40):
        driver.write(f"f{number}", os.urandom(300_000))
    driver.add()
    oids = [entry.oid for entry in repository.staged()]
    assert sum(len(content or b"") for content in repository.blobs(oids * 5, 1_000_000)) == 40 * 300_000 * 5
    first = next(repository.blobs(oids * 5, 1_000_000))  # and one that is left early ends
    assert first is not None


def test_a_missing_object_is_an_error(driver: Driver, repository: Repository) -> None:
    with pytest.raises(SealwrightError, match="does not have"):
        list(repository.blobs(["0" * 40], 10))


def test_an_error_says_what_git_said(tmp_path: Path) -> None:
    with pytest.raises(SealwrightError, match="not a git repository"):
        Repository(str(tmp_path)).files()


def test_a_missing_git_is_an_error(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="not installed"):
        repository.files()


@posix_only
def test_nothing_that_the_repository_names_is_run(driver: Driver, repository: Repository, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    program = driver.write(".trap", f"#!/bin/sh\ntouch {trap}\n")
    program.chmod(0o755)
    driver.write(".gitattributes", "* diff=trap filter=trap\n")
    driver.write("a", "old")
    driver.commit()
    driver.write("a", "new")
    driver.add()
    for key in (
        "core.fsmonitor",
        "diff.external",
        "diff.trap.textconv",
        "filter.trap.clean",
        "core.pager",
        "core.editor",
    ):
        driver.git("config", key, str(program))
    driver.write(".git/hooks/post-index-change", program.read_bytes()).chmod(0o755)
    trap.unlink(missing_ok=True)
    assert staged(repository) == {"a": b"new"}
    repository.files()
    repository.ignores("a")
    assert not trap.exists()
