"""The question that the hook asks before it loads anything: may a kustomization make a Secret of this file?"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from support import posix_only

from sealwright.manifest.neighbours import KUSTOMIZATIONS, Neighbours, may_generate_secrets

NAMES = b"secretGenerator: [{files: [creds/a.txt]}]\n"


def asked(root: Path, path: str) -> bool:
    return Neighbours().may_name(str(root / path))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", False),
        (b"resources: [a.yaml]\n", False),
        (b"configMapGenerator: [{files: [a.txt]}]\n", False),
        (b"# mind C:\\temp\nresources: [a.yaml]\n", False),
        (NAMES, True),
        (b"kind: SecretGenerator\n", True),
        (b'"\\x73ecretGenerat\\u006fr": []\n', True),
        (b'"secret\\\n  Generator": []\n', True),
        (NAMES.decode().encode("utf-16"), True),
        (NAMES.decode().encode("utf-16-be"), True),
        (NAMES.decode().encode("utf-32"), True),
    ],
)
def test_bytes_that_may_make_secrets(data: bytes, expected: bool) -> None:
    assert may_generate_secrets(data) is expected


@pytest.mark.parametrize("name", KUSTOMIZATIONS)
@pytest.mark.parametrize("folder", ["", "a", "a/b"])
def test_kustomizations_beside_and_above_count(name: str, folder: str, tmp_path: Path) -> None:
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    (tmp_path / folder / name).write_bytes(NAMES)
    assert asked(tmp_path, "a/b/f.txt")
    assert asked(tmp_path, "a/f.txt") is (folder != "a/b")
    assert asked(tmp_path, "a/b/c/f.txt")


def test_others_do_not_count(tmp_path: Path) -> None:
    for path in ("a/b/c/kustomization.yaml", "a/x/kustomization.yaml", "a/values.yaml", "a/kustomization.yaml.txt"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(NAMES)
    (tmp_path / "a" / "kustomization.yaml").mkdir()
    assert not asked(tmp_path, "a/b/f.txt")


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda path: os.mkfifo(path), marks=posix_only, id="a pipe"),  # noqa: PLW0108 - not on Windows
        pytest.param(lambda path: path.symlink_to(path), marks=posix_only, id="a link to itself"),
    ],
)
def test_what_is_no_file_is_not_waited_for(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "kustomization.yaml")
    assert not asked(tmp_path, "f.txt")


def test_a_folder_is_looked_into_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    neighbours = Neighbours()
    assert not neighbours.may_name(str(tmp_path / "a" / "f.txt"))
    (tmp_path / "a" / "kustomization.yaml").write_bytes(NAMES)
    assert not neighbours.may_name(str(tmp_path / "a" / "g.txt"))
    assert Neighbours().may_name(str(tmp_path / "a" / "g.txt"))


def test_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "kustomization.yaml").write_bytes(NAMES)
    monkeypatch.chdir(tmp_path / "a")
    assert Neighbours().may_name("f.txt")


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("kustomization.yaml", b"resources: [a.yaml]\n", False),
        ("values.yaml", b"configMapGenerator: [{files: [a.txt]}]\n", False),
        ("kustomization.yaml", b"configMapGenerator: [{files: [a.txt]}]\n", True),
        ("Kustomization", NAMES, True),
        ("kustomization.yml", NAMES.decode().encode("utf-16"), True),
    ],
)
def test_a_kustomization_may_name_others(name: str, data: bytes, expected: bool, tmp_path: Path) -> None:
    assert Neighbours().may_concern(str(tmp_path / name), data) is expected
