"""Which commit is checked out, whether the files are those of it, and the repository's name without who logs in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support import Repository

from sealwright.manifest import git
from sealwright.manifest.revision import repository_name, revision

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_repository_without_commits_has_none(tmp_path: Path) -> None:
    Repository.init(tmp_path).write("a.yaml", "a: 1\n")
    assert revision(git.Repository(str(tmp_path))) == ("", "", True)


def test_a_clean_tree_is_that_of_its_commit(tmp_path: Path) -> None:
    repository = Repository.init(tmp_path)
    repository.write(".gitignore", "out/\n")
    repository.write("a.yaml", "a: 1\n")
    commit = repository.commit()
    repository.write("out/report.json", "{}")
    found = revision(git.Repository(str(tmp_path)))
    assert found == (commit, repository.git("rev-parse", "HEAD^{tree}"), False)


def staged(repository: Repository) -> None:
    repository.write("a.yaml", "a: 2\n")
    repository.add()


def staged_and_put_back(repository: Repository) -> None:
    staged(repository)
    repository.write("a.yaml", "a: 1\n")


CHANGES: dict[str, Callable[[Repository], object]] = {
    "changed": lambda repository: repository.write("a.yaml", "a: 2\n"),
    "removed": lambda repository: (repository.path / "a.yaml").unlink(),
    "new": lambda repository: repository.write("b.yaml", "b: 1\n"),
    "staged": staged,
    "staged and put back": staged_and_put_back,
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_difference_is_told(tmp_path: Path, change: str) -> None:
    repository = Repository.init(tmp_path)
    repository.write("a.yaml", "a: 1\n")
    commit = repository.commit()
    CHANGES[change](repository)
    found = revision(git.Repository(str(tmp_path)))
    assert (found.commit, found.dirty) == (commit, True)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://git.example.com/shop/deploy.git", "git.example.com/shop/deploy"),
        ("https://x-access-token:hunter2@git.example.com/shop/deploy", "git.example.com/shop/deploy"),
        ("ssh://git@git.example.com:2222/shop/deploy.git", "git.example.com/shop/deploy"),
        ("git@git.example.com:shop/deploy.git", "git.example.com/shop/deploy"),
        ("https://git.example.com/shop/deploy?token=hunter2", "git.example.com/shop/deploy"),
        ("https://git.example.com/hunter2@x/deploy", "here"),
        ("x-access-token:hunter2@git.example.com/shop", "here"),
        ("https://[hunter2/shop", "here"),
        ("/srv/git/hunter2.git", "here"),
        ("", "here"),
    ],
)
def test_the_name_is_that_of_the_remote_without_who_logs_in(tmp_path: Path, address: str, name: str) -> None:
    repository = Repository.init(tmp_path / "here")
    if address:
        repository.git("config", "remote.origin.url", address)
    assert repository_name(git.Repository(str(repository.path))) == name


def test_outside_of_a_repository_it_is_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert repository_name(None) == tmp_path.name
