"""The gate and patches of kustomizations: what is wrong in a patch is found, what it leaves out is not missing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from support import Repository, run_program

if TYPE_CHECKING:
    from pathlib import Path

STORE = """\
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: vault}
spec: {provider: {vault: {server: "SCHEME://vault.example.com"}}}
"""
PATCHED = "resources: [../base]\npatches: [{path: store.yaml}]\n"
MERGED = "resources: [../base]\npatchesStrategicMerge: [store.yaml]\n"
APPLIED = "resources: [store.yaml]\n"
LISTED_ABOVE = "bases: [overlay/store.yaml]\n"
BOTH = "resources: [store.yaml]\npatches: [{path: store.yaml}]\n"
FROM_ABOVE = "patches: [{path: overlay/store.yaml}]\n"


def found(repository: Repository, *arguments: str) -> set[str]:
    result = run_program("sealwright", "gate", "--format", "json", *arguments, cwd=repository.path)
    return {finding["rule"] for finding in json.loads(result.stdout)["findings"]}


@pytest.mark.parametrize(
    ("kustomization", "scheme", "rules"),
    [
        ({"overlay/kustomization.yaml": PATCHED}, "https", set()),
        ({"overlay/kustomization.yaml": MERGED}, "https", set()),
        ({"kustomization.yaml": FROM_ABOVE}, "https", set()),
        ({"overlay/kustomization.yaml": APPLIED}, "https", {"ESO003"}),
        ({"other/kustomization.yaml": PATCHED}, "https", {"ESO003"}),
        ({"overlay/kustomization.yaml": BOTH}, "https", {"ESO003"}),
        ({"overlay/kustomization.yaml": APPLIED, "kustomization.yaml": FROM_ABOVE}, "https", {"ESO003"}),
        (
            {"overlay/kustomization.yaml": PATCHED, "kustomization.yaml": LISTED_ABOVE},
            "https",
            {"ESO003"},
        ),
        ({}, "https", {"ESO003"}),
        ({"overlay/kustomization.yaml": PATCHED}, "http", {"ESO015"}),
        ({"overlay/kustomization.yaml": APPLIED}, "http", {"ESO003", "ESO015"}),
    ],
)
def test_what_a_patch_leaves_out_is_not_missing(
    tmp_path: Path, kustomization: dict[str, str], scheme: str, rules: set[str]
) -> None:
    repository = Repository.init(tmp_path / "repository")
    files: dict[str, Any] = {**kustomization, "overlay/store.yaml": STORE.replace("SCHEME", scheme)}
    for path, text in files.items():
        repository.write(path, text)
    repository.git("add", "-A")
    assert found(repository) == rules
    assert found(repository, "overlay/store.yaml") == rules
    assert found(repository, "--staged", "overlay/store.yaml") == rules
