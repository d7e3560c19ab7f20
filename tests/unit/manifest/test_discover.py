"""Which files are read, and which are complained about."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support import Repository as Driver
from support import not_as_root, posix_only

from sealwright.errors import UnreadableError, UsageError
from sealwright.finding import Problem
from sealwright.manifest.discover import Selection, Target, discover, read_target
from sealwright.manifest.git import find_repository


def found(*paths: str, inside: bool = True, staged: bool = False, **options: object) -> list[str]:
    """Paths of targets; those of problems with a `!`."""
    selection = Selection(paths, staged, **options)  # type: ignore[arg-type]
    results = discover(selection, find_repository(".") if inside else None)
    return [f"!{result.path}" if isinstance(result, Problem) else result.path for result in results]


def only(path: str) -> Target:
    (target,) = discover(Selection((path,)), find_repository("."))
    assert isinstance(target, Target)
    return target


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Driver:
    driver = Driver.init(tmp_path / "repo")
    driver.write(".gitignore", "ignored\nbuild/\n")
    for name in ("a.yaml", "sub/b.yaml", "sub/deep/c.yaml", "ignored", "build/d.yaml", "sub2/e.yaml", "sub/ignored"):
        driver.write(name, name)
    driver.commit()
    driver.write("sub/new.yaml", "x")
    monkeypatch.chdir(driver.path)
    return driver


def test_what_does_not_exist_is_an_error(driver: Driver) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        found("nowhere.yaml")


def test_staged_needs_a_repository(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="repository"):
        found(inside=False, staged=True)


ALL = [".gitignore", "a.yaml", "sub/b.yaml", "sub/deep/c.yaml", "sub/new.yaml", "sub2/e.yaml"]


def test_everything_is_what_git_does_not_ignore(driver: Driver) -> None:
    assert found() == found(".") == found(str(driver.path)) == ALL


def test_named_folders_and_files(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found("sub") == found("sub/") == found("./sub", "sub/deep", "sub/b.yaml") == ALL[2:5]
    assert found("ignored", "sub/../a.yaml") == ["ignored", "a.yaml"]
    assert found("build") == ["build/d.yaml"]
    monkeypatch.chdir("sub")
    assert found("b.yaml", "..") == ["sub/b.yaml", *(name for name in ALL if name != "sub/b.yaml")]
    assert found(".", str(driver.path / "a.yaml")) == [*ALL[2:5], "a.yaml"]


def test_depth_counts_from_the_named_folder(driver: Driver) -> None:
    assert found(depth=1) == ALL[:2]
    assert found("sub", depth=1) == ["sub/b.yaml", "sub/new.yaml"]
    assert found(depth=2) == [name for name in ALL if "deep" not in name]
    assert found("build", depth=1) == ["build/d.yaml"]


def test_skipped_files_are_neither_targets_nor_problems(driver: Driver) -> None:
    assert found(skip_files=("sub", "*.gitignore")) == ["a.yaml", "sub2/e.yaml"]
    assert found("a.yaml", skip_files=("*.yaml",)) == []
    driver.add()
    assert found(staged=True, max_bytes=0) == ["!sub/new.yaml"]
    assert found(staged=True, max_bytes=0, skip_files=("sub/",)) == []


def test_deleted_files_and_submodules_are_not_there(driver: Driver) -> None:
    (driver.path / "a.yaml").unlink()
    driver.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(driver.path), "module")
    assert [name for name in found() if name != ".gitmodules"] == [name for name in ALL if name != "a.yaml"]
    assert "module/a.yaml" in found("module")
    assert found("module/sub2") == ["module/sub2/e.yaml"]


@posix_only
def test_links_are_not_followed_out_of_the_repository(driver: Driver, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x.yaml").write_bytes(b"x")
    for link, target in (
        ("out.yaml", "../outside/x.yaml"),
        ("outdir", "../outside"),
        ("in.yaml", "a.yaml"),
        ("indir", "sub2"),
        ("dangling", "nothing"),
        ("loop", "loop"),
    ):
        (driver.path / link).symlink_to(target)
    driver.add()
    assert found() == ALL
    assert found("out.yaml", "outdir", "outdir/x.yaml") == ["!out.yaml", "!outdir", "!outdir/x.yaml"]
    assert found("in.yaml", "indir/e.yaml") == ["in.yaml", "indir/e.yaml"]
    assert found("indir") == ["sub2/e.yaml"]
    assert set(found(staged=True)) == {"sub/new.yaml"}
    for link in ("dangling", "loop"):
        with pytest.raises(UnreadableError):
            read_target(only(link), 10)


def test_folders_without_git_are_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("b.yaml", "a/c.yaml", "a/d/e.yaml", ".git/config"):
        Driver(tmp_path).write(name, name)
    monkeypatch.chdir(tmp_path)
    assert found(inside=False) == ["b.yaml", "a/c.yaml", "a/d/e.yaml"]
    assert found("a", inside=False, depth=1) == ["a/c.yaml"]
    assert found("a", inside=False, depth=2) == ["a/c.yaml", "a/d/e.yaml"]
    monkeypatch.chdir("a")
    assert found("../b.yaml", inside=False) == ["../b.yaml"]


def test_a_file_outside_of_the_repository_may_be_named(driver: Driver, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(b"x")
    assert found("../x.yaml") == ["../x.yaml"]
    assert found(str(tmp_path / "x.yaml")) == [(tmp_path / "x.yaml").as_posix()]


@posix_only
def test_a_root_that_is_named_through_a_link_is_the_same(driver: Driver, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("repo")
    assert found(str(tmp_path / "link")) == ALL
    assert found(str(tmp_path / "link" / "a.yaml")) == ["a.yaml"]


@posix_only
def test_names_may_be_anything(driver: Driver) -> None:
    names = ["-x", "a b", "line\nbreak", 'quo"te', os.fsdecode(b"\xff"), "n" * 200]
    for name in names:
        (driver.path / name).write_bytes(b"content")
    assert set(found()) == {*ALL, *names}
    for target in discover(Selection(tuple(names)), find_repository(".")):
        assert isinstance(target, Target)
        assert read_target(target, 100) == b"content"


@posix_only
def test_pipes_and_devices_are_refused_without_waiting(driver: Driver) -> None:
    os.mkfifo(driver.path / "pipe")
    assert "pipe" not in found()
    assert found("sub", inside=False) == ["sub/b.yaml", "sub/ignored", "sub/new.yaml", "sub/deep/c.yaml"]
    for path in ("pipe", "/dev/zero", "/dev/null"):
        with pytest.raises(UnreadableError, match="not a regular file"):
            read_target(only(path), 10)


def test_reading_stops_behind_the_limit(driver: Driver) -> None:
    driver.write("large", b"x" * 100)
    assert read_target(Target("large", "large"), 10) == b"x" * 11
    assert read_target(Target("large", "large", b"given"), 10) == b"given"


def test_a_folder_cannot_be_read_as_a_file(driver: Driver) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_target(Target("sub", "sub"), 10)
    assert caught.value.place == "sub"


@posix_only
@not_as_root
def test_what_cannot_be_read_is_a_problem(driver: Driver, tmp_path: Path) -> None:
    (driver.path / "a.yaml").chmod(0)
    with pytest.raises(UnreadableError, match="Permission"):
        read_target(Target("a.yaml", "a.yaml"), 10)
    (driver.path / "sub").chmod(0)
    assert "!sub" in found("sub", inside=False)
    (driver.path / "sub").chmod(0o755)


def test_staged_content_comes_from_the_index(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    driver.add()
    driver.write("sub/new.yaml", "changed afterwards")
    driver.write("sub2/f.yaml", "x")
    driver.add("sub2")
    targets = {
        t.path: t.content for t in discover(Selection(staged=True), find_repository(".")) if isinstance(t, Target)
    }
    assert targets == {"sub/new.yaml": b"x", "sub2/f.yaml": b"x"}
    assert found("sub", staged=True) == found("sub/new.yaml", "./sub/", staged=True) == ["sub/new.yaml"]
    assert found("gone", staged=True) == []
    monkeypatch.chdir("sub2")
    assert found(".", staged=True) == ["sub2/f.yaml"]
    assert found(staged=True) == ["sub/new.yaml", "sub2/f.yaml"]
