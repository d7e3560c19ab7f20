"""A repository with generated Secrets, converted by its parts: kustomize builds the same, but for what was planned."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from unit.convert.kustomize.built import build, data_of, kustomizations, needs_kubectl, reader, write_all

from sealwright.convert.kustomize.edits import kustomization_edits
from sealwright.convert.kustomize.generated import Generated, generated_secrets
from sealwright.convert.kustomize.held import still_used
from sealwright.convert.kustomize.name_reference import FILE_NAME, name_reference_text
from sealwright.convert.kustomize.roots import Roots
from sealwright.rewrite.edit import apply_edits

VALUE = "c4nAry-7vAlue9"
WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - name: web
        envFrom: [{secretRef: {name: db}}]
        env: [{name: TLS, valueFrom: {secretKeyRef: {name: plug, key: pin}}}]
"""
PLUGIN = f"apiVersion: builtin\nkind: SecretGenerator\nmetadata: {{name: plug}}\nliterals: [pin={VALUE}]\n"
BASE = f"""\
# base
resources:
- web.yaml

# the database
secretGenerator:
- name: db
  literals:
  - "password='{VALUE}'"
  envs: [db.env]
  files:
  - ca=keys/ca.bin
generators: [plug.yaml]
"""
FILES: dict[str, str | bytes] = {
    "base/kustomization.yaml": BASE,
    "base/web.yaml": WORKLOAD,
    "base/plug.yaml": PLUGIN,
    "base/db.env": f"# who\r\nUSER=app\r\nTOKEN='{VALUE}'\r\n",
    "base/keys/ca.bin": b"\0\xff" + VALUE.encode(),
    "over/dev/kustomization.yaml": "resources: [../../base]\nnamespace: dev\nnamePrefix: dev-\n",
    "over/prod/kustomization.yaml": '{"resources": ["../../base"], "namespace": "prod", "nameSuffix": "-p",'
    ' "labels": [{"pairs": {"env": "prod"}}], "secretGenerator": [{"name": "own", "literals": ["a=1"]}]}',
}


def external(made: Generated) -> str:
    """Stands for what the store would give: the values are in the references, so that they can be compared."""
    metadata = {"labels": dict(made.facts.labels), "annotations": dict(made.facts.annotations)}
    values = {value.key: base64.b64encode(value.plaintext.reveal()).decode() for value in made.facts.values}
    target = {"name": made.facts.name, "template": {"type": made.facts.type, "metadata": metadata}}
    data = [{"secretKey": key, "remoteRef": {"key": text}} for key, text in values.items()]
    head = {"apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "metadata": {"name": made.facts.name}}
    return yaml.safe_dump(head | {"spec": {"target": target, "data": data}})


def converted(files: dict[str, str | bytes]) -> dict[str, str | bytes]:
    """The files of the repository after the conversion."""
    every, read = kustomizations(files), reader(files)
    result, done = dict(files), []
    for kustomization in every:
        source = kustomization.document.source
        folder = source.path.removesuffix("kustomization.yaml")
        made = [item for item in generated_secrets(kustomization, read) if isinstance(item, Generated)]
        for item in made:
            result[f"{folder}{item.facts.name}.external-secret.yaml"] = external(item)
        edits = kustomization_edits(
            source,
            remove=[item.item for item in made],
            add_resources=[f"{item.facts.name}.external-secret.yaml" for item in made],
            configurations=[FILE_NAME] * bool(made),
        )
        result[source.path] = apply_edits(source.text, edits)
        if made:
            result[f"{folder}{FILE_NAME}"] = name_reference_text()
        done += made
    held = [path for item in done for path in item.files]
    assert still_used(held, [(item.kustomization, item.item) for item in done], every) == {}
    return {path: content for path, content in result.items() if path not in held}


def compared(objects: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
    """The Secrets that there are or will be, and everything else as text."""
    secrets: dict[str, Any] = {}
    rest = []
    for item in objects:
        if item["kind"] == "Secret":
            labels = item["metadata"].get("labels", {})
            secrets[item["metadata"]["name"]] = item["metadata"]["namespace"], data_of(item), labels, item["type"]
        elif item["kind"] == "ExternalSecret":
            target = item["spec"]["target"]
            data = {one["secretKey"]: base64.b64decode(one["remoteRef"]["key"]) for one in item["spec"]["data"]}
            labels = target["template"]["metadata"].get("labels", {})
            secrets[target["name"]] = item["metadata"]["namespace"], data, labels, target["template"]["type"]
        else:
            rest.append(item)
    return secrets, json.dumps(rest, sort_keys=True)


@needs_kubectl
@pytest.mark.parametrize(("overlay", "prefix", "suffix"), [("dev", "dev-", ""), ("prod", "", "-p")])
def test_every_overlay_builds_the_same(tmp_path: Path, overlay: str, prefix: str, suffix: str) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    write_all(before, FILES)
    write_all(after, converted(FILES))
    old, new = build(before / "over" / overlay), build(after / "over" / overlay)
    assert old is not None
    assert new is not None
    (secrets, rest), (made, left) = compared(old), compared(new)
    names = {f"{prefix}{name}{suffix}" for name in ("db", "plug", *(["own"] if overlay == "prod" else []))}
    assert set(made) == names
    for hashed, secret in secrets.items():
        name = hashed[: -len("-0123456789")]
        assert made[name] == secret
        rest = rest.replace(hashed, name)
    assert left == rest
    assert f'"name": "{prefix}db{suffix}"' in left


def test_what_was_found_is_where_it_will_be() -> None:
    roots = Roots(kustomizations(FILES))
    assert roots.effective_namespaces("base/kustomization.yaml") == {"dev", "prod"}
    assert roots.effective_names("base/kustomization.yaml", "db") == {"dev-db", "db-p"}


def test_nothing_of_a_value_stays() -> None:
    files = converted(FILES)
    assert {path for path in files if not path.endswith((".yaml", "Kustomization"))} == set()
    names = "- web.yaml\n- db.external-secret.yaml\n- plug.external-secret.yaml\n"
    made = f"# base\nresources:\n{names}configurations:\n- {FILE_NAME}\n\n# the database\n"
    assert files["base/kustomization.yaml"] == made
    for content in files.values():
        assert VALUE not in str(content)
