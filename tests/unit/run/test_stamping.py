"""The lock file: when it is written, with what, and what cannot be one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import support
from support import posix_only

from sealwright.config import LOCK_NAME, StampRules
from sealwright.errors import ConfigurationError, SealwrightError, StampError
from sealwright.manifest.git import Repository
from sealwright.rewrite.transaction import FileChange, commit
from sealwright.run.stamping import Keeping, kept_stamps, with_stamps
from sealwright.sealing.scope import Scope
from sealwright.sealing.stamp_lines import HEADER
from sealwright.sealing.stamps import Stamp, stamp_of

KEY = "sha256:" + "0a" * 32
ONE, TWO = (stamp_of(bytes([number]) * 300, KEY, Scope.STRICT, "shop", f"db{number}") for number in (1, 2))
RULES = StampRules()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    support.Repository.init(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_bytes(b"old")
    return Repository(str(tmp_path))


CHANGES = [FileChange("a.yaml", b"old", b"new")]


def test_nothing_is_kept_where_nothing_is_wanted(repository: Repository) -> None:
    for kept in (
        with_stamps(CHANGES, [], repository),
        with_stamps(CHANGES, [ONE], None),
        with_stamps(CHANGES, [ONE], repository, Keeping(keep=False)),
    ):
        assert kept == CHANGES


def test_the_lock_file_is_made_and_grows(repository: Repository) -> None:
    commit(with_stamps(CHANGES, [TWO], repository))
    assert Path("a.yaml").read_bytes() == b"new"
    assert kept_stamps(repository, RULES).of(TWO.digest) == ([TWO], "")
    before = Path(LOCK_NAME).read_bytes()
    commit(with_stamps([], [ONE], repository))
    lines = Path(LOCK_NAME).read_text().splitlines()
    assert lines[: len(HEADER)] == list(HEADER)
    assert ["shop/db1" in line for line in lines[len(HEADER) :]] == [True, False]
    assert set(before.splitlines()) < set(Path(LOCK_NAME).read_bytes().splitlines())
    assert commit(with_stamps([], [ONE, TWO, ONE], repository)) == []


def test_it_lies_at_the_root_wherever_one_works(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    os.makedirs("deep/down")
    monkeypatch.chdir("deep/down")
    commit(with_stamps([], [ONE], repository))
    assert os.listdir(".") == []
    assert len(kept_stamps(repository, RULES)) == 1


def test_line_ends_stay(repository: Repository) -> None:
    commit(with_stamps([], [ONE], repository))
    Path(LOCK_NAME).write_bytes(Path(LOCK_NAME).read_bytes().replace(b"\n", b"\r\n"))
    commit(with_stamps([], [TWO], repository))
    data = Path(LOCK_NAME).read_bytes()
    assert data.count(b"\r\n") == data.count(b"\n") == len(HEADER) + 2


def test_the_index_has_a_lock_file_of_its_own(repository: Repository) -> None:
    commit(with_stamps([], [ONE], repository))
    assert len(kept_stamps(repository, RULES, staged=True)) == 0
    support.Repository(Path(repository.root)).add(LOCK_NAME)
    commit(with_stamps([], [TWO], repository))
    assert len(kept_stamps(repository, RULES, staged=True)) == 1
    assert len(kept_stamps(repository, RULES)) == 2


def test_a_damaged_lock_file_stops_the_sealing(repository: Repository) -> None:
    Path(LOCK_NAME).write_text("<<<<<<< HEAD\n")
    with pytest.raises(StampError, match=r"\.sealwright\.lock:1: a merge conflict"):
        with_stamps(CHANGES, [ONE], repository)
    assert Path("a.yaml").read_bytes() == b"old"


def test_a_lock_file_that_came_into_being_meanwhile_stops_it_too(repository: Repository) -> None:
    changes = with_stamps(CHANGES, [ONE], repository)
    Path(LOCK_NAME).write_text("")
    with pytest.raises(SealwrightError, match="came into being"):
        commit(changes)
    assert (Path("a.yaml").read_bytes(), Path(LOCK_NAME).read_bytes()) == (b"old", b"")


def _make(kind: str) -> None:
    if kind == "link":
        Path("real").write_text("")
        Path(LOCK_NAME).symlink_to("real")
    elif kind == "dangling":
        Path(LOCK_NAME).symlink_to("nowhere")
    elif kind == "folder":
        os.mkdir(LOCK_NAME)
    elif kind == "pipe":
        os.mkfifo(LOCK_NAME)
    elif kind == "large":
        with open(LOCK_NAME, "wb") as file:
            file.truncate(100_000_000)
    else:
        Path(LOCK_NAME).write_bytes(os.urandom(1000) + b"\n" * 20)


@posix_only
@pytest.mark.parametrize("kind", ["link", "dangling", "folder", "pipe", "large", "binary"])
def test_what_cannot_be_a_lock_file(kind: str, repository: Repository) -> None:
    _make(kind)
    for attempt in (lambda: with_stamps([], [ONE], repository), lambda: kept_stamps(repository, RULES)):
        with pytest.raises(StampError) as caught:
            attempt()
        assert caught.value.place.startswith(LOCK_NAME)
        assert caught.value.hint
        assert caught.value.exit_code == 2


def signing_key(folder: Path) -> str:
    path = folder / "stamp.key"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", path], check=True, capture_output=True)
    return str(path)


def test_signed(repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = signing_key(tmp_path_factory.mktemp("keys"))
    with pytest.raises(ConfigurationError) as caught:
        with_stamps([], [ONE], repository, Keeping(key_file=path))
    public = caught.value.hint.partition("[")[2].partition("]")[0]
    assert public.startswith("ed25519:")
    commit(with_stamps([], [ONE], repository, Keeping(key_file=path, trusted=(public,))))
    commit(with_stamps([], [TWO], repository))
    rules = StampRules(trusted=(public,), required=True)
    found: list[Stamp] = [*kept_stamps(repository, rules).of(ONE.digest)[0]]
    assert found == [ONE]
    assert kept_stamps(repository, rules).of(TWO.digest) == ([], "its stamp is not signed")
    assert kept_stamps(repository, rules._replace(required=False)).of(TWO.digest) == ([TWO], "")
