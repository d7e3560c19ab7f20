"""Which paths are meant: the same answer for files that are there and for those of a commit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support import Repository

from sealwright.manifest.discover import Selection, Target, discover
from sealwright.manifest.git import Repository as Git
from sealwright.manifest.selected import Selected

FILES = ["a.yaml", "apps/b.yaml", "apps/deep/c.yaml", "apps/deep/er/d.yaml", "appsx/e.yaml"]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), FILES),
        (Selection(depth=1), FILES[:1]),
        (Selection(depth=2), ["a.yaml", "apps/b.yaml", "appsx/e.yaml"]),
        (Selection((".",), depth=1), FILES[:1]),
        (Selection(("apps",)), FILES[1:4]),
        (Selection(("apps/",), depth=1), ["apps/b.yaml"]),
        (Selection(("apps", "apps/deep"), depth=1), ["apps/b.yaml", "apps/deep/c.yaml"]),
        (Selection(("apps/deep/er/d.yaml",), depth=1), ["apps/deep/er/d.yaml"]),
        (Selection(("apps",), skip_files=("**/deep/**",)), ["apps/b.yaml"]),
        (Selection(skip_files=("*.yaml",), depth=2), []),
    ],
)
@pytest.mark.parametrize("staged", [False, True])
def test_what_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, selection: Selection, expected: list[str], staged: bool
) -> None:
    repository = Repository.init(tmp_path / "repository")
    for path in FILES:
        repository.write(path, "a: b\n")
    repository.add()
    monkeypatch.chdir(repository.path)
    git = Git(os.fspath(repository.path))
    found = [item.path for item in discover(selection._replace(staged=staged), git) if isinstance(item, Target)]
    assert sorted(found) == [path for path in FILES if Selected(selection, git)(path)] == expected
