"""What the tests of sealing share: one key pair, kubeseal's rules written down a second time, and a way to open."""

from __future__ import annotations

import base64
import copy
from functools import cache
from typing import Any

import yaml
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from sealwright.convert.seal import SealedText, SealOptions, seal_source
from sealwright.convert.sealer import Sealer
from sealwright.manifest.source import Source
from sealwright.sealing.certificate import SealingCertificate, load_certificate
from sealwright.sealing.keys import generate_keypair, load_private_keys
from sealwright.sealing.scheme import decode, open_sealed
from sealwright.sealing.scope import label_as_read, scope_of

CLUSTER_WIDE = "sealedsecrets.bitnami.com/cluster-wide"
NAMESPACE_WIDE = "sealedsecrets.bitnami.com/namespace-wide"
LAST_APPLIED = {
    "kubectl.kubernetes.io/last-applied-configuration",
    "kubecfg.ksonnet.io/last-applied-configuration",
}
SERVER_FIELDS = {
    "uid",
    "resourceVersion",
    "selfLink",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "ownerReferences",
    "managedFields",
}


@cache
def pair() -> tuple[bytes, bytes]:
    """A private key and its certificate as PEM, made once."""
    return generate_keypair(bits=2048)


@cache
def certificate() -> SealingCertificate:
    return load_certificate(pair()[1], source="certificate.pem")


@cache
def private_key() -> RSAPrivateKey:
    [opener] = load_private_keys(pair()[0], source="key.pem")
    return opener.key


def sealed(text: str, *, options: SealOptions | None = None, path: str = "secret.yaml") -> SealedText:
    """The text with every Secret in it sealed."""
    return seal_source(Source(path, text), Sealer(certificate), options or SealOptions(), lambda _: True)


def load_all(text: str) -> list[Any]:
    """The documents as PyYAML reads them, empty ones left out."""
    return [document for document in yaml.load_all(text, Loader=yaml.CSafeLoader) if document is not None]


def values_of(secret: dict[str, Any]) -> dict[str, bytes]:
    """The bytes that Kubernetes would read, in the order in which their keys are to stand in `encryptedData`."""
    strings = secret.get("stringData") or {}
    values: dict[str, bytes] = {}
    for field, entries in secret.items():
        if field == "data":
            values |= {k: base64.b64decode(v) for k, v in (entries or {}).items() if k not in strings}
        elif field == "stringData":
            values |= {key: value.encode() for key, value in strings.items()}
    return values


def expected_object(secret: dict[str, Any], scope: str = "", namespace: str = "") -> dict[str, Any]:
    """The SealedSecret of a Secret, with None for every ciphertext; `scope` and `namespace` as on the command line."""
    metadata = copy.deepcopy(secret["metadata"])
    annotations = metadata.get("annotations") or {}
    actual = scope or (
        "cluster-wide"
        if annotations.get(CLUSTER_WIDE) == "true"
        else "namespace-wide"
        if annotations.get(NAMESPACE_WIDE) == "true"
        else "strict"
    )
    if namespace and actual != "cluster-wide":
        metadata.setdefault("namespace", namespace)
    top = {key: metadata[key] for key in metadata if key in {"name", "namespace"}}
    mark = {"cluster-wide": {CLUSTER_WIDE: "true"}, "namespace-wide": {NAMESPACE_WIDE: "true"}, "strict": {}}[actual]
    if mark:
        top["annotations"] = mark
    kept = {key: value for key, value in metadata.items() if key not in SERVER_FIELDS}
    gone = set(LAST_APPLIED)
    if scope:
        gone |= {name for name in (CLUSTER_WIDE, NAMESPACE_WIDE) if annotations.get(name) != mark.get(name)}
    rest = {key: value for key, value in annotations.items() if key not in gone} | (mark if scope else {})
    if rest != annotations:
        kept["annotations"] = rest
        if not rest:
            del kept["annotations"]
    template = {"metadata": kept} | {key: secret[key] for key in ("type", "immutable") if key in secret}
    return {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": top,
        "spec": {"encryptedData": dict.fromkeys(values_of(secret)), "template": template},
    }


def without_ciphertext(sealed_secret: dict[str, Any]) -> dict[str, Any]:
    result = copy.deepcopy(sealed_secret)
    result["spec"]["encryptedData"] = dict.fromkeys(result["spec"]["encryptedData"])
    return result


def opened(sealed_secret: dict[str, Any]) -> dict[str, bytes]:
    """The values of a SealedSecret, opened with the private key under the label that the controller would use."""
    metadata = sealed_secret["metadata"]
    scope = scope_of(metadata.get("annotations") or {})
    mark = label_as_read(scope, metadata.get("namespace", ""), metadata["name"])
    return {
        key: open_sealed(private_key(), decode(text), mark).reveal()
        for key, text in sealed_secret["spec"]["encryptedData"].items()
    }
