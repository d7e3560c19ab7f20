"""XRF004, XRF005, XRF006, XRF008: who reads a secret, and what happens when it changes."""
# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

import pytest
from unit.policy.relations.worlds import deployment, external, found, kustomization, release, secret, store

_ROLE = ", annotations: {eks.amazonaws.com/role-arn: 'arn:aws:iam::111122223333:role/a'}"
_JWT = "---\napiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: aws, namespace: shop}\nspec: {provider: {aws: {auth: {jwt: {serviceAccountRef: {name: reader}}}}}}\n"
_ASSOCIATION = "---\napiVersion: eks.services.k8s.aws/v1alpha1\nkind: PodIdentityAssociation\nmetadata: {name: a}\nspec: {serviceAccount: reader, namespace: shop}\n"
_TERRAFORM = 'resource "aws_eks_pod_identity_association" "a" {\n  service_account = %s\n}\n'
_CLASS = "---\napiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\nmetadata: {name: aws, namespace: shop}\nspec: {provider: aws%s}\n"
_VOLUME = "      volumes: [{name: v, csi: {driver: secrets-store.csi.k8s.io, volumeAttributes: {secretProviderClass: aws}}}]\n"


def _account(namespace: str = "shop", more: str = "") -> str:
    return f"---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: reader, namespace: {namespace}{more}}}\n"


@pytest.mark.parametrize(
    "files",
    [
        {"a.yaml": _JWT + _account(more=_ROLE)},
        {"a.yaml": _JWT},  # the account is made elsewhere
        {"a.yaml": _JWT + _account("billing")},
        {"a.yaml": _JWT + _account() + _ASSOCIATION},
        {"a.yaml": _JWT + _account(), "a.tf": _TERRAFORM % '"reader"'},
        {"a.yaml": _JWT + _account(), "a.tf": _TERRAFORM % "var.account"},
        {"kustomization.yaml": kustomization("a.yaml", "patches: [{path: p.yaml}]\n"), "a.yaml": _JWT + _account(), "p.yaml": _account(more=_ROLE)},
        {"kustomization.yaml": kustomization("a.yaml", 'patches: [{patch: "- {op: add, path: /metadata/annotations/eks.amazonaws.com~1role-arn, value: x}"}]\n'), "a.yaml": _JWT + _account()},
        {"a.yaml": deployment(namespace="shop", pod=f"{_VOLUME}      serviceAccountName: reader\n") + _CLASS % "" + _account(more=_ROLE)},
        {"a.yaml": deployment(namespace="shop", pod=_VOLUME) + _CLASS % ", parameters: {usePodIdentity: 'true'}"},
    ],
)  # fmt: skip
def test_an_account_that_may_have_a_role_is_left_alone(files: dict[str, str]) -> None:
    assert found("XRF004", files) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_JWT + _account() + _ASSOCIATION.replace("reader", "writer"), "app.yaml:5 spec.provider.aws.auth.jwt.serviceAccountRef.name"),
        (_JWT + _account(), "app.yaml:5 spec.provider.aws.auth.jwt.serviceAccountRef.name"),
        (deployment(namespace="shop", pod=f"{_VOLUME}      serviceAccountName: reader\n") + _CLASS % "" + _account(), "app.yaml:16 spec.template.spec.serviceAccountName"),
        (deployment(namespace="shop", pod=_VOLUME) + _CLASS % "", "app.yaml:15 spec.template.spec.volumes[name=v].csi.volumeAttributes.secretProviderClass"),
    ],
)  # fmt: skip
def test_an_account_without_a_role_is_found_where_it_is_used(text: str, expected: str) -> None:
    assert found("XRF004", text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        deployment() + secret(),
        deployment() + external() + secret(),  # something else writes it, too
        deployment() + external(spec="  refreshInterval: 0s\n"),
        deployment() + external(spec="  refreshPolicy: CreatedOnce\n"),
        deployment("db", "shop") + external("db", "billing"),
        deployment(meta=", annotations: {reloader.stakater.com/auto: 'true'}") + external(),
        deployment(meta=", annotations: {secret.reloader.stakater.com/reload: 'tls, db'}") + external(),
        deployment(meta=", annotations: {checksum/secret: x}") + external(),
        deployment("other", pod="      volumes: [{name: v, secret: {secretName: db}}]\n") + external(),  # files follow
        deployment() + external() + release("reloader", "{reloader: {autoReloadAll: true}}", name="reloader"),
    ],
)
def test_a_workload_that_gets_new_values_is_left_alone(text: str) -> None:
    assert found("XRF005", text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (deployment() + external(), "app.yaml:14 spec.template.spec.containers[name=api].env[name=PASSWORD].valueFrom.secretKeyRef.name"),
        (deployment(meta=", annotations: {secret.reloader.stakater.com/reload: tls}") + external(), "app.yaml:14 spec.template.spec.containers[name=api].env[name=PASSWORD].valueFrom.secretKeyRef.name"),
        (deployment("other", pod="          volumeMounts: [{name: v, mountPath: /x, subPath: x}]\n      volumes: [{name: v, secret: {secretName: db}}]\n") + external(), "app.yaml:16 spec.template.spec.volumes[name=v].secret.secretName"),
    ],
)  # fmt: skip
def test_a_workload_that_keeps_old_values_is_found_at_the_name(text: str, expected: str) -> None:
    assert found("XRF005", text) == [expected]


def _part_of(name: str) -> str:
    return deployment(meta=f", labels: {{app.kubernetes.io/part-of: {name}}}")


def test_a_secret_of_several_applications_is_found_at_what_makes_it() -> None:
    assert found("XRF006", _part_of("a") + _part_of("a") + secret()) == []
    assert found("XRF006", deployment() + _part_of("a") + secret()) == []
    assert found("XRF006", {"a.yaml": _part_of("a") + _part_of("b"), "b.yaml": secret()}) == ["b.yaml:4 metadata.name"]


_PROD, _DEV = external("db", "shop-prod"), external("db", "shop-dev")


@pytest.mark.parametrize(
    "files",
    [
        {"prod/a.yaml": external(), "dev/a.yaml": external().replace("shop/db", "dev/db"), "s.yaml": store()},
        {"prod/a.yaml": external(), "dev/a.yaml": external()},  # each cluster has a store of its own, elsewhere
        {"prod/a.yaml": external() + store(), "dev/a.yaml": external() + store(region="us-east-1")},
        {"non-prod/a.yaml": external(), "dev/a.yaml": external(), "s.yaml": store()},
        {"prod/a.yaml": external(), "products/a.yaml": external(), "s.yaml": store()},
        {"test/a.yaml": external(), "dev/a.yaml": external(), "s.yaml": store()},
    ],
)
def test_secrets_of_one_environment_are_left_alone(files: dict[str, str]) -> None:
    assert found("XRF008", files) == []


@pytest.mark.parametrize(
    "files",
    [
        {"dev/a.yaml": external(), "prod/a.yaml": external(), "s.yaml": store()},
        {"dev/a.yaml": external() + store(), "clusters/production/a.yaml": external() + store()},
        {"dev/a.yaml": _DEV, "a/a.yaml": _PROD, "s.yaml": store()},
    ],
)
def test_a_secret_of_production_is_found_outside_of_it(files: dict[str, str]) -> None:
    assert found("XRF008", files) == ["dev/a.yaml:7 spec.data[0].remoteRef.key"]
