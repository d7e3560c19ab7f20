"""Which uses and makers belong to which Secret: by name, namespace, and what kustomizations and Flux say."""
# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

import pytest
from unit.convert.graph.graphs import deployment, graph, objects, secret

from sealwright.convert.graph.bootstrap import bootstrap_reason, cautions, other_makers
from sealwright.convert.graph.finder import Graph
from sealwright.manifest.resource import Resource

KUSTOMIZATION = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
STORE = (
    "apiVersion: external-secrets.io/v1\nkind: ClusterSecretStore\nmetadata: {name: s}\n"
    "spec: {provider: {aws: {auth: {secretRef: {accessKeyIDSecretRef: {name: db, key: password}}}}}}\n"
)


def flux(path: str, target: str = "", more: str = "") -> str:
    return (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: k, namespace: flux-system}\n"
        f"spec: {{path: {path}{f', targetNamespace: {target}' if target else ''}{more}}}\n"
    )


def kustomization(*resources: str, more: str = "") -> str:
    return f"{KUSTOMIZATION}resources: [{', '.join(resources)}]\n{more}"


def consumers(files: dict[str, str], namespace: str, path: str) -> list[str]:
    return [use.consumer.document.source.path for use in graph(files).uses(namespace, "db", path)]


@pytest.mark.parametrize(
    ("of_secret", "of_consumer", "found"),
    [("a", "a", True), ("a", "b", False), ("", "a", True), ("a", "", True), ("", "", True)],
)
def test_a_namespace_that_nobody_says_matches_every_other(of_secret: str, of_consumer: str, found: bool) -> None:
    files = {"x/s.yaml": secret("db", of_secret), "y/d.yaml": deployment("db", of_consumer)}
    assert bool(consumers(files, of_secret, "x/s.yaml")) is found
    assert not graph(files).uses(of_secret, "other", "x/s.yaml")


def test_a_kustomization_says_the_namespace_of_what_it_includes() -> None:
    files = {
        "a/kustomization.yaml": kustomization("s.yaml", "d.yaml", more="namespace: a\n"),
        "a/s.yaml": secret("db"),
        "a/d.yaml": deployment("db"),
        "b/kustomization.yaml": kustomization("d.yaml", more="namespace: b\n"),
        "b/d.yaml": deployment("db"),
        "c/d.yaml": deployment("db"),
        "store.yaml": STORE,
    }
    assert consumers(files, "", "a/s.yaml") == ["a/d.yaml", "c/d.yaml", "store.yaml"]


def test_of_two_overlays_both_namespaces_count_and_the_outer_one_wins() -> None:
    files = {
        "base/kustomization.yaml": kustomization("s.yaml", more="namespace: base\n"),
        "base/s.yaml": secret("db"),
        "prod/kustomization.yaml": kustomization("../base", more="namespace: prod\n"),
        "dev/kustomization.yaml": kustomization("../base", more="namespace: dev\n"),
        **{f"{name}.yaml": deployment("db", name) for name in ("base", "prod", "dev")},
    }
    assert consumers(files, "", "base/s.yaml") == ["prod.yaml", "dev.yaml"]


def test_flux_says_the_namespace_by_folder() -> None:
    files = {
        "clusters/a.yaml": flux("./apps/a", "a"),
        "apps/a/kustomization.yaml": kustomization("s.yaml"),
        "apps/a/s.yaml": secret("db"),
        "clusters/c.yaml": flux("apps/c", "c"),
        "apps/c/deep/d.yaml": deployment("db"),
        **{f"{name}.yaml": deployment("db", name) for name in ("a", "b")},
    }
    assert consumers(files, "", "apps/a/s.yaml") == ["a.yaml"]
    assert consumers({**files, "x.yaml": secret("db", "c")}, "c", "x.yaml") == ["apps/c/deep/d.yaml"]


def test_kustomizations_in_a_circle_are_asked_without_end() -> None:
    files = {
        "a/kustomization.yaml": kustomization("../b", "s.yaml"),
        "b/kustomization.yaml": kustomization("../a", "d.yaml"),
        "a/s.yaml": secret("db"),
        "b/d.yaml": deployment("db"),
    }
    assert consumers(files, "", "a/s.yaml") == ["b/d.yaml"]


def reason_of(text: str, files: dict[str, str] | None = None) -> str:
    [item] = objects(text, "s.yaml")
    reason = bootstrap_reason(item, graph({"s.yaml": text, **(files or {})}))
    return f"{reason.message} / {reason.hint}" if reason else ""


OPERATOR = deployment("db", "shop").replace("example.com/api", "ghcr.io/external-secrets/external-secrets:v2.9.0")
BOOTSTRAP = [
    (secret("db", "shop"), {"d.yaml": deployment("db", "shop")}, ""),
    (secret("db", "shop"), {"s2.yaml": STORE.replace("name: db", "name: db, namespace: other")}, ""),
    (secret("db", "shop"), {"store.yaml": STORE}, "ClusterSecretStore s opens its store with it"),
    (secret("db", "shop"), {"d.yaml": OPERATOR}, "Deployment shop/api fetches the values of all others"),
    (secret("db", more=", labels: {argocd.argoproj.io/secret-type: repository}"), {}, "Argo CD reads it"),
    (secret("k", more=", labels: {sealedsecrets.bitnami.com/sealed-secrets-key: active}"), {}, "a key of the Sealed Secrets"),
    (secret("db", "flux-system"), {"k.yaml": flux("a", more=", decryption: {secretRef: {name: db}}")}, "decrypts other files"),
    (
        secret("db", "flux-system"),
        {"k.yaml": flux("a", more=", postBuild: {substituteFrom: [{kind: Secret, name: db}]}")},
        "a Kustomization with `wait: true`",
    ),
    (
        secret("db", "flux-system"),
        {"g.yaml": "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: g}\nspec: {secretRef: {name: db}}\n"},
        "needs it before anything can be fetched",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "files", "said"), BOOTSTRAP)
def test_what_must_be_there_before_any_store(text: str, files: dict[str, str], said: str) -> None:
    found = reason_of(text, files)
    assert said in found
    assert bool(said) is bool(found)
    assert "tide.88" not in found


@pytest.mark.parametrize(
    ("consumer", "said"),
    [
        (deployment("db"), []),
        (deployment("db", key="user"), ["asks for key user, which the Secret does not have"]),
        (deployment("db", key="user").replace("key: user", "key: user, optional: true"), []),
        (deployment("db", more="  annotations: {argocd.argoproj.io/hook: Sync}\n"), []),
        (deployment("db", more="  annotations: {argocd.argoproj.io/hook: PreSync}\n"), ["is a PreSync hook"]),
        (
            deployment("db", more='  annotations: {helm.sh/hook: "post-install,pre-upgrade"}\n'),
            ["is a pre-upgrade hook"],
        ),
    ],
)
def test_what_to_know_before(consumer: str, said: list[str]) -> None:
    text = secret("db")
    [item] = objects(text, "s.yaml")
    found = [reason.message for reason in cautions(item, graph({"s.yaml": text, "d.yaml": consumer}), {"password"})]
    assert len(found) == len(said)
    assert all(part in message for part, message in zip(said, found, strict=True))


def rivals(files: dict[str, str], path: str) -> list[tuple[bool, bool]]:
    """(surely, is it a patch) of what else makes or changes the first Secret of a file."""
    everything: dict[str, list[Resource]] = {name: objects(text, name) for name, text in files.items()}
    whole = Graph.of(item for items in everything.values() for item in items)
    found = other_makers(everything[path][0], whole)
    assert all(rival.reason.message for rival in found)
    return [(rival.surely, rival.is_patch) for rival in found]


def made(kind: str, fields: str, version: str = "example.com/v1", name: str = "x") -> str:
    return (
        f"---\napiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{{fields}}}\n"
    )


MAKERS = [
    made("ExternalSecret", "data: []", name="db"),
    made("ExternalSecret", "target: {name: db}"),
    made("SealedSecret", "encryptedData: {}", name="db"),
    made("SealedSecret", "template: {metadata: {name: db}}"),
    made("Certificate", "secretName: db"),
    made("SecretProviderClass", "secretObjects: [{secretName: other}, {secretName: db}]"),
    made("VaultStaticSecret", "destination: {name: db}"),
    made("SopsSecret", "secretTemplates: [{name: db}]"),
    made("Instance", "writeConnectionSecretToRef: {name: db, namespace: shop}"),
    made("ClusterPolicy", "rules: [{generate: {kind: Secret, name: db, namespace: '{{ns}}'}}]"),
    "---\nkind: Ingress\nmetadata: {name: x, namespace: shop, annotations: {cert-manager.io/issuer: a}}\nspec: {tls: [{secretName: db}]}\n",
    f"---\n{KUSTOMIZATION}secretGenerator: [{{name: db, literals: [a=b]}}]\n",
    f"---\n{secret('db', 'shop')}",
]


@pytest.mark.parametrize("other", MAKERS)
def test_two_objects_that_make_one_secret(other: str) -> None:
    assert rivals({"s.yaml": secret("db", "shop") + other}, "s.yaml") == [(True, False)]
    assert rivals({"s.yaml": secret("none", "shop") + other}, "s.yaml") == []


def test_the_same_name_in_another_overlay_or_namespace_is_no_certain_rival() -> None:
    assert rivals({"dev/s.yaml": secret("db"), "prod/s.yaml": secret("db")}, "dev/s.yaml") == [(False, False)]
    assert rivals({"a/s.yaml": secret("db", "a"), "a/t.yaml": secret("db", "b")}, "a/s.yaml") == []
    together = {"kustomization.yaml": kustomization("dev", "prod")}
    folders = {f"{name}/kustomization.yaml": kustomization("s.yaml") for name in ("dev", "prod")}
    files = {"dev/s.yaml": secret("db"), "prod/s.yaml": secret("db"), **folders}
    assert rivals(files, "dev/s.yaml") == [(False, False)]
    assert rivals({**files, **together}, "dev/s.yaml") == [(True, False)]


PATCHED = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {a: b}\n"


@pytest.mark.parametrize(
    ("patches", "found"),
    [
        ("patches: [{path: p.yaml, target: {kind: Deployment}}]\n", []),
        ("patches: [{patch: '[]', target: {kind: Secret, name: other}}]\n", []),
        ("patches: [{patch: '[]', target: {labelSelector: a=b}}]\n", []),
        ("patches: [{patch: '[]', target: {kind: Secret}}]\n", [(True, True)]),
        ("patches: [{patch: '[]', target: {kind: Secret, name: d.*}}]\n", [(True, True)]),
        ("patches: [{patch: '[]', target: {kind: Secret, name: '(['}}]\n", [(True, True)]),
        ("patchesJson6902: [{path: p.json, target: {version: v1, kind: Secret, name: db}}]\n", [(True, True)]),
        ("patches:\n- patch: |\n" + "".join(f"    {line}\n" for line in PATCHED.splitlines()), [(True, True)]),
        ("patchesStrategicMerge: [s-patch.yaml]\n", [(True, True)]),
    ],
)
def test_patches_of_a_secret(patches: str, found: list[tuple[bool, bool]]) -> None:
    files = {
        "base/kustomization.yaml": kustomization("s.yaml"),
        "base/s.yaml": secret("db"),
        "prod/kustomization.yaml": kustomization("../base", more=patches),
        "elsewhere/kustomization.yaml": kustomization(more="patches: [{patch: '[]', target: {kind: Secret}}]\n"),
    }
    if "s-patch" in patches:
        files["prod/s-patch.yaml"] = PATCHED
    assert rivals(files, "base/s.yaml") == found


@pytest.mark.parametrize("expression", ["(a*)*b", "(aa|a)" * 40 + "b", "a?" * 60 + "a" * 60, ".*" * 20 + "b"])
def test_no_expression_of_a_target_holds_the_graph_up(expression: str) -> None:
    """A backtracking engine would take 2**40 steps and more for these."""
    patches = f"patches: [{{patch: '[]', target: {{kind: Secret, name: '{expression}'}}}}]\n"
    names = "".join(f"---\n{secret('a' * 50 + str(number))}" for number in range(20))
    files = {
        "base/kustomization.yaml": kustomization("s.yaml"),
        "base/s.yaml": names,
        "prod/kustomization.yaml": kustomization("../base", more=patches),
    }
    assert rivals(files, "base/s.yaml") == []
