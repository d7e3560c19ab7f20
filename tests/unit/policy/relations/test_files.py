"""SLS007, SLS008, SOP001, PIP001, PIP002, XRF007: files beside the manifests, ages, and the cluster itself."""
# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from unit.policy.relations.worlds import external, found

_SEALED = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: a}\nspec:\n  encryptedData:\n    one: AgA\n    two: AgB\n"


def test_each_item_has_the_age_of_its_own_line() -> None:
    days = {6: "2026-01-01", 7: "2026-05-01"}
    assert found("SLS007", _SEALED, changed_on=lambda _path, first, _last: days[first]) == [
        "app.yaml:6 spec.encryptedData.one"
    ]
    assert found("SLS007", _SEALED, changed_on=lambda *_: "2026-01-01", params={"sealedMaxAgeDays": 365}) == []
    assert found("SLS007", _SEALED, changed_on=lambda *_: "2020-01-01", params={"sealedMaxAgeDays": 0}) == []
    assert found("SLS007", _SEALED) == []  # no history
    assert found("SLS007", _SEALED, changed_on=lambda *_: "2020-01-01", today="") == []


def _certificate(made: str, days: int = 3650, bits: int = 2048) -> str:
    key = rsa.generate_private_key(65537, bits)
    name, start = x509.Name([]), datetime.fromisoformat(made).replace(tzinfo=timezone.utc)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, start, start + timedelta(days=days))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def test_a_sealing_certificate_is_judged_by_its_own_dates() -> None:
    assert (
        found("SLS008", {"sealed-secrets.pem": _certificate("2026-05-20"), "server.crt": _certificate("2020-01-01", 9)})
        == []
    )
    assert found("SLS008", {"sealed-secrets.pem": "-----BEGIN PUBLIC KEY-----\n"}) == []
    bad = {
        "clusters/prod/sealed-secrets/cert.pem": _certificate("2026-01-01"),
        "seal.crt": _certificate("2026-05-20", 5),
        "pub-cert.pem": _certificate("2026-05-20", bits=1024),
        "kubeseal.pem": "-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n",
    }
    assert found("SLS008", bad) == [f"{path}:1" for path in bad]
    assert (
        found(
            "SLS008", {"seal.crt": bad["clusters/prod/sealed-secrets/cert.pem"]}, params={"certificateMaxAgeDays": 400}
        )
        == []
    )


_SOPS = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {a: 'ENC[x]'}\nsops: {mac: x}\n"


@pytest.mark.parametrize(
    ("rules", "path", "wrong"),
    [
        ("[{path_regex: 'prod/.*', age: a}, {age: b}]", "dev/a.yaml", False),
        ("[{path_regex: 'prod/.*', age: a}]", "apps/prod/a.yaml", False),  # found anywhere in the path
        ("[{path_regex: '(a+)+b', age: a}]", f"{'a' * 60}.yaml", True),
        ("[{path_regex: '(?=x)', age: a}]", "dev/a.yaml", False),  # SOPS refuses it, too
        ("[]", "dev/a.yaml", False),
        ("[{path_regex: '^prod/', age: a}]", "dev/a.yaml", True),
    ],
)
def test_the_first_rule_that_matches_the_path_decides(rules: str, path: str, wrong: bool) -> None:
    expected = [f"{path}:2 kind"] if wrong else []
    assert found("SOP001", {".sops.yaml": f"creation_rules: {rules}\n", path: _SOPS}) == expected


def test_the_nearest_configuration_counts() -> None:
    files = {
        ".sops.yaml": "creation_rules: [{age: a}]\n",
        "dev/.sops.yaml": "creation_rules: [{path_regex: ^b/, age: a}]\n",
    }
    assert found("SOP001", files | {"a.yaml": _SOPS, "dev/b/a.yaml": _SOPS}) == []
    assert found("SOP001", files | {"dev/a.yaml": _SOPS}) == ["dev/a.yaml:2 kind"]
    assert found("SOP001", files, params={"sopsNeedsKms": True}) == [
        ".sops.yaml:1 creation_rules[0]",
        "dev/.sops.yaml:1 creation_rules[0]",
    ]


def _workflow(step: str, env: str = "{}") -> dict[str, str]:
    return {".github/workflows/a.yaml": f"on: push\nenv: {env}\njobs:\n  a:\n    steps:\n      - {step}\n"}


_AWS = "{uses: aws-actions/configure-aws-credentials@v5, with: {aws-access-key-id: '${{ secrets.A }}'%s}}"


@pytest.mark.parametrize(
    "files",
    [
        _workflow(_AWS % ", aws-session-token: '${{ secrets.T }}'"),
        _workflow("{uses: google-github-actions/auth@v3, with: {workload_identity_provider: x}}"),
        _workflow("{uses: example/auth@v3, with: {credentials_json: '${{ secrets.A }}'}}"),
        _workflow("{run: x}", "{AWS_ACCESS_KEY_ID: test}"),
        _workflow("{run: x}", "{AWS_ACCESS_KEY_ID: '${{ secrets.A }}', AWS_SESSION_TOKEN: '${{ secrets.B }}'}"),
        _workflow("{run: 'echo ${{ secrets.A }} | docker login --password-stdin'}"),
        _workflow("{run: 'echo ${{ secrets.A }} > key.pem'}"),
        _workflow("{run: 'echo ${{ secrets.A }} | base64 -d > key.pem'}"),
        _workflow("{run: 'echo ::add-mask::${{ secrets.A }}'}"),
        _workflow("{run: 'echo done # ${{ secret }}'}"),
        {"docs/a.yaml": _workflow(_AWS % "")[".github/workflows/a.yaml"]},
        {".github/workflows/a.yaml": "- not\n- a workflow\n"},
        {".github/workflows/a.yaml": "jobs: {a: {steps: [x, {run: [1], env: 7, with: []}]}}\n"},
    ],
)
def test_a_workflow_that_keeps_its_secrets_is_left_alone(files: dict[str, str]) -> None:
    assert found("PIP001", files) == []


@pytest.mark.parametrize(
    ("files", "field"),
    [
        (_workflow(_AWS % ""), "jobs.a.steps[0].with.aws-access-key-id"),
        (_workflow(_AWS % ", role-to-assume: x"), "jobs.a.steps[0].with.aws-access-key-id"),
        (_workflow("{uses: azure/login@v2, with: {creds: '${{ secrets.A }}'}}"), "jobs.a.steps[0].with.creds"),
        (_workflow("{run: x}", "{AWS_ACCESS_KEY_ID: '${{ secrets.A }}'}"), "env.AWS_ACCESS_KEY_ID"),
        (_workflow("{run: x, env: {AWS_ACCESS_KEY_ID: '${{ secrets.A }}'}}"), "jobs.a.steps[0].env.AWS_ACCESS_KEY_ID"),
        (_workflow("{run: 'echo ${{ secrets.A }}'}"), "jobs.a.steps[0].run"),
        (_workflow("{run: 'printf %s ${{ secrets.A }} | base64'}"), "jobs.a.steps[0].run"),
    ],
)
def test_a_workflow_that_does_not_is_found_at_the_field(files: dict[str, str], field: str) -> None:
    assert [each.rpartition(" ")[2] for each in found("PIP001", files)] == [field]


@pytest.mark.parametrize(
    ("jobs", "wrong"),
    [
        ("gate: {steps: [{run: sealwright gate}]}\n  ship: {needs: [gate], steps: [{run: kubectl apply -k .}]}", False),
        ("gate: {steps: [{run: sealwright gate}]}\n  build: {needs: gate}\n  ship: {needs: [build], steps: [{run: helm upgrade a b}]}", False),
        ("gate: {steps: [{run: sealwright gate}]}\n  ship: {steps: [{run: kubectl apply --dry-run=server -k .}]}", False),
        ("ship: {steps: [{run: kubectl apply -k .}]}", False),
        ("ship: {steps: [{run: sealwright gate}, {run: kubectl apply -k .}]}", False),
        ("a: {needs: b}\n  b: {needs: a}\n  gate: {steps: [{run: sealwright gate}]}", False),
        ("gate: {steps: [{run: sealwright gate}]}\n  ship: {needs: test, steps: [{run: kubectl apply -k .}]}", True),
    ],
)  # fmt: skip
def test_what_deploys_waits_for_the_gate(jobs: str, wrong: bool) -> None:
    files = {".github/workflows/a.yaml": f"on: push\njobs:\n  {jobs}\n"}
    assert found("PIP002", files) == ([".github/workflows/a.yaml:4 jobs.ship"] if wrong else [])


_EKSCTL = "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: a}\n"
_ENCRYPTION = "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources: [{resources: [%s], providers: [%s]}]\n"


@pytest.mark.parametrize(
    ("cluster", "wrong"),
    [
        (_EKSCTL + "secretsEncryption: {keyARN: x}\n", False),
        (_ENCRYPTION % ("secrets", "{kms: {name: a}}, {identity: {}}"), False),
        (_ENCRYPTION % ("'*.*'", "{secretbox: {}}"), False),
        ("apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: a}\n", False),
        (_EKSCTL, True),
        (_ENCRYPTION % ("secrets", "{identity: {}}, {kms: {name: a}}"), True),
        (_ENCRYPTION % ("configmaps", "{kms: {name: a}}"), True),
        ("apiVersion: eks.services.k8s.aws/v1alpha1\nkind: Cluster\nmetadata: {name: a}\nspec: {}\n", True),
    ],
)
def test_a_cluster_is_blamed_only_if_secrets_are_copied_into_it(cluster: str, wrong: bool) -> None:
    assert bool(found("XRF007", {"cluster.yaml": cluster, "a.yaml": external()})) is wrong
    assert found("XRF007", {"cluster.yaml": cluster}) == []


@pytest.mark.parametrize(
    ("path", "cluster", "expected"),
    [
        ("a.tf", 'resource "aws_eks_cluster" "a" {\n  name = "a"\n}\n', ["a.tf:1"]),
        ("a.tf", 'resource "aws_eks_cluster" "a" {\n  encryption_config {\n    resources = ["secrets"]\n  }\n}\n', []),
        ("a.tf", 'resource "aws_eks_cluster" "a" {\n  dynamic "encryption_config" {\n    for_each = var.a\n  }\n}\n', []),
        ("a.yaml", "Resources:\n  A:\n    Type: AWS::EKS::Cluster\n    Properties: {Name: a}\n", ["a.yaml:2"]),
        ("a.yaml", "Resources:\n  A:\n    Type: AWS::EKS::Cluster\n    Properties: {EncryptionConfig: !If [A, B, C]}\n", []),
    ],
)  # fmt: skip
def test_clusters_of_infrastructure_code_are_read_too(path: str, cluster: str, expected: list[str]) -> None:
    assert found("XRF007", {path: cluster, "b.yaml": external()}) == expected
