"""Encodings in which git shows files: those that hide words are told, and without the attribute git is not asked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support import Repository

from sealwright.manifest.recoded import Recoded


def told(repository: Repository, *paths: str) -> list[str]:
    recoded = Recoded(os.fspath(repository.path))
    for path in paths:
        recoded.show(path)
    return [problem.path for problem in recoded.problems()]


@pytest.mark.parametrize(
    ("encoding", "hides"),
    [
        ("UTF-8", False),
        ("UTF-16", False),
        ("UTF-16LE-BOM", False),
        ("utf-32be", False),
        ("windows-1252", False),
        ("ISO-8859-15", False),
        ("SHIFT-JIS", False),
        ("GB18030", False),
        ("IBM037", True),
        ("EBCDIC-US", True),
        ("UTF-7", True),
        ("UTF-16//IGNORE", True),
        ("rot13", True),
        ("no-such-encoding", True),
    ],
)
def test_what_hides_words(tmp_path: Path, encoding: str, hides: bool) -> None:
    repository = Repository.init(tmp_path / "repository")
    repository.write(".gitattributes", f"*.yaml working-tree-encoding={encoding}\n")
    assert told(repository, "a.yaml", "b/c.yaml", "d.txt", "../e.yaml") == (["a.yaml", "b/c.yaml"] if hides else [])


def test_nothing_is_asked_without_the_attribute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = Repository.init(tmp_path / "repository")
    repository.write(".gitattributes", "*.yaml text\n")
    repository.write("other/.gitattributes", "*.yaml working-tree-encoding=IBM037\n")
    monkeypatch.setenv("PATH", "")
    assert told(repository, "a.yaml", "b/c.yaml") == []
