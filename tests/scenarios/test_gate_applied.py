"""Files that kustomizations apply are manifests, whatever their names say: for the gate, the scan and their hooks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support import Repository, run_program

if TYPE_CHECKING:
    from pathlib import Path

STORE = """\
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: vault}
spec:
  conditions: [{namespaces: [shop]}]
  provider: {vault: {server: "http://vault.example.com"}}
"""
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  password: tide-Lantern-88moss\n"
PATCHES = [
    "patches: [{path: NAME}]\n",
    "patchesStrategicMerge: [NAME]\n",
    "patches: [{path: NAME, target: {kind: A}}]\n",
]
NAMES = ["store.txt", "store.md", "store.py", "store.hcl", "store.html", "store", "store.conf", "store.mk"]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.init(tmp_path / "repository")


def found(repository: Repository, *arguments: str, command: str = "gate") -> set[tuple[str, str, str]]:
    result = run_program("sealwright", command, "--format", "json", *arguments, cwd=repository.path)
    report = json.loads(result.stdout)
    assert not report["errors"]
    return {(each["rule"], each["path"], each["status"]) for each in report["findings"]}


def test_what_no_kustomization_applies_is_no_manifest(repository: Repository) -> None:
    for name in NAMES:
        repository.write(f"docs/{name}", f"#!/bin/tool\n{STORE}")
    repository.write("other/kustomization.yaml", f"resources: [{', '.join(NAMES)}]\n")
    repository.write("docs/kustomization.yaml", "resources: [restore.txt, https://example.com/store.txt]\n# store.py\n")
    repository.add()
    assert found(repository) == set()
    assert found(repository, *(f"docs/{name}" for name in NAMES)) == set()


@pytest.mark.parametrize("name", NAMES)
def test_what_a_kustomization_applies_is_judged_and_scanned(repository: Repository, name: str) -> None:
    repository.write(f"apps/base/{name}", f"#!/bin/tool\n{STORE}---\n{SECRET}")
    repository.write("apps/kustomization.yaml", f"namespace: shop\nresources:\n- 'base/{name}'\n")
    repository.add()
    path = f"apps/base/{name}"
    both = {("ESO015", path, "new"), ("secret-string-data", path, "new")}
    # A kustomization alone is not searched for names that may be those of folders.
    alone = ("apps/kustomization.yaml",) if "." in name else ()
    for arguments in ((), (path,), alone, ("--staged",), ("--staged", path)):
        assert found(repository, *arguments) == both, arguments
    for arguments in ((), (path,), ("--staged",)):
        assert found(repository, *arguments, command="scan") == {("secret-string-data", path, "new")}, arguments
    for hook in ("sealwright-gate", "sealwright-scan"):
        assert run_program(hook, path, cwd=repository.path).returncode == 1, hook


@pytest.mark.parametrize("patches", PATCHES)
def test_patches_are_judged_as_patches(repository: Repository, patches: str) -> None:
    repository.write("store.txt", STORE.replace("  conditions: [{namespaces: [shop]}]\n", ""))
    repository.write("kustomization.yaml", patches.replace("NAME", "store.txt"))
    repository.add()
    for arguments in ((), ("store.txt",), ("--staged",)):
        assert found(repository, *arguments) == {("ESO015", "store.txt", "new")}


def test_an_escaped_name_is_a_name(repository: Repository) -> None:
    repository.write("store.txt", STORE)
    repository.write("kustomization.yaml", 'resources: ["store\\x2etxt"]\n')
    assert found(repository) == found(repository, "store.txt") == {("ESO015", "store.txt", "new")}


def test_an_applied_file_that_does_not_parse_is_not_clean(repository: Repository) -> None:
    repository.write("store.txt", f"{STORE}  a: [\n")
    assert run_program("sealwright", "gate", cwd=repository.path).returncode == 0
    repository.write("kustomization.yaml", "resources: [store.txt]\n")
    assert run_program("sealwright", "gate", cwd=repository.path).returncode == 3
    repository.write("store.txt", STORE)
    assert run_program("sealwright", "gate", "--max-bytes", "100", cwd=repository.path).returncode == 3


def test_the_base_is_read_in_the_same_way(repository: Repository) -> None:
    repository.write("store.txt", STORE)
    repository.write("apps/kustomization.yaml", "resources: [../store.txt]\n")
    repository.commit()
    repository.git("checkout", "-q", "-b", "change")
    repository.write("more.txt", STORE.replace("name: vault", "name: more"))
    repository.write("apps/kustomization.yaml", "resources: [../store.txt, ../more.txt]\n")
    repository.commit()
    both = {("ESO015", "store.txt", "known"), ("ESO015", "more.txt", "new")}
    assert found(repository, "--base", "main") == found(repository, "--base", "main", "--staged") | both == both
