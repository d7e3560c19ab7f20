"""Symbolic links that stand for manifests: what they lead to is judged where it stands, or said not to be."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from support import Repository, posix_only, run_program

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TypeAlias

    Told: TypeAlias = tuple[int, set[tuple[str, str, str]], set[str]]

pytestmark = posix_only

STORE = """\
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: vault}
spec:
  conditions: [{namespaces: [shop]}]
  provider: {vault: {server: "http://vault.example.com"}}
"""
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  password: tide-Lantern-88moss\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository.init(tmp_path / "repository")
    repository.write("notes/store.yaml", STORE.replace("http:", "https:"))
    repository.commit()
    return repository


def link(repository: Repository, path: str, target: str) -> None:
    place = repository.path / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(target)


def gate(repository: Repository, *arguments: str) -> tuple[int, set[tuple[str, str, str]], set[str]]:
    """The exit code, the findings, and the paths of problems."""
    result = run_program("sealwright", "gate", "--format", "json", *arguments, cwd=repository.path)
    report = json.loads(result.stdout)
    found = {(each["rule"], each["path"], each["status"]) for each in report["findings"]}
    return result.returncode, found, {each["path"] for each in report["errors"]}


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("apps/store.yaml", "../notes/store.yaml"),
        ("apps/base", "../notes"),
        ("apps/readme.md", "../../elsewhere.md"),
        ("apps/tool", "/usr/bin/tool"),
        ("apps/text.md", "../notes/store.txt"),
    ],
)
def test_a_link_that_hides_nothing_is_nothing(repository: Repository, path: str, target: str) -> None:
    repository.write("notes/store.txt", STORE + "---\n" + SECRET.replace("tide-Lantern-88moss", "changeme"))
    link(repository, path, target)
    repository.add()
    assert gate(repository) == gate(repository, "--staged") == (0, set(), set())
    repository.commit()
    assert gate(repository, "--base", "HEAD~1") == (0, set(), set())


@pytest.mark.parametrize(
    "target", ["../../store.yaml", "/tmp/store.yaml", "../missing.yaml", "store.yaml", ".git/config"]
)
def test_a_link_that_leads_to_nothing_in_git_is_a_problem(repository: Repository, target: str) -> None:
    (repository.path.parent / "store.yaml").write_text(STORE)
    link(repository, "apps/store.yaml", target)
    repository.add()
    told: Told = (3, set(), {"apps/store.yaml"})
    assert gate(repository) == gate(repository, "apps") == gate(repository, "--staged") == told
    assert run_program("sealwright", "scan", cwd=repository.path).returncode == 0
    repository.commit()
    assert gate(repository, "--base", "HEAD~1") == told
    assert gate(repository, "--skip-files", "apps/**") == (0, set(), set())


@pytest.mark.parametrize("through", ["../notes/store.txt", "../more/store.txt", "../again.yaml"])
@pytest.mark.parametrize("name", ["store.txt", "store.py"])
def test_what_a_link_makes_a_manifest_is_judged_where_it_stands(
    repository: Repository, through: str, name: str
) -> None:
    link(repository, "more", "notes")
    link(repository, "again.yaml", f"notes/{name}")
    repository.commit()
    repository.write(f"notes/{name}", f"{STORE}---\n{SECRET}")
    os.unlink(repository.path / "again.yaml")
    assert gate(repository)[0] == 0
    link(repository, "again.yaml", f"notes/{name}") if "again" in through else None
    link(repository, "apps/store.yaml", through.replace("store.txt", name))
    repository.add()
    path = f"notes/{name}"
    both = {("ESO015", path, "new"), ("secret-string-data", path, "new")}
    assert gate(repository) == gate(repository, "--staged") == (1, both, set())
    assert run_program("sealwright", "scan", cwd=repository.path).returncode == 1
    assert run_program("sealwright", "scan", "--staged", cwd=repository.path).returncode == 1
    repository.commit()
    assert gate(repository, "--base", "HEAD~1") == (1, both, set())
    repository.write("other.txt", "x\n")
    repository.commit()
    assert gate(repository, "--base", "HEAD~1") == (0, {(rule, path, "known") for rule, path, _ in both}, set())


def test_a_link_that_a_kustomization_applies(repository: Repository) -> None:
    repository.write("notes/store.txt", STORE)
    link(repository, "apps/store", "../notes/store.txt")
    repository.write("apps/kustomization.yaml", "resources: [store]\n")
    repository.add()
    told: Told = (1, {("ESO015", "notes/store.txt", "new")}, set())
    assert gate(repository) == gate(repository, "--staged") == told
