"""Which of several Secrets of one name a pod means, and where its text must not be edited."""
# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

import pytest
from unit.convert.graph.graphs import deployment, graph, secret
from unit.convert.graph.test_graph import KUSTOMIZATION, STORE, consumers, kustomization

from sealwright.convert.graph.use import Use

VOLUME = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  template:
    spec:
      containers:
      - {name: api, image: x, volumeMounts: [{name: creds, mountPath: /a}]}
      volumes:
      - name: creds
        secret: {secretName: db, defaultMode: 256}
"""
GENERATED = "secretGenerator: [{name: db, literals: [password=tide.88]}]\n"


def use_of(files: dict[str, str], path: str, namespace: str = "") -> Use:
    [use] = graph(files).uses(namespace, "db", path)
    return use


@pytest.mark.parametrize(
    ("own", "other"),
    [
        (("clusters/prod/db.yaml", "shop"), ("clusters/staging/db.yaml", "shop")),
        (("apps/a/db.yaml", "a"), ("apps/b/db.yaml", "b")),
        (("apps/a/db.yaml", ""), ("apps/b/db.yaml", "")),
        (("clusters/prod/secrets/db.yaml", ""), ("clusters/staging/secrets/db.yaml", "")),
    ],
)
def test_a_pod_means_the_secret_that_is_nearest(own: tuple[str, str], other: tuple[str, str]) -> None:
    of_pod = own[1] if own[1] == other[1] else ""
    files = {path: secret("db", namespace) for path, namespace in (own, other)}
    for path, _ in (own, other):
        folder = path.rpartition("/")[0].removesuffix("/secrets")
        files[f"{folder}/d.yaml"] = deployment("db", of_pod)
    for path, namespace in (own, other):
        [use] = graph(files).uses(namespace, "db", path)
        assert path.startswith(use.consumer.document.source.path.removesuffix("/d.yaml"))
        assert (use.others, use.against) == ((), "")


def test_what_needs_a_secret_before_all_else_is_shown_with_each() -> None:
    files = {"a/s.yaml": secret("db"), "b/s.yaml": secret("db"), "b/store.yaml": STORE, "b/d.yaml": deployment("db")}
    assert consumers(files, "", "a/s.yaml") == ["b/store.yaml"]


@pytest.mark.parametrize(
    "files",
    [
        {"s.yaml": secret("db", "a") + "---\n" + secret("db", "b"), "d.yaml": deployment("db")},
        {"x/a/s.yaml": secret("db", "a"), "x/b/s.yaml": secret("db", "b"), "x/d.yaml": deployment("db")},
    ],
)
def test_of_two_that_are_as_near_nobody_can_say_which(files: dict[str, str]) -> None:
    path = next(iter(files))
    assert "nobody can say" in use_of(files, path, "a").against


def overlays(prod: dict[str, str], dev: dict[str, str], more: str = "") -> dict[str, str]:
    files = {"base/kustomization.yaml": kustomization("d.yaml"), "base/d.yaml": deployment("db", more=more)}
    for name, own in (("prod", prod), ("dev", dev)):
        listed = [path for path in own if path != "+"]
        files |= {f"{name}/{path}": text for path, text in own.items() if path != "+"}
        files[f"{name}/kustomization.yaml"] = kustomization(
            "../base", *listed, more=f"namespace: {name}\n{own.get('+', '')}"
        )
    return files


def test_a_pod_in_a_base_means_the_secret_of_each_overlay() -> None:
    files = overlays({"s.yaml": secret("db")}, {"s.yaml": secret("db")})
    assert use_of(files, "prod/s.yaml").others == ("dev/s.yaml:1",)
    generated = overlays({"+": GENERATED}, {"+": GENERATED})
    for thought_of in ({}, {"prod/db.yaml": secret("db"), "dev/db.yaml": secret("db")}):
        use = use_of(generated | thought_of, "prod/db.yaml")
        assert (use.others, use.against) == (("dev/kustomization.yaml:1",), "")


def test_an_overlay_without_the_secret_has_it_from_elsewhere() -> None:
    files = overlays({"s.yaml": secret("db")}, {})
    assert "it is also part of dev" in use_of(files, "prod/s.yaml").against
    del files["dev/kustomization.yaml"]
    assert use_of(files, "prod/s.yaml").against == ""


def test_overlays_of_one_base_with_the_secret_are_one() -> None:
    files = {
        "base/kustomization.yaml": kustomization("s.yaml", "d.yaml"),
        "base/s.yaml": secret("db"),
        "base/d.yaml": deployment("db"),
        "prod/kustomization.yaml": kustomization("../base", more="namespace: prod\n"),
        "dev/kustomization.yaml": kustomization("../base", more="namespace: dev\n"),
        "other/s.yaml": secret("db"),
    }
    use = use_of(files, "base/s.yaml")
    assert (use.others, use.against) == ((), "")
    assert graph(files).uses("", "db", "other/s.yaml") == ()


def merge(spec: str, name: str = "api", kind: str = "Deployment") -> str:
    text = f"{{apiVersion: apps/v1, kind: {kind}, metadata: {{name: {name}}}, spec: {{template: {{spec: {spec}}}}}}}"
    return f"patches: [{{patch: '{text}'}}]\n"


def operation(op: str, path: str, target: str = "{kind: Deployment}") -> str:
    return f"patches: [{{target: {target}, patch: '- {{op: {op}, path: {path}, value: x}}'}}]\n"


POD = "/spec/template/spec"
HARMLESS = [
    merge("{containers: [{name: api, image: y, env: [{name: A, value: b}]}]}"),
    merge("{volumes: [{name: more, emptyDir: {}}]}"),
    merge("{volumes: [{name: creds, emptyDir: {}}]}", name="web-server"),
    merge("{volumes: [{name: creds, emptyDir: {}}]}", kind="StatefulSet"),
    operation("replace", "/spec/replicas"),
    operation("add", f"{POD}/volumes/-"),
    operation("add", f"{POD}/containers/0/env/-"),
    operation("add", f"{POD}/containers/0/volumeMounts/0"),
    operation("replace", f"{POD}/containers/0/image"),
    operation("remove", f"{POD}/volumes/0", "{kind: StatefulSet}"),
    operation("remove", f"{POD}/volumes/0", "{name: web}"),
    "replacements: [{source: {kind: ConfigMap}, targets: [{select: {kind: Deployment}, fieldPaths: [spec.replicas]}]}]\n",
]
MEETING = [
    merge("{volumes: [{name: creds, secret: {defaultMode: 292}}]}"),
    merge("{volumes: [{$patch: replace}]}"),
    merge("{securityContext: {runAsNonRoot: true}}"),
    merge("{volumes: [{name: creds, emptyDir: {}}]}", name="prod-api"),
    operation("add", f"{POD}/volumes/0/secret/defaultMode"),
    operation("replace", f"{POD}/volumes/0/secret/secretName"),
    operation("remove", f"{POD}/volumes"),
    operation("remove", f"{POD}/volumes/0"),
    operation("replace", "/spec/template"),
    operation("remove", f"{POD}/containers/0/volumeMounts"),
    operation("replace", f"{POD}/containers/0/env/0/valueFrom/secretKeyRef/name"),
    operation("remove", f"{POD}/volumes/0", "{}"),
    operation("add", f"{POD}/securityContext/runAsUser"),
    "patches: [{path: p.yaml, target: {kind: Deployment}}]\n",
    "patchesStrategicMerge: [m.yaml]\n",
    "replacements: [{source: {kind: ConfigMap}, targets: [{select: {kind: Deployment}, fieldPaths: ['spec.template.spec.volumes.0.secret.secretName']}]}]\n",
]  # fmt: skip


def met(patches: str) -> bool:
    files = {
        "base/kustomization.yaml": kustomization("s.yaml", "d.yaml"),
        "base/s.yaml": secret("db"),
        "base/d.yaml": VOLUME,
        "prod/kustomization.yaml": f"{KUSTOMIZATION}resources: [../base]\n{patches}",
        "prod/p.yaml": f"- {{op: add, path: {POD}/volumes/0/secret/optional, value: true}}\n",
        "prod/m.yaml": "kind: Deployment\nmetadata: {name: api}\nspec: {template: {spec: {volumes: [{name: creds, secret: {optional: true}}]}}}\n",
    }
    return "prod/kustomization.yaml:4 patches" in use_of(files, "base/s.yaml").against


@pytest.mark.parametrize("patches", HARMLESS)
def test_patches_of_other_things(patches: str) -> None:
    assert not met(patches)


@pytest.mark.parametrize("patches", MEETING)
def test_patches_of_what_would_change(patches: str) -> None:
    assert met(patches)
