"""Credentials in the values of charts: exchanged where all is certain, reported with the reason where not."""
# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

import difflib

import pytest

from sealwright.convert.helm.local import LocalChart
from sealwright.convert.helm.rewire import Exchange, after, exchanges, left
from sealwright.convert.helm.sites import Site, Sources, sites
from sealwright.convert.proof import prove
from sealwright.manifest.documents import Document, read_documents
from sealwright.manifest.nodes import Mapping
from sealwright.manifest.resource import resources
from sealwright.manifest.source import Source
from sealwright.rewrite.edit import apply_edits

BITNAMI = "https://charts.bitnami.com/bitnami"
REPOSITORY = "---\nkind: HelmRepository\nmetadata: {{name: charts, namespace: flux-system}}\nspec: {{url: {url}}}\n"


def release(values: str, chart: str = "postgresql", url: str = BITNAMI, more: str = "") -> str:
    """A HelmRelease with values in block style, and its repository."""
    indented = "".join(f"    {line}\n" for line in values.splitlines())
    return (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: shop\n  namespace: prod\nspec:\n"
        f"  chart:\n    spec:\n      chart: {chart}\n      sourceRef: {{kind: HelmRepository, name: charts, namespace: flux-system}}\n"
        f"{more}  values:\n{indented}{REPOSITORY.format(url=url)}"
    )


def application(values: str, more: str = "") -> str:
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop, namespace: argocd}\n"
        f"spec:\n  destination: {{namespace: prod}}\n  source:\n    repoURL: {BITNAMI}\n    chart: postgresql\n"
        f"    helm:\n{more}      valuesObject:\n" + "".join(f"        {line}\n" for line in values.splitlines())
    )


def found(text: str, path: str = "a.yaml") -> list[tuple[Site, list[Document]]]:
    documents = list(read_documents(Source(path, text)))
    items = [item for document in documents for item in resources(document)]
    known = Sources(items)
    return [(site, documents) for item in items for site in sites(item, known)]


def exchanged(text: str) -> tuple[Exchange | None, str, list[str]]:
    """The exchange of the one site in a text, the text afterwards (proved), and why values are left."""
    [(site, documents)] = found(text)
    found_here = exchanges(site)
    changed = text
    for one in found_here:
        changed = apply_edits(text, one.edits)
        prove(site.resource.document.source, documents, {id(site.resource.node): after(site.resource, [one])}, changed)
    return next(iter(found_here), None), changed, [item.reason for item in left(site)]


def values_of(done: Exchange) -> dict[str, str]:
    return {value.key: value.plaintext.reveal().decode() for value in done.facts.values}


def changed(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


def test_the_values_go_and_the_name_comes() -> None:
    text = release(
        "auth:\n  # the owner\n  username: shop\n  password: tide.88  # rotate\n  postgresPassword: 'other.99'\n  database: shop"
    )
    done, after, reasons = exchanged(text)
    assert done is not None
    assert (done.facts.namespace, done.facts.name, done.facts.type) == ("prod", "shop-auth", "Opaque")
    assert values_of(done) == {"postgres-password": "other.99", "password": "tide.88"}
    assert done.fields == ("spec.values.auth.postgresPassword", "spec.values.auth.password")
    assert reasons == []
    assert changed(text, after) == [
        "-       password: tide.88  # rotate",
        '+       password: ""  # rotate',
        "-       postgresPassword: 'other.99'",
        '+       postgresPassword: ""',
        "+       existingSecret: shop-auth",
    ]
    again, same, _ = exchanged(after)
    assert (again, same) == (None, after)


AUTH = "auth:\n  username: shop\n  password: tide.88\n  postgresPassword: other.99\n"
EXCHANGED = [
    (release("auth:\n  postgresPassword: a.1\n"), {"postgres-password": "a.1"}),
    (release("auth: {postgresPassword: a.1}\n"), {"postgres-password": "a.1"}),
    (release("auth:\n  existingSecret: ''\n  postgresPassword: a.1\n"), {"postgres-password": "a.1"}),
    (release("auth:\n  postgresPassword: a.1\n  secretKeys:\n    adminPasswordKey: root\n"), {"root": "a.1"}),
    (release("auth:\n  username: shop\n  password: a.1\n  enablePostgresUser: false\n"), {"password": "a.1"}),
    (release(AUTH, url="oci://registry-1.docker.io/bitnamicharts"), {"password": "tide.88", "postgres-password": "other.99"}),
    (release("auth:\n  rootPassword: a.1\n", "mysql"), {"mysql-root-password": "a.1"}),
    (release("auth:\n  rootPassword: a.1\n  username: u\n  password: b.2\n", "mariadb"), {"mariadb-root-password": "a.1", "mariadb-password": "b.2"}),
    (release("auth:\n  password: a.1\n", "redis"), {"redis-password": "a.1"}),
    (release("auth:\n  rootUser: admin\n  rootPassword: a.1\n", "minio"), {"root-user": "admin", "root-password": "a.1"}),
    (release("auth:\n  rootPassword: a.1\narchitecture: replicaset\n  \n".replace("\n  \n", "\n"), "mongodb"), None),
    (release("auth:\n  rootPassword: a.1\n  replicaSetKey: b.2\narchitecture: replicaset\n", "mongodb"), {"mongodb-root-password": "a.1", "mongodb-replica-set-key": "b.2"}),
    (release("adminUser: me\nadminPassword: a.1\n", "grafana", "https://grafana.github.io/helm-charts"), {"admin-user": "me", "admin-password": "a.1"}),
    (
        release("grafana:\n  adminUser: me\n  adminPassword: a.1\n  admin:\n    passwordKey: pw\n", "kube-prometheus-stack", "https://prometheus-community.github.io/helm-charts"),
        {"admin-user": "me", "pw": "a.1"},
    ),
    (application(AUTH), {"password": "tide.88", "postgres-password": "other.99"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "values"), EXCHANGED)
def test_charts_that_are_known(text: str, values: dict[str, str] | None) -> None:
    done, after, reasons = exchanged(text)
    assert (values_of(done) if done else None) == values
    if done:
        assert reasons == []
        assert done.facts.namespace == "prod"
        assert all(value not in after for value in (values or {}).values() if "." in value)


KEPT = [
    (release(AUTH, url="https://charts.example.com"), "not known how its chart"),
    (release(AUTH, "other"), "not known how its chart"),
    (release(AUTH).replace("name: charts, namespace: flux-system}\nspec", "name: others}\nspec"), "not known how its chart"),
    (release(f"postgresql:\n  {AUTH}".replace("\n  ", "\n    "), "shop"), "not known how its chart"),
    (release(AUTH, more="  valuesFrom: [{kind: ConfigMap, name: a}]\n"), "`valuesFrom` adds values"),
    (release(AUTH, more="  postRenderers: [{kustomize: {}}]\n"), "`postRenderers` change"),
    (release("auth:\n  username: shop\n  password: tide.88\n"), "`postgresPassword`, too"),
    (release("auth:\n  password: tide.88\n"), "without `auth.username`"),
    (release(AUTH + "architecture: replication\n"), "`replicationPassword`, too"),
    (release(AUTH + "global: {postgresql: {auth: {username: x}}}\n"), "`global.postgresql` changes"),
    (release(AUTH + "serviceBindings: {enabled: true}\n"), "`serviceBindings.enabled` changes"),
    (release(AUTH + "  existingSecret: mine\n"), "names a Secret already"),
    (release(AUTH + "  secretKeys: {adminPasswordKey: 'a key'}\n"), "no key that a Secret could have"),
    (release(AUTH + "  secretKeys: {adminPasswordKey: password}\n"), "would have one key"),
    (release(AUTH.replace("tide.88", "88")), "not a plain string"),
    (release(AUTH.replace("tide.88", "|\n    tide.88")), "not a plain string"),
    (release(AUTH.replace("tide.88", "&a tide.88")), "not a plain string"),
    (release(AUTH.replace("tide.88", "${PASSWORD}")), "made by a template"),
    (release(AUTH.replace("username", "password: twice\n  username")), "its text cannot be kept"),
    (release("auth: {username: shop, password: a.1, # why\n  postgresPassword: b.2}\n"), "its text cannot be kept"),
    (release("auth:\n  rootPassword: a.1\n", "minio"), "`rootUser`, too"),
    (application(AUTH, "      parameters: [{name: a, value: b}]\n"), "`parameters` adds values"),
    ("kind: Kustomization\nhelmCharts: [{name: postgresql, valuesInline: {auth: {password: tide.88}}}]\n", "reported only"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), KEPT)
def test_what_is_not_certain_stays_and_is_reported(text: str, reason: str) -> None:
    done, after, reasons = exchanged(text)
    assert done is None
    assert after == text
    assert reasons
    assert all(reason in said for said in reasons)
    assert not any("tide" in said for said in reasons)


def test_a_file_of_values_is_reported_with_its_places() -> None:
    text = "image: x\npostgresql:\n  auth:\n    password: tide.88\n    existingSecret: ''\n    passwordKey: password\ntoken: null\n"
    [(site, _)] = found(text, "charts/shop/values-prod.yaml")
    [item] = left(site)
    line = site.resource.document.source.position(item.node.start).line
    assert (item.field, line) == ("postgresql.auth.password", 4)
    assert "which release" in item.reason
    assert found(text, "charts/shop/other.yaml") == []


@pytest.mark.parametrize(
    ("defaults", "is_known"),
    [
        ("auth: {existingSecret: '', postgresPassword: '', password: '', replicationPassword: ''}\n", True),
        ("auth: {postgresPassword: '', password: '', replicationPassword: ''}\n", False),
        ("auth: {existingSecret: '', password: ''}\n", False),
        ("{}\n", False),
    ],
)
def test_a_chart_in_the_repository_tells_by_its_own_values(defaults: str, is_known: bool) -> None:
    [root] = [document.root for document in read_documents(Source("charts/postgresql/values.yaml", defaults))]
    assert isinstance(root, Mapping)
    for url in (BITNAMI, "https://example.com/git"):
        [(site, _)] = found(release(AUTH, "postgresql" if url == BITNAMI else "./charts/postgresql", url))
        chart = LocalChart(root, ())
        assert bool(exchanges(site, chart)) is is_known
        assert bool(list(left(site, chart))) is not is_known
