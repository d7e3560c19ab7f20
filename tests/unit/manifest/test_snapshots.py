"""All files of a commit, of the index and of the disk: the same where nothing was changed, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from support import Repository as Driver
from support import posix_only

from sealwright.errors import UnreadableError
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, Target
from sealwright.manifest.git import Repository
from sealwright.manifest.index import CommitTree, Index, ObjectTree
from sealwright.manifest.purposes import SECRET, purposes_in
from sealwright.manifest.snapshots import DiskSnapshot, content_id, uncommitted

Snapshot: TypeAlias = ObjectTree | DiskSnapshot

FILES = {
    "a.yaml": b"kind: Secret\n",
    "apps/b c.yaml": b"\xff\x00\r\n",
    "apps/\xe4.yaml": b"",
    "apps/deep/er/d.yaml": b"x" * 2_000_000,
    "-n": b"an option?",
    "a: b": b"no header",
}


@pytest.fixture
def driver(tmp_path: Path) -> Driver:
    driver = Driver.init(tmp_path / "repo")
    for path, data in FILES.items():
        driver.write(path, data)
    driver.commit()
    return driver


def in_commit(driver: Driver, limit: int = DEFAULT_MAX_BYTES) -> Snapshot:
    return CommitTree(Repository(str(driver.path)), "HEAD", limit)


def in_index(driver: Driver, limit: int = DEFAULT_MAX_BYTES) -> Snapshot:
    return Index(Repository(str(driver.path)), limit)


def on_disk(driver: Driver, limit: int = DEFAULT_MAX_BYTES) -> Snapshot:
    return DiskSnapshot(Repository(str(driver.path)), limit)


KINDS = pytest.mark.parametrize("kind", [in_commit, in_index, on_disk])


def content(snapshot: Snapshot) -> dict[str, bytes]:
    found = {path: snapshot.read(path) for path, _ in snapshot.files()}
    snapshot.close()
    return found


@KINDS
def test_every_file_with_its_content(driver: Driver, kind: Callable[[Driver], Snapshot]) -> None:
    found = content(kind(driver))
    assert found == FILES
    assert list(found) == sorted(FILES)


def test_each_shows_its_own_state(driver: Driver) -> None:
    driver.write("a.yaml", b"staged")
    driver.write("staged.yaml", b"staged")
    driver.add()
    driver.write("a.yaml", b"on the disk")
    driver.write("untracked.yaml", b"on the disk")
    driver.write(".gitignore", "ignored.yaml\n")
    driver.write("ignored.yaml", b"nowhere")
    (driver.path / "apps" / "b c.yaml").unlink()
    assert content(in_commit(driver)) == FILES
    assert content(in_index(driver)) == {**FILES, "a.yaml": b"staged", "staged.yaml": b"staged"}
    rest = {path: data for path, data in FILES.items() if path != "apps/b c.yaml"}
    added = {"staged.yaml": b"staged", "untracked.yaml": b"on the disk", ".gitignore": b"ignored.yaml\n"}
    assert content(on_disk(driver)) == {**rest, "a.yaml": b"on the disk", **added}


def test_the_same_content_has_the_same_id_everywhere(driver: Driver) -> None:
    committed, staged = dict(in_commit(driver).files()), dict(in_index(driver).files())
    assert committed == staged
    assert committed == {path: content_id(data) for path, data in FILES.items()}


def test_what_is_not_in_the_index_as_it_is_on_the_disk(driver: Driver) -> None:
    repository = Repository(str(driver.path))
    assert uncommitted(repository) == set()
    driver.write("new.yaml", b"x")
    driver.write("staged.yaml", b"x")
    driver.add("staged.yaml")
    driver.write("a.yaml", FILES["a.yaml"][::-1])  # the same size, perhaps in the same second
    (driver.path / "-n").unlink()
    assert uncommitted(repository) == {"new.yaml", "a.yaml", "-n"}


def test_no_filter_is_run_to_find_that_out(driver: Driver) -> None:
    driver.write(".gitattributes", "* filter=bad\n")
    driver.commit()
    for key in ("clean", "smudge", "process"):
        driver.git("config", f"filter.bad.{key}", "touch pwned; cat")
    driver.write("a.yaml", b"otherwise\n")
    assert uncommitted(Repository(str(driver.path))) == {"a.yaml"}
    assert not (driver.path / "pwned").exists()


def test_ids_of_a_repository_with_longer_ones(tmp_path: Path) -> None:
    driver = Driver(tmp_path)
    driver.git("init", "--quiet", "--object-format=sha256")
    driver.write("a", b"x")
    driver.commit()
    assert dict(in_commit(driver).files()) == {"a": content_id(b"x", 64)}


@posix_only
@KINDS
def test_links_and_submodules_are_no_files(driver: Driver, tmp_path: Path, kind: Callable[[Driver], Snapshot]) -> None:
    other = Driver.init(tmp_path / "other")
    other.write("inside.yaml", b"x")
    other.commit()
    driver.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.path), "sub")
    os.symlink("a.yaml", driver.path / "link.yaml")
    os.symlink("/etc", driver.path / "out")
    driver.commit()
    assert set(content(kind(driver))) - set(FILES) == {".gitmodules"}


@posix_only
def test_names_that_are_not_utf8_and_names_with_line_ends(driver: Driver) -> None:
    for name in (b"\xe9.yaml", b"two\nlines.yaml"):
        driver.write(os.fsdecode(name), name)
    driver.commit()
    found = content(in_commit(driver))
    assert (found["\udce9.yaml"], found["two\nlines.yaml"]) == (b"\xe9.yaml", b"two\nlines.yaml")


@KINDS
def test_what_is_too_large_or_not_there(driver: Driver, kind: Callable[[Driver, int], Snapshot]) -> None:
    snapshot = kind(driver, 1_999_999)
    with pytest.raises(UnreadableError, match=r"apps/deep/er/d\.yaml: larger than"):
        snapshot.read("apps/deep/er/d.yaml")
    for path in ("nowhere", "apps", "../repo/a.yaml", ""):
        with pytest.raises(UnreadableError, match="no such file"):
            snapshot.read(path)
    assert snapshot.read("a.yaml") == FILES["a.yaml"]  # the answers have not got mixed up
    snapshot.close()


def test_what_a_partial_clone_has_left_out(driver: Driver, tmp_path: Path) -> None:
    driver.git("config", "uploadpack.allowFilter", "true")
    driver.git("config", "uploadpack.allowAnySHA1InWant", "true")
    clone = Driver(tmp_path / "clone")
    clone.path.mkdir()
    clone.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", driver.path.as_uri(), ".")
    snapshot = in_commit(clone)
    assert dict(snapshot.files()).keys() == FILES.keys()
    with pytest.raises(UnreadableError, match="not in this clone") as caught:
        snapshot.read("a.yaml")
    assert "--no-filter" in caught.value.hint
    snapshot.close()


def test_a_commit_says_what_its_kustomizations_say(driver: Driver) -> None:
    driver.write("k/kustomization.yaml", "secretGenerator:\n- {name: a, files: [p.txt]}\n")
    driver.write("k/p.txt", "x")
    driver.commit()
    driver.git("rm", "--quiet", "k/kustomization.yaml")
    tree = CommitTree(Repository(str(driver.path)), "HEAD", DEFAULT_MAX_BYTES)
    assert purposes_in(tree)(Target("k/p.txt")) == SECRET
    tree.close()
    index = Index(Repository(str(driver.path)), DEFAULT_MAX_BYTES)
    assert purposes_in(index)(Target("k/p.txt")) == ""
    index.close()
