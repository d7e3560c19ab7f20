"""Secrets that cannot become SecretProviderClasses, and what people should know about those that can."""

from __future__ import annotations

import pytest
from unit.convert.secret_provider_class.converting import (
    AWS,
    AZURE,
    GCP,
    SSM,
    VAULT,
    converted,
    placed,
    reasons,
)

from sealwright import config
from sealwright.convert.secret_provider_class.capabilities import keys_to_split
from sealwright.convert.secret_provider_class.consumers import consumer_changes, torn
from sealwright.convert.secret_provider_class.conversion import conversion_of
from sealwright.convert.secret_provider_class.model import Identity
from sealwright.convert.secret_provider_class.notes import notes_on
from sealwright.convert.secret_provider_class.parameters import Objects
from sealwright.errors import ConvertError
from sealwright.stores.reference import Reference

SECRET = """\
apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: shop
data:
  a: aHVudGVyMg==
  b.c: aHVudGVyMg==
"""
POD = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  namespace: shop
spec:
  template:
    spec:
      containers:
      - name: api
        image: registry.example/api:1
        volumeMounts:
        - name: db
          mountPath: /db
      volumes:
      - name: db
        secret:
          secretName: db
"""
ENV = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  namespace: shop
spec:
  template:
    spec:
      containers:
      - name: api
        image: registry.example/api:1
        env:
        - name: A
          valueFrom:
            secretKeyRef:
              name: db
              key: a
"""
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, namespace: shop}
spec: {tls: [{secretName: db}]}
"""
GATEWAY = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: g, namespace: shop}
spec: {listeners: [{tls: {certificateRefs: [{name: db}]}}]}
"""
ACCOUNT = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: s, namespace: shop}\nimagePullSecrets: [{name: db}]\n"
CUSTOM = (
    "apiVersion: x.io/v1\nkind: Database\nmetadata: {name: d, namespace: shop}\nspec: {passwordSecretRef: {name: db}}\n"
)
STORE = """\
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: s, namespace: shop}
spec: {provider: {vault: {auth: {tokenSecretRef: {name: db, key: a}}}}}
"""
LATE = "runAsNonRoot: true"


def security(text: str) -> str:
    return POD.replace("      containers:", f"      securityContext: {{{text}}}\n      containers:")


def typed(text: str) -> str:
    return SECRET.replace("\ndata:", f"\n{text}\ndata:")


def labelled(text: str) -> str:
    return SECRET.replace("\ndata:", f"\n  annotations: {{{text}: x}}\ndata:")


ITEMS = "          secretName: db\n"
REFUSED = {
    "nobody uses it": (SECRET, "", "no pod of the repository"),
    "an Ingress": (SECRET, INGRESS, "(tls)"),
    "an Ingress beside a pod": (SECRET, f"{POD}---\n{INGRESS}", "(tls)"),
    "a Gateway": (SECRET, GATEWAY, "(tls)"),
    "a ServiceAccount": (SECRET, ACCOUNT, "images are pulled"),
    "a pod's images": (
        SECRET,
        POD.replace("      containers", "      imagePullSecrets: [{name: db}]\n      containers"),
        "pulled",
    ),
    "a custom resource": (SECRET, CUSTOM, "by itself"),
    "a store": (SECRET, STORE, "before anything can be fetched"),
    "a projected volume": (
        SECRET,
        POD.replace(
            "        secret:\n          secretName: db\n", "        projected: {sources: [{secret: {name: db}}]}\n"
        ),
        "projected",
    ),
    "an ephemeral container": (
        SECRET,
        ENV.replace("      containers:", "      containers:\n      - {name: x, image: y}\n      ephemeralContainers:"),
        "ephemeral",
    ),
    "another kind of pod": (SECRET, POD.replace("apps/v1", "x.io/v1").replace("Deployment", "Widget"), "somebody else"),
    "a patch": (SECRET, POD.replace("        image: registry.example/api:1\n", ""), "a patch"),
    "a patch of volumes": (
        SECRET,
        POD[: POD.index("      containers")] + POD[POD.index("      volumes") :],
        "a patch",
    ),
    "a template": (SECRET, POD.replace("name: api\n  namespace", "name: {{ .Values.name }}\n  namespace"), "template"),
    "a text": (
        SECRET,
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: shop}\ndata:\n  pod.yaml: |\n"
        + "".join(f"    {line}\n" for line in POD.splitlines()),
        "",
    ),
    "a key that is not there": (SECRET, ENV.replace("key: a", "key: z"), "asks for z"),
    "an item that is not there": (
        SECRET,
        POD + "          items: [{key: z, path: z}]\n",
        "which the Secret does not have",
    ),
    "two items, one path": (SECRET, POD + "          items: [{key: a, path: z}, {key: b.c, path: z}]\n", "one path"),
    "a path that leads out": (SECRET, POD + "          items: [{key: a, path: ../z}]\n", "no volume can have"),
    "a folder for AWS": (SECRET, POD + "          items: [{key: a, path: z/z}]\n", "has a folder"),
    "a mode that is none": (SECRET, POD + "          defaultMode: rw\n", "mode is not a number"),
    "a large mode": (SECRET, POD + "          defaultMode: 01000\n", "between 0 and 0777"),
    "an unknown subPath": (SECRET, POD.replace("/db\n", "/db\n          subPath: z\n"), "subPath z"),
    "a subPathExpr": (SECRET, POD.replace("/db\n", "/db\n          subPathExpr: $(A)\n"), "subPathExpr"),
    "not for this user": (SECRET, security(LATE) + "          defaultMode: 0400\n", "belongs to root"),
    "not for this number": (SECRET, security("runAsUser: 1000") + "          defaultMode: 256\n", "belongs to root"),
    "not for this group": (SECRET, security("fsGroup: 1000") + "          defaultMode: 0440\n", "belongs to root"),
    "a token": (typed("type: kubernetes.io/service-account-token"), POD, "cannot come from a store"),
    "a bootstrap token": (typed("type: bootstrap.kubernetes.io/token"), POD, "cannot come from a store"),
    "a copied Secret": (
        labelled("reflector.v1.k8s.emberstack.com/reflection-allowed"),
        POD,
        "something else than a pod",
    ),
    "one of cert-manager": (labelled("cert-manager.io/certificate-name"), POD, "something else writes it"),
    "no values": (SECRET[: SECRET.index("data:\n  a")], POD, "no values"),
    "a reserved name": (SECRET + "  ..d: eA==\n", POD, "no file can be called"),
    "a merge key": (SECRET, ENV.replace("        image:", "        <<: {tty: true}\n        image:"), "merge key"),
    "an anchor": (
        SECRET,
        POD.replace("volumeMounts:\n        -", "volumeMounts: &m\n        -") + "  other: *m\n",
        "anchor",
    ),
    "an alias": (
        SECRET,
        ENV.replace("env:", "env: &e") + "      - {name: two, image: registry.example/two:1, env: *e}\n",
        "an anchor hands on",
    ),
    "a comment in braces": (
        SECRET,
        POD.replace("secret:\n          secretName: db", "secret: {  # x\n          secretName: db}"),
        "comment",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    secret, others, message = REFUSED[case]
    found = reasons({"secret.yaml": secret, "others.yaml": others})
    assert any(message in one.message for one in found), found
    assert all(one.hint for one in found)
    assert "hunter2" not in str(found)
    assert "aHVu" not in str(found)


@pytest.mark.parametrize(
    ("settings", "identity", "message"),
    [
        (config.Store("here", "local"), Identity(), "store of kind local"),
        (VAULT, Identity(), "roleName"),
        (AZURE, Identity(), "tenantID"),
    ],
)
def test_stores(settings: config.Store, identity: Identity, message: str) -> None:
    [found] = reasons({"secret.yaml": SECRET, "pod.yaml": POD}, settings, identity)
    assert message in found.message


def test_another_namespace_is_no_use() -> None:
    [found] = reasons({"secret.yaml": SECRET, "pod.yaml": POD.replace("namespace: shop", "namespace: other")})
    assert "no pod" in found.message


def test_bytes_in_a_parameter() -> None:
    files = {"secret.yaml": SECRET + "  blob: /v8A/w==\n", "pod.yaml": POD}
    [found] = reasons(files, SSM)
    assert "blob is not text" in found.message
    assert reasons(files, AWS) == []


def test_a_parameter_in_two_files() -> None:
    twice = POD + "          items: [{key: a, path: one}, {key: a, path: two}]\n"
    files = {"secret.yaml": SECRET, "pod.yaml": twice}
    assert "each parameter once" in reasons(files, SSM)[0].message
    for settings in (AWS, GCP, VAULT):
        assert reasons(files, settings) == []


def test_two_dots_for_azure() -> None:
    files = {"secret.yaml": SECRET, "pod.yaml": POD + "          items: [{key: a, path: a..b}]\n"}
    assert "two dots" in reasons(files, AZURE)[0].message
    assert reasons(files, GCP) == []


@pytest.mark.parametrize(("size", "count"), [(65_535, 0), (65_536, 1)])
def test_what_is_too_large_to_be_synced(size: int, count: int) -> None:
    files = {"secret.yaml": f"{SECRET}stringData:\n  a: {'x' * size}\n", "pod.yaml": ENV}
    assert len(reasons(files, VAULT)) == count
    assert reasons(files | {"pod.yaml": POD}, VAULT) == []


@pytest.mark.parametrize(
    "pod",
    [
        security("runAsUser: 0") + "          defaultMode: 0400\n",
        security(LATE) + "          defaultMode: 0444\n",
        POD + "          optional: true\n          items: [{key: a, path: a}, {key: z, path: z}]\n",
        POD.replace("/db\n", "/db\n          subPath: b.c\n"),
        ENV.replace("key: a", "key: z\n              optional: true"),
        POD.replace("secretName: db", "secretName: db\n          items: []"),
    ],
)
def test_what_can_be_converted(pod: str) -> None:
    assert reasons({"secret.yaml": SECRET, "pod.yaml": pod}) == []
    converted({"secret.yaml": SECRET, "pod.yaml": pod})


def test_which_keys_stand_alone() -> None:
    made = converted({"secret.yaml": SECRET + "  blob: /v8A/w==\n", "pod.yaml": POD})
    facts = made.conversions[0].facts
    assert {store.name: set(keys_to_split(facts, store)) for store in (AWS, SSM, VAULT, GCP, AZURE)} == {
        "aws": {"blob"},
        "ssm": {"blob"},
        "vault": set(),
        "gcp": {"blob"},
        "azure": {"a", "b.c", "blob"},
    }


@pytest.mark.parametrize(("store", "reference"), [(AWS, Reference("n", "a", True)), (AZURE, Reference("n", "a"))])
def test_a_placement_that_the_provider_cannot_read(store: config.Store, reference: Reference) -> None:
    made = converted({"secret.yaml": SECRET, "pod.yaml": POD})
    files = made.conversions[0].plan.classes[0].files[:1]
    with pytest.raises(ConvertError):
        Objects({"a": reference}, store, Identity()).parameters("db", files)


def test_names_that_are_taken() -> None:
    made = converted(
        {"secret.yaml": SECRET, "pod.yaml": ENV + "---\n" + POD + "          items: [{key: a, path: a}]\n"}
    )
    facts, uses = made.conversions[0].facts, made.conversions[0].uses
    [first, other] = conversion_of(facts, uses, AWS, taken={"db-csi", "db-api"}).plan.classes
    assert (first.name, first.synced_name, other.name) == ("db", "db-csi-2", "db-api-2")


def test_notes() -> None:
    secret = typed("immutable: true")
    pod = POD.replace("/db\n", "/db\n          subPath: a\n").replace("kind: Deployment", "kind: Job")
    files = {"secret.yaml": secret, "pod.yaml": f"{pod}          optional: true\n---\n{ENV}"}
    made = converted(files)
    notes = "\n".join(notes_on(made.conversions[0], placed(made.conversions[0].facts, AWS).references))
    for part in (
        "no ServiceAccount of its own",
        "immutable",
        "syncSecret",
        "hidden file",
        "subPath",
        "delete it",
        "optional",
    ):
        assert part in notes
    named = POD.replace("      containers", "      serviceAccountName: shop\n      containers")
    assert "ServiceAccount shop must" in notes_on(converted({"s.yaml": SECRET, "p.yaml": named}).conversions[0])[0]


def test_secrets_that_one_pod_of_a_base_means_go_together_or_not_at_all() -> None:
    of_overlay = SECRET.replace("  namespace: shop\n", "")
    files = {
        "base/kustomization.yaml": "resources: [pod.yaml]\n",
        "base/pod.yaml": ENV.replace("  namespace: shop\n", ""),
        **{f"{name}/kustomization.yaml": f"resources: [../base, s.yaml]\nnamespace: {name}\n" for name in ("a", "b")},
        "a/s.yaml": of_overlay,
        "b/s.yaml": of_overlay,
    }
    assert reasons(files, VAULT, Identity(role="shop")) == []
    done = converted(files, VAULT, Identity(role="shop"))
    assert "name: db-csi" in done.files["base/pod.yaml"]
    first, second = done.conversions
    [(number, error)] = torn([first.uses]).items()
    assert (number, "b/s.yaml:1" in error.message, error.place) == (0, True, "base/pod.yaml:15:15")
    assert torn([first.uses, second.uses]) == {}
    with pytest.raises(ConvertError, match="not converted with it"):
        consumer_changes([second])


def test_a_patch_of_an_overlay_that_would_meet_the_volume_of_the_driver() -> None:
    volume = "{volumes: [{name: db, secret: {optional: true}}]}"
    patch = f"kind: Deployment\nmetadata: {{name: api}}\nspec: {{template: {{spec: {volume}}}}}\n"
    files = {
        "secret.yaml": SECRET,
        "pod.yaml": POD,
        "kustomization.yaml": "resources: [secret.yaml, pod.yaml]\n",
        "over/kustomization.yaml": "resources: [..]\npatches: [{path: patch.yaml}]\n",
        "over/patch.yaml": patch,
    }
    [found] = reasons(files)
    assert "over/kustomization.yaml:2 patches this part" in found.message
