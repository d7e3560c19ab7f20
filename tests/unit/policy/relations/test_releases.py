"""SUP004, ESO023, CSI007: versions and values of the controllers' charts, however they are installed."""
# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

import pytest
from unit.policy.relations.worlds import external, found, kustomization, release, store

_ARGO = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a}
spec:
  source:
    chart: %s
    targetRevision: %s
    helm:
      valuesObject: %s
"""
_FLUX_OCI = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: eso}
spec:
  chartRef: {kind: OCIRepository, name: eso}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: eso}
spec: {url: "oci://ghcr.io/external-secrets/charts/external-secrets", ref: {tag: %s}}
"""
_WRAPPER = {"Chart.yaml": "apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies:\n  - {name: %s, version: %s}\n"}


def _pod(image: str) -> str:
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n    - {{name: a, image: '{image}'}}\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        _pod("ghcr.io/external-secrets/external-secrets:v2.7.0"),
        _pod("ghcr.io/external-secrets/external-secrets:v2.10.1"),
        _pod("ghcr.io/external-secrets/external-secrets:v3.0.0"),
        _pod("ghcr.io/external-secrets/external-secrets@sha256:aa"),
        _pod("localhost:5000/external-secrets/external-secrets"),
        _pod("example.com/shop/api:v0.1.0"),
        release("external-secrets", version=">=2.0.0"),  # which one it is, nobody can say
        release("sealed-secrets", version="2.1.0"),  # a chart with versions of its own
        _ARGO % ("external-secrets", "2.9.0", "{}"),
    ],
)
def test_a_version_that_may_be_supported_is_left_alone(text: str) -> None:
    assert found("SUP004", text) == []


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (_pod("ghcr.io/external-secrets/external-secrets:v0.10.4"), "app.yaml:6 spec.containers[name=a].image"),
        (_pod("localhost:5000/external-secrets/external-secrets:2.6.1-ubi@sha256:aa"), "app.yaml:6 spec.containers[name=a].image"),
        (release("external-secrets", version="0.9.x"), "app.yaml:6 spec.chart.spec.version"),
        (_ARGO % ("external-secrets", "2.1.0", "{}"), "app.yaml:7 spec.source.targetRevision"),
        (_FLUX_OCI % "2.0.0", "app.yaml:5 spec.chartRef.name"),
    ],
)  # fmt: skip
def test_an_old_version_is_found_where_it_is_said(files: str, expected: str) -> None:
    assert found("SUP004", files) == [expected]


def test_the_oldest_versions_are_a_parameter() -> None:
    text = _pod("example.com/bitnami/sealed-secrets-controller:v0.20.0")
    assert found("SUP004", text) == []
    assert found("SUP004", text, params={"oldestVersions": ["bitnami/sealed-secrets-controller=0.30"]}) != []


_CSI = "secrets-store-csi-driver"
_CLASS = "---\napiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\nmetadata: {name: a}\nspec: {provider: aws%s}\n"


@pytest.mark.parametrize(
    "files",
    [
        {"a.yaml": release(_CSI, "{enableSecretRotation: true}")},
        {"a.yaml": release(_CSI, "{enableSecretRotation: true, rotationPollInterval: 1h30m}")},
        {"a.yaml": release(_CSI, "{enableSecretRotation: true, rotationPollInterval: soon}")},
        {"a.yaml": release("other")},
        {"a.yaml": release(_CSI, "{enableSecretRotation: true, syncSecret: {enabled: true}}")},
        {"a.yaml": release(_CSI, "{enableSecretRotation: true, syncSecret: {enabled: true}}") + _CLASS % ", secretObjects: [{secretName: a}]"},
        {"a.yaml": release(_CSI).replace("  values: {}", "  valuesFrom: [{kind: ConfigMap, name: a}]")},
        {"a.yaml": release(_CSI), "kustomization.yaml": kustomization("a.yaml", "patches: [{target: {kind: HelmRelease}, patch: x}]\n")},
        {"a.yaml": _ARGO.replace("valuesObject", "values") % (_CSI, "1.5.0", "'enableSecretRotation: true'")},
    ],
)  # fmt: skip
def test_values_that_may_be_right_are_left_alone(files: dict[str, str]) -> None:
    assert found("CSI007", files) == []


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.yaml": release(_CSI)}, "a.yaml:7 spec.values.enableSecretRotation"),
        ({"a.yaml": release(_CSI, "{enableSecretRotation: false}")}, "a.yaml:7 spec.values.enableSecretRotation"),
        ({"a.yaml": release(_CSI, "{enableSecretRotation: true, rotationPollInterval: 2m}")}, "a.yaml:7 spec.values.rotationPollInterval"),
        ({"a.yaml": release(_CSI, "{enableSecretRotation: true, syncSecret: {enabled: true}}") + _CLASS % ""}, "a.yaml:7 spec.values.syncSecret.enabled"),
        ({"a.yaml": _ARGO % (_CSI, "1.5.0", "{enableSecretRotation: false}")}, "a.yaml:9 spec.source.helm.valuesObject.enableSecretRotation"),
        ({"kustomization.yaml": f"helmCharts:\n  - {{name: {_CSI}, version: 1.5.0, valuesInline: {{enableSecretRotation: false}}}}\n"}, "kustomization.yaml:2 helmCharts[name=secrets-store-csi-driver].valuesInline.enableSecretRotation"),
        ({"Chart.yaml": _WRAPPER["Chart.yaml"] % (_CSI, "1.5.0"), "values.yaml": f"{_CSI}:\n  enableSecretRotation: false\n"}, "values.yaml:2 secrets-store-csi-driver.enableSecretRotation"),
        ({"csi-values.yaml": "enableSecretRotation: false\nsyncSecret: {enabled: true}\n"}, "csi-values.yaml:1 enableSecretRotation"),
        ({"a.yaml": _ARGO.replace("valuesObject", "values") % (_CSI, "1.5.0", "'enableSecretRotation: false'")}, "a.yaml:9 enableSecretRotation"),
    ],
)  # fmt: skip
def test_wrong_values_are_found_where_they_stand(files: dict[str, str], expected: str) -> None:
    assert found("CSI007", files) == [expected]


_HARD = "{processPushSecret: false, processClusterExternalSecret: false, rbac: {serviceAccountTokenCreate: false}}"
_SIGNS_IN = "---\napiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: b}\nspec: {provider: {vault: {auth: {kubernetes: {serviceAccountRef: {name: a}}}}}}\n"
_PUSH = "---\napiVersion: external-secrets.io/v1alpha1\nkind: PushSecret\nmetadata: {name: b}\n"


def test_what_the_tree_needs_may_be_switched_on() -> None:
    tree = external() + store()
    assert found("ESO023", release("external-secrets", _HARD) + tree) == []
    assert found("ESO023", release("external-secrets")) == []
    assert found("ESO023", release("external-secrets") + tree, whole=False) == []
    left = found("ESO023", release("external-secrets") + tree + _PUSH + _SIGNS_IN)
    assert left == ["app.yaml:7 spec.values.processClusterExternalSecret"]
    explicit = release("external-secrets", _HARD.replace("PushSecret: false", "PushSecret: true"))
    assert found("ESO023", explicit + tree) == ["app.yaml:7 spec.values.processPushSecret"]
