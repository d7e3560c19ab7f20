"""The encrypted file store: what is in it stays readable for who has the key, whatever happens, and for nobody else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support import Repository, posix_only

from sealwright import config
from sealwright.errors import StoreError
from sealwright.plaintext import Plaintext
from sealwright.stores.local import LocalStore, open_store
from sealwright.stores.putting import put
from sealwright.stores.store import Form, Remote

SECRET = b"correct horse battery staple"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "sealwright"


def remote(name: str = "prod/shop/db", value: bytes = SECRET) -> Remote:
    return Remote(name, Plaintext(value), Form.BINARY, {"managed-by": "sealwright", "k8s-name": "db"})


def opened(path: Path | str = "") -> LocalStore:
    return open_store(config.Store("local", "local", path=str(path)))


def the_file(home: Path) -> Path:
    (found,) = (home / "store").glob("*.sealwright")
    return found


@pytest.mark.parametrize("value", [b"", b"a", b"\0\xff" * 200, b"x" * 300_000, bytes(range(256))])
def test_every_value_comes_back(value: bytes) -> None:
    put(opened(), remote(value=value), update=False)
    stored = opened().get("prod/shop/db")
    assert stored is not None
    assert stored.body.reveal() == value


def test_nothing_of_the_value_is_in_the_folder_and_all_is_private(home: Path) -> None:
    put(opened(), remote(), update=False)
    put(opened(), remote("other", SECRET + b"!"), update=False)
    for path in home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert SECRET not in content
            assert b64encode(SECRET)[:-4] not in content
        if os.name == "posix" and path.name != ".gitignore":
            assert path.stat().st_mode & 0o077 == 0, path
    sizes = {path.stat().st_size for path in (home / "store").glob("*.sealwright")}
    assert max(sizes) - min(sizes) < 20  # the length of a value is not to be seen


def _edited(old: bytes, new: bytes) -> Callable[[Path], None]:
    def edit(path: Path) -> None:
        content = path.read_bytes()
        assert old in content
        path.write_bytes(content.replace(old, new))

    return edit


DAMAGE: list[tuple[Callable[[Path], object], str]] = [
    (lambda path: path.write_bytes(b""), "damaged"),
    (lambda path: path.write_bytes(path.read_bytes()[:-40]), "damaged"),
    (lambda path: path.write_bytes(b"[" * 100_000), "damaged"),
    (lambda path: path.write_bytes(b"\xff\xfe\n"), "damaged"),
    (lambda path: path.write_bytes(path.read_bytes().replace(b"\n", b"\nAAAA", 1)), "damaged, or was changed"),
    (_edited(b'"k8s-name": "db"', b'"k8s-name": "xy"'), "damaged, or was changed"),
    (_edited(b'"version": 1', b'"version": 7'), "damaged, or was changed"),
    (_edited(b'"form": "binary"', b'"form": "nonsense"'), "damaged, or was changed"),
    (_edited(b'"format": 1', b'"format": 2'), "newer version"),
    (_edited(b'"name": "prod/shop/db"', b'"name": "prod/shop/dc"'), "another object"),
]


@pytest.mark.parametrize(("damage", "message"), DAMAGE, ids=range(len(DAMAGE)))
def test_a_damaged_file_is_named_and_left(home: Path, damage: Callable[[Path], object], message: str) -> None:
    put(opened(), remote(), update=False)
    path = the_file(home)
    damage(path)
    content = path.read_bytes()
    with pytest.raises(StoreError, match=message) as caught:
        put(opened(), remote(value=b"new"), update=True)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == content


def test_files_cannot_be_swapped(home: Path) -> None:
    put(opened(), remote("one"), update=False)
    first = the_file(home)
    put(opened(), remote("two"), update=False)
    (second,) = set((home / "store").glob("*.sealwright")) - {first}
    second.write_bytes(first.read_bytes())
    with pytest.raises(StoreError, match="another object"):
        opened().get("two")
    with pytest.raises(StoreError, match="another object"):
        opened().names()


def test_a_lost_key_is_not_replaced_in_silence(home: Path) -> None:
    put(opened(), remote(), update=False)
    (home / "local.key").rename(home / "kept.key")
    for use in (lambda: opened().get("prod/shop/db"), lambda: put(opened(), remote("new"), update=False)):
        with pytest.raises(StoreError, match="key of the local store is gone"):
            use()
    assert not (home / "local.key").exists()


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (b"sealwright-local-key:" + b64encode(bytes(32)), "another key"),
        (b"", "is no key"),
        (b"sealwright-local-key:AAAA\n", "is no key"),
        (b"\xff" * 50, "is no key"),
    ],
)
def test_a_wrong_key_is_told_from_damage(home: Path, key: bytes, message: str) -> None:
    put(opened(), remote(), update=False)
    (home / "local.key").write_bytes(key)
    with pytest.raises(StoreError, match=message) as caught:
        opened().get("prod/shop/db")
    assert "SEALWRIGHT_LOCAL_KEY" in caught.value.hint


@posix_only
def test_a_key_that_others_can_read_is_not_used(home: Path) -> None:
    put(opened(), remote(), update=False)
    (home / "local.key").chmod(0o644)
    with pytest.raises(StoreError, match="others can read the key"):
        opened().get("prod/shop/db")


def test_the_store_may_be_in_a_repository_but_not_with_its_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = Repository.init(tmp_path / "repository")
    folder = repository.path / "secrets"
    put(opened(folder), remote(), update=False)
    assert (tmp_path / "sealwright" / "local.key").is_file()
    assert opened(folder).names() == ["prod/shop/db"]
    for key in (repository.path / "my.key", folder / "my.key"):
        monkeypatch.setenv("SEALWRIGHT_LOCAL_KEY", str(key))
        with pytest.raises(StoreError, match="the key of the local store lies in the"):
            opened(folder)
    monkeypatch.setenv("SEALWRIGHT_LOCAL_KEY", str(repository.path / "my.key"))
    with pytest.raises(StoreError, match="same repository"):
        opened()


def test_git_does_not_see_a_key_in_a_home_that_is_a_repository(tmp_path: Path) -> None:
    repository = Repository.init(tmp_path)
    put(opened(), remote(), update=False)
    repository.add()
    assert repository.git("ls-files") == ""


@posix_only
def test_links_are_not_followed(home: Path, tmp_path: Path) -> None:
    put(opened(), remote(), update=False)
    path = the_file(home)
    elsewhere = path.rename(tmp_path / "elsewhere")
    path.symlink_to(elsewhere)
    with pytest.raises(StoreError, match="cannot be used"):
        opened().get("prod/shop/db")


@posix_only
def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be used: Not a directory") as caught:
        put(opened(tmp_path / "file" / "store"), remote(), update=False)
    assert "file/store" in str(caught.value)


def test_threads_do_not_write_over_each_other() -> None:
    store = opened()

    def work(number: int) -> str:
        put(store, remote(f"own-{number}", b"%d" % number), update=False)
        try:
            return store.create(remote("shared", b"%d" % number))
        except StoreError as error:
            return type(error).__name__

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(work, range(24)))
    assert sorted(results) == ["1"] + ["AlreadyThere"] * 23
    assert len(store.names()) == 25


_WRITER = """\
import sys
from sealwright import config
from sealwright.plaintext import Plaintext
from sealwright.stores.local import open_store
from sealwright.stores.store import Form, Remote
store = open_store(config.Store("local", "local"))
print("ready", flush=True)
number = 0
while True:
    number += 1
    value = b"%d " % number * 20_000
    remote = Remote("object", Plaintext(value), Form.BINARY, {})
    stored = store.get("object")
    store.update(remote, stored.version) if stored else store.create(remote)
"""


@posix_only
def test_a_process_that_is_killed_leaves_the_old_or_the_new(home: Path) -> None:
    seen: set[bytes] = set()
    for turn in range(90):
        if turn >= 12 and seen:
            break  # on a busy machine it takes longer until anything is written
        process = subprocess.Popen([sys.executable, "-c", _WRITER], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.02 + turn * 0.007)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        stored = opened().get("object")
        if stored is None:
            continue
        words = set(stored.body.reveal().split())
        assert len(words) == 1
        seen |= words
    assert seen
    put(opened(), remote(), update=False)
    assert [path.name for path in (home / "store").iterdir() if path.name.startswith(".new-")] == []


@posix_only
def test_a_full_disk_leaves_the_old(home: Path) -> None:
    put(opened(), remote(), update=False)
    code = _WRITER.replace(
        "while True:",
        "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\nfor _ in '1':",
    )
    code = code.replace('"object"', '"prod/shop/db"')
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "StoreError" in result.stderr
    assert "File too large" in result.stderr
    stored = opened().get("prod/shop/db")
    assert stored is not None
    assert stored.body.reveal() == SECRET
    assert sorted(path.suffix for path in (home / "store").iterdir()) == ["", ".sealwright"]
