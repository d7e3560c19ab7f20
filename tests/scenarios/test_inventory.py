"""`sealwright inventory` as people run it: every way of holding a secret, the past, and repositories that mean harm."""

from __future__ import annotations

import base64
import json
import os
import re
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from support import ROOT, Repository, posix_only, run_program
from unit.run.inventory.every_kind import KMS, RECIPIENT, VALUE, make, pin_of, secret

from sealwright.inventory.model import Control
from sealwright.report.evidence.oscal_ids import framework

FORMATS = ("text", "json", "html", "cyclonedx")
GOLDEN = ROOT / "tests" / "golden" / "report"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return make(tmp_path_factory.mktemp("inventory") / "shop")


def told(folder: Path, *options: str, code: int = 0) -> dict[str, Any]:
    result = run_program("sealwright", "inventory", "--format", "json", *options, cwd=folder)
    assert result.returncode == code, result.stderr.decode()
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def by_path(report: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for one in report["secrets"]:
        found.setdefault(one["path"], []).append(one)
    return found


@pytest.mark.parametrize("form", FORMATS)
def test_no_report_holds_a_value(repository: Repository, form: str) -> None:
    options = ("--history", "HEAD", "--points", "3")
    result = run_program("sealwright", "inventory", "--format", form, *options, cwd=repository.path)
    assert result.returncode == 0
    assert result.stdout
    for text in (VALUE, base64.b64encode(VALUE.encode()).decode()):
        assert text.encode() not in result.stdout + result.stderr


def test_every_way_of_holding_a_secret_is_told(repository: Repository) -> None:
    found = by_path(told(repository.path))
    assert {path: [(one["held"], one["environment"]) for one in ones] for path, ones in found.items()} == {
        "apps/kustomization.yaml": [("plaintext", ""), ("plaintext", "")],
        "apps/values-staging.yaml": [("plaintext", "staging")],
        "clusters/prod/db.yaml": [("plaintext", "prod")],
        "clusters/prod/encrypted.env": [("sops", "prod")],
        "clusters/prod/encrypted.yaml": [("sops", "prod")],
        "clusters/prod/filled.yaml": [("reference", "prod")],
        "clusters/prod/payment.yaml": [("csi", "prod")],
        "clusters/prod/sealed.yaml": [("sealed", "prod")],
        "clusters/prod/webhook.yaml": [("external", "prod")],
        "clusters/staging/db.yaml": [("plaintext", "staging")],
    }


def test_what_is_known_of_each(repository: Repository) -> None:
    report = told(repository.path)
    found = {path: ones[-1] for path, ones in by_path(report).items()}
    webhook, payment = found["clusters/prod/webhook.yaml"], found["clusters/prod/payment.yaml"]
    assert [(item["key"], item["material"], item["remote"]) for item in webhook["items"]] == [
        ("token", "token", "prod/shop/webhook#token"),
        ("*", "other", "prod/shop/all"),
    ]
    assert (webhook["store"], webhook["refresh"], webhook["key"]) == ("ClusterSecretStore/aws", "1h", KMS)
    assert (payment["name"], payment["store"]) == ("payment", "aws-secrets-manager/eu-central-1")
    assert [consumer["how"] for consumer in payment["consumers"]] == ["csi"]
    assert found["clusters/prod/encrypted.yaml"]["keys"] == [KMS, RECIPIENT]
    assert found["clusters/prod/encrypted.env"]["items"] == [{"key": "TOKEN", "material": "token", "remote": ""}]
    sealed = found["clusters/prod/sealed.yaml"]
    assert (sealed["key"], sealed["cluster"], sealed["scope"]) == (pin_of(repository), "prod", "strict")
    generated = by_path(report)["apps/kustomization.yaml"][1]
    assert (generated["resource"]["name"], [item["key"] for item in generated["items"]]) == ("from-file", ["PASSWORD"])
    assert generated["resource"]["namespace"] == "shop"
    users = {consumer["resource"]["name"]: consumer["how"] for consumer in found["clusters/prod/db.yaml"]["consumers"]}
    assert users == {"shop": "envFrom"}


def test_keys_stores_and_certificates(repository: Repository) -> None:
    report = told(repository.path)
    keys = {key["id"]: key for key in report["keys"]}
    assert {name: key["kind"] for name, key in keys.items()} == {
        RECIPIENT: "age",
        KMS: "kms",
        "aws_kms_key.etcd": "kms",
        pin_of(repository): "sealing",
    }
    assert keys["aws_kms_key.etcd"]["cluster"] == "prod"
    stores = {store["id"]: (store["provider"], store["place"], store["identity"]) for store in report["stores"]}
    assert stores["ClusterSecretStore/aws"] == ("aws-secrets-manager", "eu-central-1", "ServiceAccount reader")
    (certificate,) = report["certificates"]
    assert (certificate["purpose"], certificate["path"]) == ("sealing", "certs/prod.pem")
    assert certificate["key"] == pin_of(repository)
    assert certificate["expires"] == keys[pin_of(repository)]["expires"]


def test_a_part_is_told_with_who_uses_it_from_outside_of_it(repository: Repository) -> None:
    report = told(repository.path, "clusters/prod/db.yaml")
    (only,) = report["secrets"]
    assert [consumer["path"] for consumer in only["consumers"]] == ["apps/deployment.yaml"]
    assert report["stores"] == []


def settled(report: str, repository: Repository) -> str:
    """Without what is different in every run: the time, the commit, and the key with its certificate."""
    report = report.replace(pin_of(repository), "sha256:PIN")
    report = re.sub(r'"seconds": [0-9.]+', '"seconds": 0.0', report)
    report = re.sub(r'("(?:day|begins|expires)": )"[0-9-]+"', r'\1"2026-01-01"', report)
    report = re.sub(r'("commit": )"[0-9a-f]{40}"', r'\1"COMMIT"', report)
    report = re.sub(r"key [0-9a-f]{8}\b", "key 01234567", report)
    return re.sub(r'("fingerprint": )"sha256:[0-9a-f]{64}"', r'\1"sha256:CERTIFICATE"', report)


def test_the_json_is_what_it_was(repository: Repository) -> None:
    result = run_program("sealwright", "inventory", "--format", "json", "--pack", "csi", cwd=repository.path)
    report = settled(result.stdout.decode(), repository)
    golden = GOLDEN / "inventory.json"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(report, encoding="utf-8", newline="\n")
    assert report == golden.read_text(encoding="utf-8")


OWN_PACK = """\
pack: %s
version: 1.0.0
title: Ours
include: [{controls: pci-dss-4.0.1}]
rules:
  - id: OUR001
    slug: no-deployments
    title: There is a Deployment
    why: Others run what we make.
    severity: low
    kinds: [apps/v1/Deployment]
    expression: "false"
    message: it is a Deployment
    remediation: Let others deploy it.
    controls: {ours: [A.2, A.10]}
    tests:
      pass: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}]
      fail: [{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}}]
"""


def test_a_rule_of_a_pack_of_ones_own_is_explained_in_the_page(repository: Repository, tmp_path: Path) -> None:
    folder = Path(copytree(repository.path, tmp_path / "shop"))
    (folder / "rules.yaml").write_text(OWN_PACK % "local", encoding="utf-8")
    page = run_program(
        "sealwright", "inventory", "--format", "html", "--pack", "rules.yaml", cwd=folder
    ).stdout.decode()
    for text in ("There is a Deployment", "Others run what we make.", "Let others deploy it."):
        assert text in page


Rollup = dict[tuple[str, str], tuple[int, int, list[str], list[str]]]


def rollup_of_gate(folder: Path, *options: str) -> Rollup:
    """Framework and control to what is new, what is accepted, the rules, and those without an object."""
    text = run_program("sealwright", "gate", "--format", "oscal", *options, cwd=folder).stdout
    found: Rollup = {}
    for result in json.loads(text)["assessment-results"]["results"]:
        for finding in result["findings"]:
            said = {prop["name"]: prop["value"] for prop in finding["props"]}
            framework = finding["title"].removesuffix(f" {said['control']}")
            rules, silent = (said.get(name, "").split() for name in ("rules", "rules-without-object"))
            found[framework, said["control"]] = int(said["new"]), int(said["accepted"]), rules, silent
    return found


@pytest.mark.parametrize(
    ("packs", "only", "sealed"),
    [
        (("baseline",), "", True),
        (("nist-800-53r5",), "nist-800-53r5", True),
        (("nist-800-53r5",), "nist-800-53r5", False),
        (("rules.yaml",), "", False),
        (("ours.yaml", "baseline"), "ours", True),
    ],
)
def test_controls_are_those_of_the_evidence_of_a_gate(
    repository: Repository, tmp_path: Path, packs: tuple[str, ...], only: str, sealed: bool
) -> None:
    folder = Path(copytree(repository.path, tmp_path / "shop"))
    (folder / "rules.yaml").write_text(OWN_PACK % "local", encoding="utf-8")
    (folder / "ours.yaml").write_text(OWN_PACK % "ours", encoding="utf-8")
    path = folder / "clusters" / "prod" / "sealed.yaml"
    if sealed:
        path.write_text(path.read_text(encoding="utf-8").replace("name: sealed", "name: moved"), encoding="utf-8")
    else:
        path.unlink()
    options = [word for pack in packs for word in ("--pack", pack)]
    controls = [Control(**one) for one in told(folder, *options)["controls"]]
    assert {
        (framework(one.framework).title, one.control): (
            sum(one.failing.values()),
            sum(one.waived.values()),
            list(one.rules),
            list(one.silent),
        )
        for one in controls
        if not one.is_idle
    } == rollup_of_gate(folder, *options)
    frameworks = {one.framework for one in controls}
    assert frameworks == {only} if only else {"nist-800-53r5", "pci-dss-4.0.1"} < frameworks


def test_one_run_feeds_several_readers(repository: Repository, tmp_path: Path) -> None:
    outputs = [f"--output={form}={tmp_path / form}" for form in FORMATS]
    result = run_program("sealwright", "inventory", *outputs, cwd=repository.path)
    assert result.returncode == 0
    assert {path.name for path in tmp_path.iterdir()} == set(FORMATS)
    assert result.stdout.decode().startswith("shop: 11 secrets in ")
    assert (tmp_path / "html").read_text(encoding="utf-8").startswith("<!")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--format", "sarif"), "argument --format: must be one of"),
        (("--output", "json"), "--output needs FORMAT=FILE"),
        (("--output", "json=x", "--output", "text=./x"), "two reports would be written to this file"),
        (("--output", "sarif=x"), "there is no format `sarif`"),
        (("--history", "nowhere"), "--history names commits that this repository does not have"),
        (("--points", "some"), "must be a whole number"),
        (("--points", "201"), "--points takes 200 at most"),
        (("nowhere.yaml",), "no such file or folder"),
    ],
)
def test_what_cannot_be_asked(repository: Repository, options: tuple[str, ...], said: str) -> None:
    result = run_program("sealwright", "inventory", *options, cwd=repository.path)
    assert (result.returncode, result.stdout) == (2, b"")
    assert said in result.stderr.decode()


BEGIN = "-----BEGIN CERTIFICATE-----\n"
EXTERNAL = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: db, namespace: shop}\n"
EXTERNAL_DB = (
    f"{EXTERNAL}spec:\n  secretStoreRef: {{name: aws}}\n  data: [{{secretKey: password, remoteRef: {{key: db}}}}]\n"
)


@pytest.fixture
def migrated(tmp_path: Path) -> Repository:
    """Two Secrets in clear; one becomes an ExternalSecret, the other stays; a third came and went in between."""
    repository = Repository.init(tmp_path / "shop")
    for changes in (
        {"db.yaml": secret("db", f"password: {VALUE}"), "b.yaml": secret("b", f"token: {VALUE}")},
        {"short.yaml": secret("short", f"token: {VALUE}")},
        {"short.yaml": "", "README.md": "# Shop\n"},
        {"db.yaml": EXTERNAL_DB},
    ):
        for path, text in changes.items():
            repository.write(path, text)
        repository.add()
        repository.git("commit", "--quiet", "--message", "Change")
    return repository


def test_without_being_asked_nothing_is_said_of_the_past(migrated: Repository) -> None:
    report = told(migrated.path)
    assert report["progress"] == []
    assert [rotation["at_tip"] for rotation in report["rotations"]] == [True]


def test_how_it_went(migrated: Repository) -> None:
    report = told(migrated.path, "--points", "10")
    counts = [(point["counts"]["plaintext"], point["counts"]["external"]) for point in report["progress"]]
    assert counts == [(2, 0), (3, 0), (2, 0), (1, 1)]
    assert report["progress"][-1]["commit"] == migrated.git("rev-parse", "HEAD")
    told_of = {(one["path"], one["at_tip"], one["held"]) for one in report["rotations"]}
    assert told_of == {("b.yaml", True, "plaintext"), ("db.yaml", False, "external"), ("short.yaml", False, "")}
    assert [one["at_tip"] for one in report["rotations"]] == [True, False, False]


def test_the_last_point_is_what_lies_here(migrated: Repository) -> None:
    migrated.write("new.yaml", secret("new", f"password: {VALUE}"))
    report = told(migrated.path, "--points", "2")
    assert [(point["counts"]["plaintext"], bool(point["commit"])) for point in report["progress"]] == [
        (2, True),
        (1, True),
        (2, False),
    ]


def test_all_commits_tell_of_what_came_and_went(migrated: Repository) -> None:
    few = told(migrated.path, "--points", "2")
    assert "short.yaml" not in {one["path"] for one in few["rotations"]}
    all_of_it = told(migrated.path, "--history", "HEAD")
    gone = {one["path"]: one for one in all_of_it["rotations"] if not one["at_tip"]}
    assert set(gone) == {"db.yaml", "short.yaml"}
    assert gone["short.yaml"]["first"] == migrated.git("rev-parse", "HEAD~2")
    assert [one["since"] for one in all_of_it["secrets"] if one["held"] == "plaintext"] == ["2026-01-01"]


def test_html_looks_back_by_itself_and_can_be_told_not_to(migrated: Repository, tmp_path: Path) -> None:
    with_past, without = tmp_path / "a.html", tmp_path / "b.html"
    run_program("sealwright", "inventory", "--output", f"html={with_past}", cwd=migrated.path)
    run_program("sealwright", "inventory", "--output", f"html={without}", "--points", "0", cwd=migrated.path)
    assert "short.yaml" in with_past.read_text(encoding="utf-8")
    assert "short.yaml" not in without.read_text(encoding="utf-8")


def test_only_what_was_asked_for_is_counted_in_the_past(migrated: Repository) -> None:
    report = told(migrated.path, "--points", "10", "--skip-files", "b.yaml", "--skip-files", "short.yaml")
    assert [point["counts"]["plaintext"] for point in report["progress"]] == [1, 1, 1, 0]


def test_a_shallow_clone_says_what_it_cannot_know(migrated: Repository, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    migrated.git("clone", "--quiet", "--depth", "2", migrated.path.as_uri(), clone)
    report = told(clone, "--points", "10")
    assert len(report["progress"]) == 2
    assert [note.partition(":")[0] for note in report["notes"]] == ["This clone is shallow"]
    told(clone, "--history", "HEAD", code=3)


def test_a_partial_clone_says_what_is_not_there(migrated: Repository, tmp_path: Path) -> None:
    migrated.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    migrated.git("clone", "--quiet", "--filter=blob:none", migrated.path.as_uri(), clone)
    report = told(clone, "--points", "10")
    (note,) = report["notes"]
    assert "versions of files could not be read: what they held is not counted" in note
    assert report["progress"][-1]["counts"]["plaintext"] == 1


def test_a_file_that_a_generator_names_is_one_with_it(tmp_path: Path) -> None:
    repository = Repository.init(tmp_path / "shop")
    repository.write(
        "kustomization.yaml", "kind: Kustomization\nsecretGenerator: [{name: db, files: [key=in/key.txt]}]\n"
    )
    repository.write("in/key.txt", VALUE)
    repository.commit()
    report = told(repository.path, "--points", "1")
    (only,) = report["secrets"]
    assert (only["path"], only["held"], [item["key"] for item in only["items"]]) == (
        "kustomization.yaml",
        "plaintext",
        ["key"],
    )
    assert [point["counts"]["plaintext"] for point in report["progress"]] == [1]


def test_outside_of_git(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "db.yaml").write_text(secret("db", f"password: {VALUE}"), encoding="utf-8")
    report = told(folder, "--points", "5")
    assert (report["repository"], report["commit"], report["progress"]) == ("plain", "", [])
    assert [one["held"] for one in report["secrets"]] == ["plaintext"]
    result = run_program("sealwright", "inventory", "--history", "HEAD", cwd=folder)
    assert (result.returncode, b"needs a git repository" in result.stderr) == (2, True)


def test_rendered_manifests_on_standard_input(tmp_path: Path) -> None:
    text = secret("db", f"password: {VALUE}").encode()
    result = run_program("sealwright", "inventory", "--format", "json", "-", cwd=tmp_path, stdin=text)
    assert [one["path"] for one in json.loads(result.stdout)["secrets"]] == ["<stdin>"]
    bill = run_program("sealwright", "inventory", "--format", "cyclonedx", "-", cwd=tmp_path, stdin=text)
    found = [one["evidence"]["occurrences"] for one in json.loads(bill.stdout)["components"] if "evidence" in one]
    assert found == [[{"location": "standard input", "line": 4}]]


def hostile() -> dict[str, str]:
    long = "n" * 1_000_000
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{new}: &{new} [*{old},*{old},*{old},*{old},*{old},*{old},*{old},*{old},*{old}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    store = EXTERNAL.replace("ExternalSecret", "SecretStore")
    odd = "spec: {data: {a: 1}, dataFrom: [~, 3], target: no}\n"
    return {
        "broken.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData: [\n",
        "long.yaml": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: {long}}}\nstringData: {{{long}: {VALUE}}}\n",
        "bomb.yaml": f"{EXTERNAL}{bomb}spec:\n  data: *i\n",
        "odd.yaml": f"{EXTERNAL}spec: [1, {{data: 7}}]\n---\n{EXTERNAL}{odd}",
        "spc.yaml": "apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\nmetadata: {name: s}\n"
        "spec: {parameters: {objects: '[', secrets: 3}, secretObjects: {a: b}}\n",
        "store.yaml": f"{store}spec: {{provider: [aws]}}\n",
        "sops.yaml": "kind: Secret\napiVersion: v1\nsops: {mac: x, age: 3, kms: [1, {arn: [2]}], lastmodified: z}\n",
        "cert.pem": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        + "-----BEGIN CERTIFICATE-----\n" * 5_000,
        "main.tf": 'resource "aws_kms_key" "x" {\n  description = [\n',
        "good.yaml": secret("good", f"password: {VALUE}"),
    }


@posix_only
def test_what_means_harm_hides_nothing_else(tmp_path: Path) -> None:
    repository = Repository.init(tmp_path / "hostile")
    for path, text in hostile().items():
        repository.write(path, text)
    (repository.path / "loop").symlink_to(repository.path / "loop")
    (repository.path / "folder").symlink_to(repository.path)
    repository.commit()
    report = told(repository.path, "--points", "2", code=3)
    held = {one["path"]: one["held"] for one in report["secrets"]}
    assert held["good.yaml"] == held["long.yaml"] == "plaintext"
    assert {"broken.yaml"} <= {error["path"] for error in report["errors"]}
    assert all(len(str(one["resource"])) < 2_000 for one in report["secrets"])
    for form in FORMATS:
        result = run_program("sealwright", "inventory", "--format", form, cwd=repository.path)
        assert result.returncode == 3, result.stderr
        assert VALUE.encode() not in result.stdout


def test_what_was_accepted_is_in_clear_all_the_same(tmp_path: Path) -> None:
    repository = Repository.init(tmp_path / "shop")
    repository.write("db.yaml", secret("db", f"password: {VALUE}"))
    repository.commit()
    assert run_program("sealwright", "scan", "--update-baseline", cwd=repository.path).returncode == 0
    (only,) = told(repository.path)["secrets"]
    assert (only["held"], only["accepted"]) == ("plaintext", True)
    assert [finding["status"] for finding in told(repository.path)["findings"]] == ["known"]
