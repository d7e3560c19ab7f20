"""Prefixes and suffixes reach the same places as before, and nothing else differs from what kustomize built."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from unit.convert.kustomize.built import build, needs_kubectl, write_all

from sealwright.convert.kustomize.name_reference import (
    FILE_NAME,
    configuration_file,
    name_reference_text,
    secret_sites,
)

POD = """\
      serviceAccountName: web
      imagePullSecrets: [{name: db}]
      initContainers:
      - name: init
        envFrom: [{secretRef: {name: db}}]
        env: [{name: A, valueFrom: {secretKeyRef: {name: db, key: a}}}]
      containers:
      - name: main
        envFrom: [{secretRef: {name: db}}, {secretRef: {name: elsewhere}}]
        env: [{name: A, valueFrom: {secretKeyRef: {name: db, key: a}}}]
      volumes:
      - {name: v, secret: {secretName: db}}
      - {name: p, projected: {sources: [{secret: {name: db}}, {configMap: {name: db}}]}}
"""
WORKLOADS = "---\n".join(
    [
        *(
            f"apiVersion: {version}/v1\nkind: {kind}\nmetadata: {{name: w}}\nspec:\n  template:\n    spec:\n{POD}"
            for kind, version in [
                *((kind, "apps") for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")),
                ("Job", "batch"),
                ("ReplicationController", "apps"),  # which kustomize does not follow
            ]
        ),
        (
            "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec: {jobTemplate: {spec: {template: {spec:\n"
            "  {imagePullSecrets: [{name: db}], volumes: [{secret: {secretName: db}}]}}}}}\n"
        ),
        "apiVersion: v1\nkind: Pod\nmetadata: {name: pod}\nspec:\n  imagePullSecrets: [{name: db}]\n",
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web}\nimagePullSecrets: [{name: db}]\n",
        (
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: i\n  annotations:\n"
            "    nginx.ingress.kubernetes.io/auth-secret: db\nspec: {tls: [{secretName: db}]}\n"
        ),
        (
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\n"
            "rules: [{resources: [secrets], resourceNames: [db]}]\n"
        ),
        "apiVersion: example.com/v1\nkind: Database\nmetadata: {name: d}\nspec: {credentials: {secret: db}}\n",
    ]
)
EXTERNAL = """\
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: db
spec:
  secretStoreRef: {kind: SecretStore, name: aws}
  target:
    name: db
    template:
      engineVersion: v2
      metadata: {labels: {}, annotations: {}}
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata:
  name: aws
spec: {}
"""
OTHERS = "nameReference:\n- {kind: Secret, fieldSpecs: [{path: spec/credentials/secret, kind: Database}]}\n"
OVERLAY = "namePrefix: prod-\nnameSuffix: -x\nnamespace: shop\ncommonAnnotations: {a: b}\nlabels: [{pairs: {l: m}}]\n"
BASE = "resources: [workloads.yaml{more}]\nconfigurations: [others.yaml{names}]\n"
GENERATOR = "secretGenerator:\n- name: db\n  literals: [a=1]\n  options: {disableNameSuffixHash: DISABLED}\n"


def built(folder: Path, base: str, **files: str) -> list[dict[str, Any]]:
    every = {"base/kustomization.yaml": base, "base/workloads.yaml": WORKLOADS, "base/others.yaml": OTHERS}
    every["over/kustomization.yaml"] = f"resources: [../base]\n{OVERLAY}"
    write_all(folder, every | {f"base/{name.replace('_', '.')}": text for name, text in files.items()})
    objects = build(folder / "over")
    assert objects is not None
    return objects


def without(objects: list[dict[str, Any]], *kinds: str) -> str:
    """What is left, as text, so that names can be compared."""
    return "\n".join(repr(item) for item in objects if item["kind"] not in kinds)


@needs_kubectl
@pytest.mark.parametrize("hashed", [True, False])
def test_every_reference_follows_as_it_did(tmp_path: Path, hashed: bool) -> None:
    generator = GENERATOR.replace("DISABLED", str(not hashed).lower())
    before = built(tmp_path / "before", BASE.format(more="", names="") + generator)
    names = name_reference_text(secret_sites(OTHERS.encode(), "others.yaml"))
    base = BASE.format(more=", es.yaml", names=", names.yaml")
    after = built(tmp_path / "after", base, es_yaml=EXTERNAL, names_yaml=names)
    [secret] = [item for item in before if item["kind"] == "Secret"]
    [external] = [item for item in after if item["kind"] == "ExternalSecret"]
    assert re.fullmatch(r"prod-db-x(-[a-z0-9]{10})?", secret["metadata"]["name"])
    assert without(after, "ExternalSecret", "SecretStore") == without(before, "Secret").replace(
        secret["metadata"]["name"], "prod-db-x"
    )
    assert external["metadata"]["name"] == external["spec"]["target"]["name"] == "prod-db-x"
    assert external["spec"]["secretStoreRef"]["name"] == "prod-aws-x"
    template = external["spec"]["target"]["template"]["metadata"]
    assert template == {key: secret["metadata"][key] for key in ("labels", "annotations")}


@needs_kubectl
def test_without_it_they_would_not(tmp_path: Path) -> None:
    after = built(tmp_path, BASE.format(more=", es.yaml", names=""), es_yaml=EXTERNAL)
    [external] = [item for item in after if item["kind"] == "ExternalSecret"]
    assert external["spec"]["target"]["name"] == "db"
    assert "prod-db-x" not in without(after, "ExternalSecret")


CSI = """\
apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: db}
spec:
  provider: aws
  secretObjects: [{secretName: db, type: Opaque}, {secretName: db-other, type: Opaque}]
"""


@needs_kubectl
def test_secret_provider_classes_are_followed(tmp_path: Path) -> None:
    volume = "  - {name: c, csi: {driver: d, volumeAttributes: {secretProviderClass: db}}}\n"
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  volumes:\n" + volume
    pod += "  containers: [{name: a, envFrom: [{secretRef: {name: db}}, {secretRef: {name: db-other}}]}]\n"
    files = {"kustomization.yaml": f"{OVERLAY}resources: [x.yaml]\nconfigurations: [n.yaml]\n"}
    write_all(tmp_path, files | {"x.yaml": f"{CSI}---\n{pod}", "n.yaml": name_reference_text()})
    objects = build(tmp_path)
    assert objects is not None
    spec = {item["kind"]: item["spec"] for item in objects}
    assert spec["Pod"]["volumes"][0]["csi"]["volumeAttributes"]["secretProviderClass"] == "prod-db-x"
    names = [reference["secretRef"]["name"] for reference in spec["Pod"]["containers"][0]["envFrom"]]
    assert names == [item["secretName"] for item in spec["SecretProviderClass"]["secretObjects"]]
    assert names == ["prod-db-x", "db-other"]


@needs_kubectl
def test_the_same_configuration_in_several_kustomizations_is_one(tmp_path: Path) -> None:
    names = name_reference_text()
    files = {"kustomization.yaml": "resources: [a, b]\nconfigurations: [n.yaml]\nnamePrefix: p-\n", "n.yaml": names}
    for name in "ab":
        files[f"{name}/kustomization.yaml"] = f"resources: [x.yaml]\nconfigurations: [n.yaml]\nnameSuffix: -{name}\n"
        files[f"{name}/n.yaml"] = names
        files[f"{name}/x.yaml"] = EXTERNAL
    write_all(tmp_path, files)
    objects = build(tmp_path)
    assert objects is not None
    targets = [item["spec"]["target"]["name"] for item in objects if item["kind"] == "ExternalSecret"]
    assert sorted(targets) == ["p-db-a", "p-db-b"]


def test_the_file_of_somebody_else_is_left_alone() -> None:
    text = name_reference_text()
    folder: dict[str, bytes] = {}
    assert configuration_file(folder.get, text) == (FILE_NAME, True)
    folder[FILE_NAME] = text.replace("\n", "\r\n").encode()
    assert configuration_file(folder.get, text) == (FILE_NAME, False)
    folder[FILE_NAME] = name_reference_text([("spec/a", "Db", "")]).encode()
    assert configuration_file(folder.get, text) == (FILE_NAME, True)
    folder[FILE_NAME] = b"nameReference: []\n"
    assert configuration_file(folder.get, text) == ("external-secrets-2.kustomizeconfig.yaml", True)
    assert list(secret_sites(b"nameReference: [{kind: ConfigMap, fieldSpecs: [{path: a}]}, 1]\nx: {{", "c")) == []
