"""XRF001, XRF002, XRF003: names that lead nowhere, and names that nobody asks for."""
# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

import pytest
from unit.policy.relations.worlds import deployment, external, found, kustomization, release, secret, store

_NAME = "spec.template.spec.containers[name=api].env[name=PASSWORD].valueFrom.secretKeyRef.name"
_OTHER = secret("other")
_CERTIFICATE = "---\napiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: a}\nspec: {secretName: db}\n"
_CLUSTER = "---\napiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: shop}\n"
_CLASS = "---\napiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\nmetadata: {name: a}\nspec: {secretObjects: [{secretName: db, type: Opaque}]}\n"
_SEALED = "---\napiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: a}\nspec: {template: {metadata: {name: db}}}\n"
_EVERYWHERE = "---\napiVersion: external-secrets.io/v1\nkind: ClusterExternalSecret\nmetadata: {name: a}\nspec: {externalSecretSpec: {target: {name: db}}}\n"
_CONNECTION = "---\napiVersion: s3.aws.upbound.io/v1beta1\nkind: Bucket\nmetadata: {name: a}\nspec: {writeConnectionSecretToRef: {name: db, namespace: shop}}\n"
_SERVICE = "---\napiVersion: v1\nkind: Service\nmetadata: {name: a, annotations: {service.beta.openshift.io/serving-cert-secret-name: db}}\n"
_WRITER = """\
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: a, namespace: shop}
rules: [{apiGroups: [''], resources: [secrets], verbs: [create]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: a, namespace: shop}
roleRef: {kind: Role, name: a}
subjects: [{kind: ServiceAccount, name: a}]
"""


@pytest.mark.parametrize(
    "files",
    [
        {"a.yaml": deployment() + secret()},
        {"a.yaml": deployment() + _OTHER + external()},
        {"a.yaml": deployment() + _OTHER + _CERTIFICATE},
        {"a.yaml": deployment() + _OTHER + _CLASS},
        {"a.yaml": deployment() + _OTHER + _SEALED},
        {"a.yaml": deployment() + _OTHER + _SERVICE},
        {"a.yaml": deployment("db", "shop") + _OTHER + _EVERYWHERE},
        {"a.yaml": deployment("db", "shop") + _OTHER + _CONNECTION},
        {"a.yaml": deployment("shop-app") + _OTHER + _CLUSTER},  # an operator names it after its own object
        {"a.yaml": deployment("shop-redis") + _OTHER + release("redis", name="shop")},
        {"a.yaml": deployment("db", "shop") + _OTHER + _WRITER},
        {"a.yaml": deployment(key=", optional: true") + _OTHER},
        {"a.yaml": deployment("${APP}-db") + _OTHER},
        {"a.yaml": deployment()},  # a tree without any Secret: they come from elsewhere
        {"examples/a.yaml": deployment() + _OTHER},
        {"a.yaml": deployment() + _OTHER, "README.md": "kubectl create secret generic db --from-file=password"},
        {"a.yaml": deployment() + _OTHER, ".gitattributes": "secrets/** filter=git-crypt diff=git-crypt\n"},
        {"a.yaml": deployment() + _OTHER, "setup.sh": "kubectl create secret generic db\n"},
        {"kustomization.yaml": kustomization("a.yaml", "secretGenerator: [{name: db, files: [x]}]\n"), "a.yaml": deployment()},
        {"kustomization.yaml": kustomization("a.yaml, 'https://example.com/base?ref=v1'"), "a.yaml": deployment() + _OTHER},
        {"kustomization.yaml": kustomization("base", "generators: [x.yaml]\n"), "base/kustomization.yaml": kustomization("a.yaml"), "base/a.yaml": deployment() + _OTHER},
        {"kustomization.yaml": kustomization("a.yaml", "namePrefix: prod-\n"), "a.yaml": deployment("prod-db") + secret()},
        {"kustomization.yaml": kustomization("a.yaml, b.yaml", "namespace: shop\n"), "a.yaml": deployment("db", "one"), "b.yaml": secret("db", "two")},
        {"a.yaml": deployment("db", "shop") + secret("db", "vault", ", annotations: {reflector.v1.k8s.emberstack.com/reflection-allowed: 'true'}")},
    ],
)  # fmt: skip
def test_a_reference_that_something_may_answer_is_left_alone(files: dict[str, str]) -> None:
    assert found("XRF001", files) == []


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.yaml": deployment() + _OTHER}, [f"a.yaml:14 {_NAME}"]),
        ({"a.yaml": deployment("db", "shop") + secret("db", "vault")}, [f"a.yaml:14 {_NAME}"]),
        ({"kustomization.yaml": kustomization("a.yaml, b", ""), "a.yaml": deployment() + _OTHER}, [f"a.yaml:14 {_NAME}"]),
        ({"a.yaml": deployment("other", pod="      imagePullSecrets: [{name: other}, {name: registry}]\n") + _OTHER}, ["a.yaml:15 spec.template.spec.imagePullSecrets[name=registry].name"]),
        ({"a.yaml": deployment("other", pod="      volumes: [{name: v, secret: {secretName: tls}}]\n") + _OTHER}, ["a.yaml:15 spec.template.spec.volumes[name=v].secret.secretName"]),
        ({"a.yaml": deployment() + _OTHER, "b.yaml": deployment("other").replace("PASSWORD", "db")}, [f"a.yaml:14 {_NAME}"]),
    ],
)  # fmt: skip
def test_a_reference_that_nothing_answers_is_found_at_its_name(files: dict[str, str], expected: list[str]) -> None:
    assert found("XRF001", files) == expected


def test_what_is_partly_visible_is_unknown() -> None:
    files = {"a.yaml": deployment() + _OTHER}
    assert found("XRF001", files, whole=False) == []
    assert found("XRF001", files, whole=False, rendered=True) != []
    assert found("XRF003", {"a.yaml": external() + store("other")}, whole=False) == []


@pytest.mark.parametrize(
    "files",
    [
        {"a.yaml": deployment() + secret()},
        {"a.yaml": deployment("other") + secret("other") + secret("db", more=", labels: {argocd.argoproj.io/secret-type: cluster}")},
        {"a.yaml": deployment("other") + secret("other") + secret() + release("redis")},  # a chart may read it
        {"a.yaml": deployment("other") + secret("other") + secret() + _CERTIFICATE},
        {"a.yaml": deployment("other", pod="          args: [--secret, db]\n") + secret("other") + secret()},
        {"a.yaml": secret()},
    ],
)  # fmt: skip
def test_a_secret_that_may_be_used_is_left_alone(files: dict[str, str]) -> None:
    assert found("XRF002", files) == []


def test_a_secret_that_nothing_names_is_found_at_its_own_name() -> None:
    assert found("XRF002", {"a.yaml": deployment() + secret(), "b.yaml": external("old")}) == ["b.yaml:4 metadata.name"]


_REGION = "  conditions: [{namespaceSelector: {matchLabels: {team: shop}}}]\n"
_SPACE = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: %s}}\n"


@pytest.mark.parametrize(
    "files",
    [
        {"a.yaml": external("db", "shop")},  # the stores are kept elsewhere
        {"a.yaml": external("db", "shop") + store()},
        {"a.yaml": external("db", "shop") + store(spec="  conditions: [{namespaces: [billing]}, {namespaces: [shop]}]\n")},
        {"a.yaml": external("db", "shop") + store(spec="  conditions: [{namespaceRegexes: ['^sh.*$']}]\n")},
        {"a.yaml": external("db", "shop") + store(spec=_REGION)},  # nobody knows the namespace's labels
        {"a.yaml": external("db", "shop") + store(spec=_REGION) + _SPACE % "shop"},
        {"a.yaml": external("db") + store(spec="  conditions: [{namespaces: [billing]}]\n")},  # nor the namespace
        {"a.yaml": external("db", "shop") + store("prod-aws"), "kustomization.yaml": kustomization("a.yaml", "namePrefix: prod-\n")},
        {"docs/a.yaml": external("db", "shop") + store("other")},
    ],
)  # fmt: skip
def test_a_store_that_may_serve_is_left_alone(files: dict[str, str]) -> None:
    assert found("XRF003", files) == []


@pytest.mark.parametrize(
    "stores",
    [
        store("other"),
        store(spec="  conditions: [{namespaces: [billing]}]\n"),
        store(spec="  conditions: [{namespaceRegexes: ['^b(i|a)+$', '(((']}]\n").replace(", '((('", ""),
        store(spec=_REGION) + _SPACE % "billing",
    ],
)
def test_a_store_that_cannot_serve_is_found_at_the_reference(stores: str) -> None:
    assert found("XRF003", {"a.yaml": external("db", "shop") + stores}) == ["a.yaml:6 spec.secretStoreRef.name"]


def test_the_namespace_is_the_one_that_the_kustomization_sets() -> None:
    files = {
        "shop/kustomization.yaml": kustomization("a.yaml", "namespace: billing\n"),
        "shop/a.yaml": external("db", "shop"),
        "store.yaml": store(spec="  conditions: [{namespaces: [billing]}]\n"),
    }
    assert found("XRF003", files) == []
    assert found("XRF003", files | {"store.yaml": store(spec="  conditions: [{namespaces: [shop]}]\n")}) != []
