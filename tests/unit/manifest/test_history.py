"""Ranges of commits in real repositories of every shape; and that nothing in a repository changes what is seen."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from support import Repository as Driver
from support import posix_only

from sealwright.errors import SealwrightError, UsageError
from sealwright.manifest.contents import contents
from sealwright.manifest.history import Commit, changes, cut_off, has_commit, has_path, held, resolve


@pytest.fixture
def driver(tmp_path: Path) -> Driver:
    return Driver.init(tmp_path / "repo")


def brought(driver: Driver, text: str) -> list[tuple[str, bytes]]:
    """(path, content) of all that a range brings, oldest first."""
    found = [
        (os.fsdecode(item.path), item.after)
        for item in changes(resolve(str(driver.path), text))
        if not isinstance(item, Commit) and item.after
    ]
    contents_ = [c.file.read() if c.file else b"?" for c in contents(str(driver.path), [oid for _, oid in found])]
    return [(path, content) for (path, _), content in zip(found, contents_, strict=True)]


def merge(driver: Driver, branch: str) -> None:
    driver.git("merge", "--quiet", "--no-commit", "--no-ff", branch)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-x",
        "--not main",
        "--remotes",
        "--output=pwned",
        "--upload-pack=touch pwned",
        "--stdin",
        "HEAD --output=pwned",
        "HEAD --",
        "HEAD -- a",
        "HEAD --not HEAD~1 --not HEAD",
        "--all --exec=touch",
        "--glob=*",
        "nowhere",
        "nowhere..HEAD",
        "HEAD..nowhere",
        "a",
        "HEAD:a",
        "HEAD^{tree}",
        "^HEAD",
        "HEAD~9",
        "1" * 40,
        "1" * 40 + "..HEAD",
        ":/no such subject",
        "$(touch pwned)",
        "HEAD;touch pwned",
    ],
)
def test_what_is_no_range_is_refused_and_not_repeated(driver: Driver, text: str) -> None:
    driver.write("a", "1")
    driver.commit()
    driver.write("a", "2")
    driver.commit()
    with pytest.raises(UsageError) as caught:
        resolve(str(driver.path), text)
    assert caught.value.hint
    assert "nowhere" not in str(caught.value) + caught.value.hint
    assert not list(driver.path.rglob("pwned"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HEAD", "1234"),
        ("HEAD~1", "123"),
        ("HEAD~2..HEAD", "34"),
        ("HEAD~2..", "34"),
        ("HEAD --not HEAD~1", "4"),
        ("^HEAD~1 HEAD", "4"),
        ("HEAD^!", "4"),
        ("other...HEAD", "5" + "34"),
        ("HEAD..other", "5"),
        ("other --not --branches=main", None),
        ("other HEAD --not HEAD~2", "5" + "34"),
        ("--all", "12" + "5" + "34"),
        ("--branches", "12" + "5" + "34"),
        ("--tags", "123"),
        ("v1", "123"),
        ("HEAD@{0}", "1234"),
        ("HEAD@{1 second ago} --not HEAD^{/thr ee}", "4"),
        ("HEAD^{/thr ee}", "123"),
        (":/thr ee", "123"),
        ("HEAD..HEAD", ""),
        ("HEAD --not --all", ""),
        ("--all --not HEAD", "5"),
        ("HEAD --not --remotes", "1234"),
        ("HEAD --not --remotes=origin", "1234"),
    ],
)
def test_ranges(driver: Driver, text: str, expected: str | None) -> None:
    for number in "1234":
        driver.write("a", number)
        driver.commit("thr ee" if number == "3" else "x")
        if number == "2":
            driver.git("branch", "other")
        if number == "3":
            driver.git("tag", "--annotate", "--message", "x", "v1")
    driver.git("checkout", "--quiet", "other")
    driver.write("a", "5")
    driver.commit()
    driver.git("checkout", "--quiet", "main")
    if expected is None:
        with pytest.raises(UsageError):
            resolve(str(driver.path), text)
        return
    assert sorted(content.decode() for _, content in brought(driver, text)) == sorted(expected)


def test_everything_that_was_ever_added_is_seen(driver: Driver) -> None:
    driver.write("a", "root")
    driver.commit()
    driver.write("gone", "added and removed")
    driver.commit()
    driver.git("rm", "--quiet", "gone")
    driver.commit()
    driver.git("mv", "a", "moved")
    driver.commit()
    driver.git("commit", "--quiet", "--allow-empty", "--message", "empty")
    assert brought(driver, "HEAD") == [("a", b"root"), ("gone", b"added and removed"), ("moved", b"root")]


def test_a_merge_brings_only_what_is_its_own(driver: Driver) -> None:
    driver.write("both", "1\n2\n3\n4\n5\n")
    driver.commit()
    driver.git("checkout", "--quiet", "-b", "side")
    driver.write("side", "of the side")
    driver.write("both", "1\n2\n3\n4\nside\n")
    driver.commit()
    driver.git("checkout", "--quiet", "main")
    driver.write("main", "of main")
    driver.write("both", "main\n2\n3\n4\n5\n")
    driver.commit()
    merge(driver, "side")
    driver.write("evil", "of the merge")
    driver.commit()
    assert brought(driver, "HEAD~1..HEAD") == [
        ("both", b"1\n2\n3\n4\nside\n"),
        ("side", b"of the side"),
        ("both", b"main\n2\n3\n4\nside\n"),
        ("evil", b"of the merge"),
    ]
    assert brought(driver, "HEAD^!") == [("both", b"main\n2\n3\n4\nside\n"), ("evil", b"of the merge")]


def test_an_octopus_has_content_of_its_own_too(driver: Driver) -> None:
    driver.write("a", "1")
    driver.commit()
    for name in ("one", "two", "three"):
        driver.git("checkout", "--quiet", "-b", name, "main")
        driver.write(name, name)
        driver.commit()
    driver.git("checkout", "--quiet", "main")
    driver.git("merge", "--quiet", "--no-ff", "--no-commit", "one", "two", "three")
    driver.write("evil", "octopus")
    driver.commit()
    assert brought(driver, "HEAD^!") == [("evil", b"octopus")]


@posix_only
def test_links_and_submodules_are_no_files(driver: Driver) -> None:
    driver.write("a", "1")
    driver.commit()
    (driver.path / "link").symlink_to("a")
    driver.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(driver.path), "sub")
    driver.commit()
    assert [path for path, _ in brought(driver, "HEAD^!")] == [".gitmodules"]
    (driver.path / "link").unlink()
    driver.write("link", "a file now")
    (driver.path / "a").unlink()
    (driver.path / "a").symlink_to("link")
    driver.commit()
    assert brought(driver, "HEAD^!") == [("link", b"a file now")]
    assert list(held(str(driver.path), "HEAD", [b"a", b"sub"])) == []


@posix_only
def test_names_are_bytes(driver: Driver) -> None:
    names = [b'a "b"', b"-x", b":x", b"line\nbreak", b"\xff\xfe", "ключ".encode(), b"tab\t", b"*", b"[a]", b"a a"]
    for name in names:
        (driver.path / os.fsdecode(name)).write_bytes(name)
    driver.git("--literal-pathspecs", "add", ".")
    driver.git("commit", "--quiet", "--message", "x")
    assert brought(driver, "HEAD") == [(os.fsdecode(name), name) for name in sorted(names)]
    assert sorted(path for path, _ in held(str(driver.path), "HEAD", names)) == sorted(names)
    assert list(held(str(driver.path), "HEAD", [b"[b]", b"?"])) == []


def test_what_the_tip_holds(driver: Driver) -> None:
    driver.write("a/b", "1")
    driver.commit()
    root = str(driver.path)
    [(path, oid)] = held(root, "HEAD", [b"a/b", b"nowhere", b"a/c"])
    assert (path, oid) == (b"a/b", driver.git("rev-parse", "HEAD:a/b"))
    assert has_path(root, "HEAD", "a")
    assert has_path(root, "HEAD", "a/b")
    assert not has_path(root, "HEAD", "a/c")
    assert not has_path(root, "HEAD", "../elsewhere")
    assert has_commit(root, "HEAD")
    assert not has_commit(root, "1" * 40)
    assert not has_commit(root, driver.git("rev-parse", "HEAD:a/b"))


def test_many_paths_are_more_than_one_command(driver: Driver) -> None:
    names = [f"{'long' * 20}/{number}" for number in range(2000)]
    for name in names:
        driver.write(name, name)
    driver.commit()
    assert sum(1 for _ in held(str(driver.path), "HEAD", [os.fsencode(name) for name in names])) == 2000


def test_a_repository_without_commits(driver: Driver) -> None:
    assert brought(driver, "--all") == []
    assert brought(driver, "--tags") == []
    with pytest.raises(UsageError):
        resolve(str(driver.path), "HEAD")


def test_a_detached_head_is_part_of_all(driver: Driver) -> None:
    driver.write("a", "1")
    driver.commit()
    driver.git("checkout", "--quiet", "--detach")
    driver.write("a", "2")
    tip = driver.commit()
    assert [content for _, content in brought(driver, "--all")] == [b"1", b"2"]
    assert tip in resolve(str(driver.path), "--all").tips


def test_repositories_with_sha256(tmp_path: Path) -> None:
    driver = Driver(tmp_path)
    driver.git("init", "--quiet", "--object-format=sha256")
    driver.write("a", "1")
    driver.commit()
    assert brought(driver, "HEAD") == [("a", b"1")]


def test_neither_replacements_nor_grafts_hide_a_commit(driver: Driver) -> None:
    for number in "123":
        driver.write("a", number)
        driver.commit()
    clean = driver.git("hash-object", "-w", "--stdin", stdin=b"clean")
    driver.git("replace", driver.git("rev-parse", "HEAD~1:a"), clean)
    driver.git("replace", "--graft", "HEAD")
    driver.write(".git/info/grafts", driver.git("rev-parse", "HEAD") + "\n")
    assert brought(driver, "HEAD") == [("a", b"1"), ("a", b"2"), ("a", b"3")]


@posix_only
def test_nothing_that_the_repository_names_is_run(driver: Driver, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    program = driver.write(".trap", f"#!/bin/sh\ntouch {trap}\n")
    program.chmod(0o755)
    driver.write(".gitattributes", "* diff=trap filter=trap\n")
    driver.write("a", "1")
    driver.commit()
    for key in ("core.fsmonitor", "diff.external", "diff.trap.textconv", "diff.trap.command", "filter.trap.smudge"):
        driver.git("config", key, str(program))
    for key in ("core.pager", "gpg.program", "core.sshCommand", "core.alternateRefsCommand"):
        driver.git("config", key, str(program))
    for key, value in {"log.showSignature": "true", "log.showRoot": "false", "diff.renames": "copies"}.items():
        driver.git("config", key, value)
    trap.unlink(missing_ok=True)
    assert ("a", b"1") in brought(driver, "--all")
    assert list(held(str(driver.path), "HEAD", [b"a"]))
    assert not trap.exists()


def test_a_shallow_clone_says_where_it_ends(driver: Driver, tmp_path: Path) -> None:
    for number in "123":
        driver.write("a", number)
        driver.commit()
    assert cut_off(str(driver.path)) == frozenset()
    clone = tmp_path / "clone"
    driver.git("clone", "--quiet", "--depth", "2", driver.path.as_uri(), clone)
    assert cut_off(str(clone)) == {driver.git("rev-parse", "HEAD~1")}
    assert brought(Driver(clone), "HEAD") == [("a", b"2"), ("a", b"3")]


def test_what_a_partial_clone_has_left_out_is_missing_and_not_fetched(driver: Driver, tmp_path: Path) -> None:
    for number in "123":
        driver.write("a", number)
        driver.commit()
    driver.git("config", "uploadpack.allowFilter", "true")
    driver.git("config", "uploadpack.allowAnySHA1InWant", "true")
    blobless, treeless = tmp_path / "blobless", tmp_path / "treeless"
    driver.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", driver.path.as_uri(), blobless)
    driver.git("clone", "--quiet", "--no-checkout", "--filter=tree:0", driver.path.as_uri(), treeless)
    assert brought(Driver(blobless), "HEAD") == [("a", b"?")] * 3
    with pytest.raises(SealwrightError, match="not everything was checked"):
        brought(Driver(treeless), "HEAD")
    for clone in (blobless, treeless):
        missing = Driver(clone).git("rev-list", "--objects", "--missing=print", "HEAD")
        assert "?" in missing


def test_large_contents_come_as_streams(driver: Driver) -> None:
    sizes = [0, 1, 1024 * 1024, 1024 * 1024 + 1, 3_000_000, 5]
    data = [os.urandom(size) for size in sizes]
    oids = [driver.git("hash-object", "-w", "--stdin", stdin=content) for content in data]
    root = str(driver.path)
    assert [content.file.read() for content in contents(root, oids) if content.file] == data
    assert [content.size for content in contents(root, oids)] == sizes  # none of them read
    assert [content.file.read(7) for content in contents(root, oids) if content.file] == [part[:7] for part in data]
    assert next(contents(root, oids * 500)).size == 0  # left early, it ends
    assert list(contents(root, [])) == []


def test_missing_objects_do_not_hide_the_others(driver: Driver) -> None:
    oid = driver.git("hash-object", "-w", "--stdin", stdin=b"here")
    found = [content.file and content.file.read() for content in contents(str(driver.path), ["1" * 40, oid, "2" * 40])]
    assert found == [None, b"here", None]


@posix_only
def test_when_git_dies_every_content_is_accounted_for(
    driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    oid = driver.git("hash-object", "-w", "--stdin", stdin=b"x" * 100)
    (tmp_path / "bin").mkdir()
    broken = tmp_path / "bin" / "git"
    broken.write_text(f"#!{sys.executable}\nprint('{oid} blob 100\\nonly this', end='')\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert [content.file for content in contents(str(driver.path), [oid] * 100_000)] == [None] * 100_000
