"""What the tests of conversion share: refs for every key, the rules written down a second time, upstream's schemas."""

from __future__ import annotations

import base64
import copy
import json
from functools import cache
from typing import Any

import pytest
from support import ROOT
from unit.convert.external_secret.one_file import ConvertedText, convert_source
from unit.convert.sealing_again import LAST_APPLIED, load_all

from sealwright.convert.external_secret.options import Options
from sealwright.convert.external_secret.remote_ref import RemoteRef
from sealwright.convert.secret_facts import SecretFacts
from sealwright.manifest.resource import Resource
from sealwright.manifest.source import Source

STORE = ("ClusterSecretStore", "aws")
UPSTREAM = ROOT.parent / "shared" / "crds"
CONTROL = ("argocd.argoproj.io", "kustomize.toolkit.fluxcd.io", "helm.sh", "config.kubernetes.io")


def refs(secret: Resource, facts: SecretFacts) -> dict[str, RemoteRef]:
    """A place for every key; what is no text is base64 there."""
    name = f"prod/{facts.name}"
    return {
        value.key: RemoteRef(name, value.key, decoding=decoding_of(value.plaintext.reveal())) for value in facts.values
    }


def decoding_of(value: bytes) -> str:
    try:
        value.decode()
    except UnicodeDecodeError:
        return "Base64"
    return "None"


def converted(text: str, *, options: Options | None = None, path: str = "secret.yaml") -> ConvertedText:
    """The text with an ExternalSecret in the place of every Secret."""
    return convert_source(Source(path, text), lambda _: True, refs, STORE, options or Options())


def values_of(secret: dict[str, Any]) -> dict[str, bytes]:
    """The bytes that Kubernetes would read, in the order of the file."""
    strings = secret.get("stringData") or {}
    values: dict[str, bytes] = {}
    for field, entries in secret.items():
        if field == "data":
            values |= {k: base64.b64decode(v) for k, v in (entries or {}).items() if k not in strings}
        elif field == "stringData":
            values |= {key: value.encode() for key, value in strings.items()}
    return values


def expected_object(secret: dict[str, Any], options: Options | None = None) -> dict[str, Any]:
    """The ExternalSecret of a Secret, from data as PyYAML reads it."""
    options = options or Options()
    metadata = copy.deepcopy(secret["metadata"])
    annotations = {k: v or "" for k, v in (metadata.get("annotations") or {}).items() if k not in LAST_APPLIED}
    own = {k: v for k, v in annotations.items() if k.partition("/")[0] in CONTROL}
    if options.sync_wave:
        own.setdefault("argocd.argoproj.io/sync-wave", options.sync_wave)
    kept = {k: v.replace("{{", '{{ "{{" }}') for k, v in annotations.items() if k not in own}
    template: dict[str, Any] = {"labels": {k: v or "" for k, v in (metadata.get("labels") or {}).items()}}
    template["annotations"] = kept
    if metadata.get("finalizers"):
        template["finalizers"] = metadata["finalizers"]
    target = {"name": metadata["name"], "creationPolicy": "Owner", "deletionPolicy": "Retain"}
    if secret.get("immutable") is not None:
        target["immutable"] = secret["immutable"]
    target["template"] = {
        "engineVersion": "v2",
        "mergePolicy": "Replace",
        "type": secret.get("type") or "Opaque",
        "metadata": template,
    }
    top = {k: v for k, v in metadata.items() if k in {"name", "namespace"}}
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": top | ({"annotations": own} if own else {}),
        "spec": {
            "refreshPolicy": options.refresh_policy,
            "refreshInterval": options.refresh_interval,
            "secretStoreRef": {"kind": STORE[0], "name": STORE[1]},
            "target": target,
            "data": [entry(f"prod/{metadata['name']}", key, value) for key, value in values_of(secret).items()],
        },
    }


def entry(name: str, key: str, value: bytes) -> dict[str, Any]:
    ref = {"key": name, "property": key, "conversionStrategy": "Default", "decodingStrategy": decoding_of(value)}
    return {"secretKey": key, "remoteRef": {**ref, "metadataPolicy": "None"}}


def only(text: str) -> dict[str, Any]:
    """The one object of a text."""
    [found] = load_all(text)
    assert isinstance(found, dict)
    return found


@cache
def _schema(kind: str) -> Any:
    jsonschema = pytest.importorskip("jsonschema")
    path = UPSTREAM / f"{kind.lower()}_external-secrets.io_v1.strict.schema.json"
    if not path.exists():
        return jsonschema.Draft202012Validator({})
    return jsonschema.Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))


def upstream_complaints(made: dict[str, Any]) -> list[str]:
    """What the strict schema of the CRD says against an object; nothing where the schemas are not beside this clone."""
    return [f"{error.json_path}: {error.message}" for error in _schema(made["kind"]).iter_errors(made)]
