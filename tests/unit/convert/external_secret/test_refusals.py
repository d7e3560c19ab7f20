"""What is not converted, each with its reason and an alternative; and beside it what looks like it but is."""

from __future__ import annotations

import base64
import json

import pytest
from unit.convert.external_secret.one_file import Surveyed, survey_source

from sealwright.manifest.source import Source

CANARY = "corr3ct-horse-battery"
DOCKER = "kubernetes.io/dockerconfigjson"
VALUE = f"stringData: {{password: {CANARY}}}\n"


def secret(metadata: str = "name: db", rest: str = VALUE) -> str:
    return f"apiVersion: v1\nkind: Secret\nmetadata:\n  {metadata}\n{rest}"


def note(name: str, value: str = "'true'") -> str:
    return secret(f"name: db\n  annotations:\n    {name}: {value}")


def label(name: str, value: str = "'true'") -> str:
    return secret(f"name: db\n  labels:\n    {name}: {value}")


def typed(kind: str, **values: str) -> str:
    return secret(rest=f"type: {kind}\nstringData: {json.dumps(values)}\n")


def pull(*hosts: str) -> str:
    return typed(DOCKER, **{".dockerconfigjson": json.dumps({"auths": {host: {} for host in hosts}})})


# fmt: off
REFUSED = [
    (typed("kubernetes.io/service-account-token", token=CANARY), "service-account-token"),
    (typed("bootstrap.kubernetes.io/token", **{"token-id": "abcdef", "token-secret": CANARY}), "bootstrap-token"),
    (typed("helm.sh/release.v1", release=CANARY), "helm-release"),
    (typed("helm.sh/release.v2", release=CANARY), "helm-release"),
    (typed("kubernetes.io/tls", **{"tls.crt": CANARY}), "missing-key"),
    (typed("kubernetes.io/ssh-auth", key=CANARY), "missing-key"),
    (typed("kubernetes.io/basic-auth", user=CANARY), "missing-key"),
    (typed(DOCKER, password=CANARY), "missing-key"),
    (typed(DOCKER, **{".dockerconfigjson": f"{{{CANARY}"}), "docker-config"),
    (typed(DOCKER, **{".dockerconfigjson": f'["{CANARY}"]'}), "docker-config"),
    (typed("kubernetes.io/dockercfg", **{".dockercfg": CANARY}), "docker-config"),
    (secret(rest=""), "empty"),
    (secret(rest="data: {}\nstringData:\n"), "empty"),
    (secret(rest=f"data: {{..a: '{base64.b64encode(CANARY.encode()).decode()}'}}\n"), "key-name"),
    (secret(rest=f"stringData: {{a: {'x' * (1 << 20)}, b: bb}}\n"), "too-large"),
    (secret("name: Db"), "object-name"),
    (secret("name: db\n  namespace: a.b"), "namespace-name"),
    (secret("generateName: db-"), "generated-name"),
    (secret("name: db\n  generateName: db-"), "generated-name"),
    (secret("name: db\n  clusterName: a"), "unknown-field"),
    (secret(rest=f"$patch: merge\n{VALUE}"), "patch"),
    (note("kustomize.config.k8s.io/behavior", "merge"), "patch"),
    (note("sealedsecrets.bitnami.com/managed"), "sealed-secrets"),
    (note("sealedsecrets.bitnami.com/patch"), "sealed-secrets"),
    (secret("name: db\n  ownerReferences: [{kind: SealedSecret, name: db}]"), "sealed-secrets"),
    (secret("name: db\n  ownerReferences: [{kind: Kafka, name: db}]"), "operator"),
    (note("cert-manager.io/certificate-name", "web"), "cert-manager"),
    (note("reflector.v1.k8s.emberstack.com/reflects", "a/b"), "copy"),
    (note("replicator.v1.mittwald.de/replicate-from", "a/b"), "copy"),
    (label("reconcile.external-secrets.io/managed"), "external-secrets"),
    (label("secrets-store.csi.k8s.io/managed"), "csi"),
    (note("avp.kubernetes.io/path", "a/b"), "placeholders"),
    (note("vault.security.banzaicloud.io/vault-addr", "https://v"), "placeholders"),
    (secret(rest="stringData: {a: 'user:<path:secret/data/db#password>'}\n"), "placeholders"),
    (secret(rest=f"data: {{a: {base64.b64encode(b'<path:a#b>').decode()}}}\n"), "placeholders"),
    (secret(rest=f"data: {{a: 'ENC[AES256_GCM,data:x]'}}\nsops:\n  mac: {CANARY}\n"), "sops"),
    (secret(rest=f"{VALUE}sops: {{version: 3.9.0}}\n"), "sops"),
    (secret(rest="stringData:\n  a: {{ .Values.a }}\n"), "template"),
    (f"apiVersion: v1\nkind: SecretList\nitems:\n- metadata: {{name: a}}\n  {VALUE}", "typed-list"),
    (f"--- &a\n{secret()}", "anchor"),
    (f"{{apiVersion: v1, kind: Secret, metadata: &m {{name: db}}, {VALUE.strip()}}}\n", "anchor"),
]
CONVERTED = [
    (typed("kubernetes.io/tls", **{"tls.crt": "a", "tls.key": "b", "ca.crt": "c"}), ()),
    (typed("kubernetes.io/basic-auth", username="a"), ()),
    (typed("example.com/service-account-token", token="a"), ()),
    (pull("registry.example.com"), ()),
    (pull("1.dkr.ecr.eu-west-1.amazonaws.com"), ("registry-token",)),
    (pull("https://eu.gcr.io/x", "europe-docker.pkg.dev"), ("registry-token",)),
    (typed("kubernetes.io/dockercfg", **{".dockercfg": '{"a.azurecr.io": {}}'}), ("registry-token",)),
    (typed("Opaque", **{".dockerconfigjson": CANARY}), ()),
    (secret(rest=f"immutable: true\n{VALUE}"), ("immutable",)),
    (secret(rest=f"immutable: false\n{VALUE}"), ()),
    (note("helm.sh/hook", "pre-install"), ("hook",)),
    (note("argocd.argoproj.io/hook", "PreSync"), ("hook",)),
    (note("a", "'{{ b }}'"), ("template-text",)),
    (note("helm.sh/resource-policy", "keep"), ()),
    (secret(rest="stringData: {a: 'p-${DB_PASSWORD:=x}'}\n"), ("substitution",)),
    (secret(rest="stringData: {a: '$x $(y) ${1} ${'}\n"), ()),
    (secret(rest=f"data: {{a: {base64.b64encode(b'${a}').decode()}}}\n"), ()),
    (note("sealedsecrets.bitnami.com/managed", "'false'"), ()),
    (note("cert-manager.io/issuer", "a"), ()),
    (label("strimzi.io/cluster", "a"), ()),
    (secret("name: db\n  ownerReferences: []"), ()),
    (note("kustomize.config.k8s.io/behavior", "create"), ()),
    (secret("name: db\n  uid: 1-2\n  resourceVersion: '5'\n  finalizers: [a/b]"), ()),
    (secret(rest="stringData: {sops: a, path: '<path>'}\n"), ()),
    (secret(rest=f"data: {{a: '{base64.b64encode(b'x' * ((1 << 20) - 1)).decode()}', b: eA==}}\n"), ()),
]
# fmt: on


def surveyed(text: str) -> Surveyed:
    [found] = survey_source(Source("a.yaml", text), lambda _: True)
    return found


@pytest.mark.parametrize(("text", "slug"), REFUSED)
def test_what_must_stay_is_refused_with_an_alternative(text: str, slug: str) -> None:
    found = surveyed(text)
    assert found.error is None
    assert found.facts is None
    assert found.refused is not None
    assert found.refused.slug == slug
    assert found.refused.reason
    assert found.refused.alternative
    assert CANARY not in "".join(found.refused)


@pytest.mark.parametrize(("text", "slugs"), CONVERTED)
def test_what_looks_like_it_is_converted(text: str, slugs: tuple[str, ...]) -> None:
    found = surveyed(text)
    assert found.error is None
    assert found.refused is None
    assert found.facts is not None
    assert tuple(remark.slug for remark in found.remarks) == slugs
    assert CANARY not in "".join(f"{remark.reason}{remark.alternative}" for remark in found.remarks)
