"""Which fields name a Secret, and how; and what only looks like it."""
# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

import pytest
from unit.convert.graph.graphs import deployment, objects, used

from sealwright.convert.graph.finder import uses_in
from sealwright.convert.graph.use import How


def pod(spec: str, kind: str = "Pod", way: str = "spec") -> str:
    *above, last = way.split(".")
    opened = "".join(f"{{{part}: " for part in (*above, last))
    return f"kind: {kind}\nmetadata: {{name: a, namespace: shop}}\nbody: x\n{opened[1:]}{spec}{'}' * len(above)}\n"


def custom(fields: str, version: str = "example.com/v1", kind: str = "Thing") -> str:
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a, namespace: shop}}\nspec: {{{fields}}}\n"


NO_USES = [
    "",
    "just text",
    custom("secretStoreRef: {kind: SecretStore, name: aws}"),
    custom("secretName: ''"),
    custom("secretName: null, secretRef: {name: ~}, imagePullSecrets: [], existingSecret: false"),
    custom("secretKey: password, existingSecretPasswordKey: password, secretNamespace: shop"),
    custom("clientSecret: 'Not/A name, but a value'"),
    custom("configMapKeyRef: {name: a, key: b}, configMap: {name: a, key: b}"),
    custom("certificateRefs: [{kind: ConfigMap, name: a}], secretRef: {kind: ConfigMap, name: a}"),
    custom("patches: [{target: {kind: Secret, name: a}}]"),
    custom("secretName: a-tls", "cert-manager.io/v1", "Certificate"),
    "kind: Secret\nstringData: {existingSecret: a, secretName: b}\n",
    "kind: SealedSecret\nspec: {encryptedData: {secret: abc}}\n",
    "kind: CustomResourceDefinition\nspec: {secretName: a}\n",
    "kind: Thing\nspec: {secretName: '{{ .Values.name }}'}\n",
    "kind: ConfigMap\ndata:\n  notes: |\n    the secret: is {{ not here\n",
]


@pytest.mark.parametrize("text", NO_USES)
def test_what_names_no_secret(text: str) -> None:
    assert used(text) == []


USES = [
    (pod("{containers: [{env: [{name: A, valueFrom: {secretKeyRef: {name: db, key: k}}}]}]}"), "env", "shop/db['k']"),
    (pod("{initContainers: [{envFrom: [{prefix: X_, secretRef: {name: db}}]}]}"), "envFrom", "shop/db"),
    (pod("{volumes: [{name: v, secret: {secretName: db}}]}"), "volume", "shop/db"),
    (pod("{volumes: [{secret: {secretName: db, items: [{key: a, path: x}, {key: b, path: y}]}}]}"), "volume", "shop/db['a', 'b']"),
    (pod("{volumes: [{projected: {sources: [{secret: {name: db, items: [{key: a, path: b}]}}]}}]}"), "projected", "shop/db['a']"),
    (pod("{imagePullSecrets: [{name: pull}]}"), "imagePullSecrets", "shop/pull"),
    (pod("{volumes: [{csi: {driver: x, nodePublishSecretRef: {name: db}}}]}"), "other", "shop/db"),
    (pod("{volumes: [{csi: {driver: secrets-store.csi.k8s.io, nodePublishSecretRef: {name: db}}}]}"), "bootstrap", "shop/db"),
    (pod("{volumes: [{azureFile: {secretName: db}}]}"), "other", "shop/db"),
    ("kind: ServiceAccount\nmetadata: {name: a}\nimagePullSecrets: [{name: pull}]\n", "imagePullSecrets", "/pull"),
    ("kind: ServiceAccount\nmetadata: {name: a}\nsecrets: [{name: token}]\n", "other", "/token"),
    (custom("tls: [{hosts: [a], secretName: web}]", "networking.k8s.io/v1", "Ingress"), "tls", "shop/web['tls.crt', 'tls.key']"),
    (custom("listeners: [{tls: {certificateRefs: [{name: web}]}}]", "gateway.networking.k8s.io/v1", "Gateway"), "tls", "shop/web['tls.crt', 'tls.key']"),
    (custom("listeners: [{tls: {certificateRefs: [{kind: Secret, name: web, namespace: certs}]}}]"), "tls", "certs/web"),
    (custom("servers: [{tls: {credentialName: web}}]", "networking.istio.io/v1", "Gateway"), "tls", "shop/web['tls.crt', 'tls.key']"),
    (custom("tls: {secretName: web}", "traefik.io/v1alpha1", "IngressRoute"), "tls", "shop/web"),
    (custom("basicAuth: {secret: users}", "traefik.io/v1alpha1", "Middleware"), "other", "shop/users"),
    (custom("acme: {privateKeySecretRef: {name: acme}}", "cert-manager.io/v1", "ClusterIssuer"), "other", "/acme"),
    (custom("ca: {secretName: ca}", "cert-manager.io/v1", "Issuer"), "other", "shop/ca"),
    (custom("provider: {aws: {auth: {secretRef: {accessKeyIDSecretRef: {name: aws, key: id}}}}}", "external-secrets.io/v1", "SecretStore"), "bootstrap", "shop/aws['id']"),
    (custom("provider: {vault: {caProvider: {type: Secret, name: ca, key: ca.crt, namespace: es}}}", "external-secrets.io/v1", "ClusterSecretStore"), "bootstrap", "es/ca['ca.crt']"),
    (custom("selector: {secret: {name: db}}", "external-secrets.io/v1alpha1", "PushSecret"), "other", "shop/db"),
    (custom("csi: {driver: x, nodeStageSecretRef: {name: a, namespace: kube-system}}", "v1", "PersistentVolume"), "other", "kube-system/a"),
    ("kind: StorageClass\nparameters: {csi.storage.k8s.io/provisioner-secret-name: a, csi.storage.k8s.io/provisioner-secret-namespace: rook}\n", "other", "rook/a"),
    (custom("valuesFrom: [{kind: Secret, name: v, valuesKey: values.yaml}]", "helm.toolkit.fluxcd.io/v2", "HelmRelease"), "other", "shop/v['values.yaml']"),
    (custom("decryption: {provider: sops, secretRef: {name: age}}", "kustomize.toolkit.fluxcd.io/v1", "Kustomization"), "bootstrap", "shop/age"),
    (custom("postBuild: {substituteFrom: [{kind: Secret, name: vars}]}", "kustomize.toolkit.fluxcd.io/v1", "Kustomization"), "bootstrap", "shop/vars"),
    (custom("secretRef: {name: git}", "source.toolkit.fluxcd.io/v1", "GitRepository"), "bootstrap", "shop/git"),
    (custom("secretRef: {name: hook}", "notification.toolkit.fluxcd.io/v1", "Receiver"), "other", "shop/hook"),
    (custom("endpoints: [{basicAuth: {username: {name: a, key: user}}}]", "monitoring.coreos.com/v1", "ServiceMonitor"), "other", "shop/a['user']"),
    (custom("additionalScrapeConfigs: {name: scrape, key: prometheus.yaml}"), "other", "shop/scrape['prometheus.yaml']"),
    (custom("secrets: [etcd]"), "other", "shop/etcd"),
    (custom("auth: {existingSecret: db}"), "other", "shop/db"),
    (custom("token: {fromSecret: {secretName: db, secretKey: k}}"), "other", "shop/db['k']"),
    (custom("bootstrap: {initdb: {secret: {name: '${APP}-db'}}}"), "other", "shop/${APP}-db"),
    ("kind: Ingress\nmetadata: {annotations: {nginx.ingress.kubernetes.io/auth-secret: auth/users}}\n", "other", "auth/users"),
    ("kind: Role\nmetadata: {namespace: a}\nrules: [{resources: [secrets], resourceNames: [db], verbs: [get]}]\n", "other", "a/db"),
    ("- {op: add, path: /spec/tls/0/secretName, value: web}\n", "other", "/web"),
    ("- {op: replace, path: /spec/template/spec/containers/0/envFrom/0/secretRef/name, value: db}\n", "other", "/db"),
    ("- op: add\n  path: /spec/template/spec/containers/0/env/-\n  value: {valueFrom: {secretKeyRef: {name: db, key: k}}}\n", "env", "/db['k']"),
    ("image: {pullSecrets: [pull]}\n", "imagePullSecrets", "/pull"),
    (custom("values: {auth: {existingSecret: db}}, targetNamespace: prod", "helm.toolkit.fluxcd.io/v2", "HelmRelease"), "other", "prod/db"),
    (custom('destination: {namespace: prod}, source: {helm: {values: "auth:\\n  existingSecret: db\\n"}}', "argoproj.io/v1alpha1", "Application"), "other", "prod/db"),
    ("kind: ConfigMap\nmetadata: {namespace: a}\ndata:\n  x.yaml: |\n    kind: Ingress\n    spec: {tls: [{secretName: web}]}\n", "tls", "/web['tls.crt', 'tls.key']"),
    ("kind: ConfigMap\ndata:\n  x: |\n    spec:\n      {{- if .a }}\n      secretName: web\n      {{ else -}}\n      b: c\n      {{- end }}\n", "other", "/web"),
    ("kind: A\nx: &x {secretRef: {name: db}}\n", "other", "/db"),
    ("kind: List\nitems: [{kind: A, metadata: {namespace: b}, spec: {secretName: db}}]\n", "other", "b/db"),
    ("kind: A\nmetadata: {namespace: a}\nbody: {apiVersion: v1, kind: B, metadata: {namespace: b}, secretName: db}\n", "other", "b/db"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "how", "what"), USES)
def test_what_names_one(text: str, how: str, what: str) -> None:
    assert used(text) == [(how, what)]


def test_anchors_and_merge_keys_are_followed_to_every_place() -> None:
    text = "kind: A\nx: &x {secretRef: {name: db}}\ny: *x\nz: {<<: *x, other: 1}\nloop: &loop [*loop]\n"
    [item] = objects(text)
    assert [(use.name, use.field) for use in uses_in(item)] == [
        ("db", "x.secretRef"),
        ("db", "y.secretRef"),
        ("db", "z.secretRef"),
    ]


KINDS = [
    ("v1", "Pod", "spec"),
    ("apps/v1", "Deployment", "spec.template.spec"),
    ("apps/v1", "StatefulSet", "spec.template.spec"),
    ("apps/v1", "DaemonSet", "spec.template.spec"),
    ("apps/v1", "ReplicaSet", "spec.template.spec"),
    ("v1", "ReplicationController", "spec.template.spec"),
    ("batch/v1", "Job", "spec.template.spec"),
    ("batch/v1", "CronJob", "spec.jobTemplate.spec.template.spec"),
    ("v1", "PodTemplate", "template.spec"),
    ("argoproj.io/v1alpha1", "Rollout", "spec.template.spec"),
    ("serving.knative.dev/v1", "Service", "spec.template.spec"),
    ("example.com/v1", "Thing", "spec.podTemplate.spec"),
]


@pytest.mark.parametrize(("version", "kind", "way"), KINDS)
def test_the_pod_and_the_container_of_a_use(version: str, kind: str, way: str) -> None:
    spec = (
        "{containers: [{name: c, env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: k, optional: true}}}]}], "
        "volumes: [{name: v, secret: {secretName: b}}], imagePullSecrets: [{name: p}]}"
    )
    for part in reversed(way.split(".")):
        spec = f"{{{part}: {spec}}}"
    [item] = objects(f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x}}\n{spec[1:-1]}\n")
    text = item.document.source.text
    uses = {use.name: use for use in uses_in(item)}
    pods = {id(use.pod) for use in uses.values()}
    assert len(pods) == 1
    [spec_node] = {use.pod for use in uses.values()}
    assert spec_node is not None
    assert text[spec_node.start : spec_node.end].startswith("{containers:")
    container = uses["a"].container
    assert container is not None
    assert text[container.start : container.end].startswith("{name: c")
    assert uses["a"].optional
    assert uses["a"].how is How.ENV
    assert all(text[node.start : node.end] == name for name, use in uses.items() if (node := use.name_node) is not None)


@pytest.mark.parametrize(
    "text",
    [
        custom("containers: [{env: [{valueFrom: {secretKeyRef: {name: db, key: k}}}]}]", kind="Prometheus"),
        "- op: add\n  path: /spec/template/spec/imagePullSecrets\n  value: [{name: db}]\n",
        custom('values: "containers:\\n- envFrom:\\n  - secretRef: {name: db}\\n"'),
    ],
)
def test_what_is_no_real_pod_is_not_given_as_one(text: str) -> None:
    [use] = [use for item in objects(text) for use in uses_in(item)]
    assert use.name == "db"
    assert use.pod is None


def test_the_place_of_a_use_in_the_object() -> None:
    [item] = objects(deployment("db", "shop"))
    [use] = uses_in(item, "other")
    assert use.field == "spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef"
    assert use.namespace == "shop"
    [item] = objects(deployment("db"))
    assert [use.namespace for use in uses_in(item, "other")] == ["other"]


@pytest.mark.parametrize(
    "text",
    [
        "kind: A\na0: &a0 {secretRef: {name: db}}\n"
        + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)),
        "kind: A\nb: &b\n" + "".join(f"  k{n}: {{}}\n" for n in range(3000)) + "l:\n" + "- {<<: *b, x: 1}\n" * 3000,
    ],
    ids=["aliases", "merge keys"],
)
def test_what_expands_without_end_has_one(text: str) -> None:
    assert sum(1 for item in objects(text) for _ in uses_in(item)) < 100_000  # or it would not end
