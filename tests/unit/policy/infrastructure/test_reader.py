"""Which files are read, what that loads, and values of charts wherever they stand."""

from __future__ import annotations

import subprocess
import sys

import pytest
from unit.policy.infrastructure.judged import contents

from sealwright.manifest.source import Source
from sealwright.policy.infrastructure.reader import infrastructure_subjects, is_infrastructure
from sealwright.policy.subject import Subject

PROBE = """\
import sys
from sealwright.policy.infrastructure.reader import *
from sealwright.manifest.source import Source
assert list(infrastructure_subjects(Source("t.yaml", "Resources: {K: {Type: 'AWS::KMS::Key'}}")))
print("yaml" if not {"hcl2", "lark"} & set(sys.modules) else "all")
assert list(infrastructure_subjects(Source("a.tf", 'resource "a_b" "c" {}')))
print("hcl" if "hcl2" in sys.modules else "none")
"""


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a.yaml", b"kind: Deployment"),
        ("a.md", b"Resources: AWS::"),
        ("a.yaml", b"kind: ResourceQuota\nnote: AWS:: is no resource"),
        ("values.yaml", b"replicas: 2"),
        ("a.yaml", b"kind: Deployment # external-secrets"),
        ("main.tfvars", b"a = 1"),
    ],
)
def test_most_files_are_not_read(path: str, data: bytes) -> None:
    assert not is_infrastructure(path, data)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a/main.tf", b""),
        ("main.tofu", b""),
        ("main.tf.json", b""),
        ("t.yml", b"Resources: {K: {Type: AWS::KMS::Key}}"),
        ("cdk.out/x.template.json", b'{"Resources": {"C": {"Type": "Custom::AWSCDK-EKS-Cluster"}}}'),
        ("t.template", b"Resources: {K: {Type: AWS::KMS::Key}}"),
        ("apps/eso.yaml", b"kind: HelmRelease\nchart: external-secrets"),
        ("eso/values-prod.yaml", b"processClusterStore: false"),
    ],
)
def test_these_are(path: str, data: bytes) -> None:
    assert is_infrastructure(path, data)


def test_a_parser_is_loaded_for_the_files_that_need_it() -> None:
    result = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["yaml", "hcl"]


def test_only_the_kinds_that_are_asked_for_are_parsed() -> None:
    text = 'resource "a_b" "c" {\n  broken =\n}\nresource "aws_kms_key" "k" {}\n'
    found = list(infrastructure_subjects(Source("a.tf", text), kinds={"aws_kms_key"}))
    assert [subject.ref.name for subject in found] == ["k"]


RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: eso, namespace: security}
spec:
  chart: {spec: {chart: external-secrets}}
  values:
    processClusterStore: false
    rbac: {serviceAccountTokenCreate: false}
"""
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: csi, namespace: argocd}
spec:
  sources:
    - chart: secrets-store-csi-driver
      helm:
        %s
"""


@pytest.mark.parametrize(
    ("path", "text", "kind", "field", "line"),
    [
        ("a.yaml", RELEASE, "external-secrets", ("rbac", "serviceAccountTokenCreate"), 8),
        (
            "a.yaml",
            APPLICATION % "valuesObject: {enableSecretRotation: true}",
            "secrets-store-csi-driver",
            ("enableSecretRotation",),
            8,
        ),
        (
            "a.yaml",
            APPLICATION % "values: |\n          enableSecretRotation: true",
            "secrets-store-csi-driver",
            ("enableSecretRotation",),
            8,
        ),
        (
            "kustomization.yaml",
            "helmCharts:\n- name: sealed-secrets\n  valuesInline:\n    keyrenewperiod: '0'\n",
            "sealed-secrets",
            ("keyrenewperiod",),
            4,
        ),
        (
            "values.yaml",
            "global: {}\nexternal-secrets:\n  installCRDs: true\n",
            "external-secrets",
            ("installCRDs",),
            3,
        ),
        (
            "values.yaml",
            "enableSecretRotation: true\nsyncSecret: {enabled: true}\n",
            "secrets-store-csi-driver",
            ("syncSecret", "enabled"),
            2,
        ),
    ],
)
def test_values_of_charts(path: str, text: str, kind: str, field: tuple[str, ...], line: int) -> None:
    (found,) = contents(path, text)
    assert isinstance(found, Subject)
    assert (found.family, found.ref.api_version, found.ref.kind) == ("helm-values", "helm-values", kind)
    value = found.value
    for key in field:
        value = value[key]
    assert found.where(field).start.line == line


def test_a_release_without_values_has_the_charts_own() -> None:
    (found,) = contents("a.yaml", RELEASE.split("  values:", maxsplit=1)[0])
    assert isinstance(found, Subject)
    assert (found.value, found.ref.namespace, found.where(("rbac",)).start.line) == ({}, "security", 3)


@pytest.mark.parametrize(
    "text", ["a: 1\n", "kind: HelmRelease\nspec: {chart: {spec: {chart: podinfo}}}\n", "[1, 2]\n", "{{ x }}\n"]
)
def test_other_charts_are_not_ours(text: str) -> None:
    assert contents("values.yaml", text) == []
