"""The bill of materials against CycloneDX's own schema, strictly, and what is in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from support import ROOT, Repository, run_program
from unit.run.inventory.every_kind import KMS, make

from sealwright.inventory.model import Inventory
from sealwright.report.cyclonedx.document import cyclonedx

EPOCH = {"SOURCE_DATE_EPOCH": "1767225600"}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return make(tmp_path_factory.mktemp("bill") / "shop")


def bill_of(folder: Path, *options: str) -> dict[str, Any]:
    result = run_program("sealwright", "inventory", "--format", "cyclonedx", *options, cwd=folder, env=EPOCH)
    assert result.returncode == 0, result.stderr
    return valid(result.stdout.decode())


def valid(text: str) -> dict[str, Any]:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill: dict[str, Any] = json.loads(text)
    return bill


def components(bill: dict[str, Any]) -> dict[str, dict[str, Any]]:
    every = [*bill["components"], *(inner for one in bill["components"] for inner in one.get("components", ()))]
    found = {one["bom-ref"]: one for one in [*every, *bill["services"]]}
    assert len(found) == len(every) + len(bill["services"])
    return found


def test_a_repository_of_every_kind(repository: Repository) -> None:
    bill = bill_of(repository.path)
    known = components(bill)
    held = [
        prop["value"]
        for one in bill["components"]
        for prop in one.get("properties", ())
        if prop["name"] == "sealwright:held"
    ]
    assert sorted(set(held)) == ["csi", "external", "plaintext", "reference", "sealed", "sops"]
    for entry in bill["dependencies"]:
        assert {entry["ref"], *entry["dependsOn"]} <= known.keys()
    assert bill["metadata"]["timestamp"] == "2026-01-01T00:00:00Z"


def test_what_a_workload_needs_down_to_the_key(repository: Repository) -> None:
    bill = bill_of(repository.path)
    needs = {entry["ref"]: entry["dependsOn"] for entry in bill["dependencies"]}
    workload = "workload/apps/deployment.yaml/Deployment/shop/shop"
    secret = "secret/clusters/prod/webhook.yaml/ExternalSecret/shop/webhook"
    assert secret in needs[workload]
    assert needs[secret] == ["store/ClusterSecretStore/aws", f"key/kms/{KMS}"]
    stated = components(bill)[secret]["cryptoProperties"]["relatedCryptoMaterialProperties"]
    assert stated["securedBy"] == {"mechanism": "aws-secrets-manager", "algorithmRef": f"key/kms/{KMS}"}


def test_what_is_in_clear_is_compromised_and_known_by_its_object(repository: Repository) -> None:
    known = components(bill_of(repository.path))
    stated = known["secret/clusters/prod/db.yaml/Secret/shop/db"]
    related = stated["cryptoProperties"]["relatedCryptoMaterialProperties"]
    assert related == {
        "type": "other",
        "id": "Secret/shop/db",
        "state": "compromised",
        "securedBy": {"mechanism": "None"},
    }
    assert [inner["name"] for inner in stated["components"]] == ["password", "user"]
    assert stated["evidence"] == {"occurrences": [{"location": "clusters/prod/db.yaml", "line": 4}]}


def test_two_runs_over_one_commit_are_equal(repository: Repository) -> None:
    first, second = bill_of(repository.path), bill_of(repository.path)
    assert first == second
    other = bill_of(repository.path, "clusters")
    assert other["serialNumber"] != first["serialNumber"]


def test_the_example(tmp_path: Path) -> None:
    example = tmp_path / "gitops"
    for path in (ROOT / "examples" / "gitops").rglob("*"):
        if path.is_file():
            target = example / path.relative_to(ROOT / "examples" / "gitops")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    bill = bill_of(example)
    assert len([one for one in bill["components"] if one["bom-ref"].startswith("secret/")]) == 7


def test_nothing_at_all_is_a_bill_too() -> None:
    bill = valid(cyclonedx(Inventory("x", "2026-01-01")))
    assert (bill["components"], bill["services"], bill["dependencies"]) == ([], [], [])
