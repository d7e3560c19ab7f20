"""Keys, SealedSecrets and backups for the tests of verification; keys are made once a session."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import datetime, timezone
from functools import cache
from typing import Any

from sealwright.finding import Verdict
from sealwright.manifest.documents import read_documents
from sealwright.manifest.resource import resources
from sealwright.manifest.source import decode
from sealwright.plaintext import Plaintext
from sealwright.run.verify import verdicts_of
from sealwright.sealing.certificate import load_certificate
from sealwright.sealing.keypair import generate_keypair
from sealwright.sealing.keys import PrivateKey, load_private_keys
from sealwright.sealing.scheme import encode, seal
from sealwright.sealing.scope import Scope, annotations_for, label_as_read
from sealwright.verify.keys.examiner import KeyExaminer
from sealwright.verify.keys.keyring import Keyring
from sealwright.verify.sealed_items import sealed_items

VALUE = b"correct horse battery staple"
LABEL = "sealedsecrets.bitnami.com/sealed-secrets-key"


def pair(number: int = 0, bits: int = 2048) -> tuple[bytes, bytes]:
    """Private key and certificate, as PEM; the same for the same arguments, however they are given."""
    return _pair(number, bits)


@cache
def _pair(number: int, bits: int) -> tuple[bytes, bytes]:
    return generate_keypair(bits=bits, common_name=f"key {number}")


@cache
def key(number: int = 0, bits: int = 2048) -> PrivateKey:
    [loaded] = load_private_keys(pair(number, bits)[0], source="key", trusted=True)
    return loaded


def sealed(namespace: str = "prod", name: str = "db", scope: Scope = Scope.STRICT, by: PrivateKey | None = None) -> str:
    """One item's text."""
    label = label_as_read(scope, namespace, name)
    return encode(seal((by or key()).key.public_key(), Plaintext(VALUE), label))


def manifest(
    items: Any, namespace: str | None = "prod", name: str | None = "db", scope: Scope = Scope.STRICT
) -> dict[str, Any]:
    """A SealedSecret as plain data; None leaves the name or the namespace out."""
    metadata = {"name": name, "namespace": namespace, "annotations": annotations_for(scope)}
    return {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": {field: value for field, value in metadata.items() if value},
        "spec": {"encryptedData": items},
    }


def verdicts(text: str | bytes | dict[str, Any], *keys: PrivateKey, keyring: Keyring | None = None) -> list[Verdict]:
    """What is said about every item of a file, with everything in the file known."""
    if isinstance(text, dict):
        text = json.dumps(text)
    source = decode("a.yaml", text.encode() if isinstance(text, str) else text)
    documents = list(read_documents(source))
    known = {resource.ref for document in documents for resource in resources(document)}
    examiner = KeyExaminer(keyring or Keyring(keys or (key(),)))
    items = [item for document in documents for item in sealed_items(document)]
    return [each for each in verdicts_of(items, known, lambda _: examiner) if isinstance(each, Verdict)]


def outcomes(text: str | dict[str, Any], *keys: PrivateKey) -> list[tuple[str, str]]:
    return [(verdict.item, verdict.outcome.value) for verdict in verdicts(text, *keys)]


def key_secret(
    number: int = 0, bits: int = 2048, *, certificate_of: int | None = None, **metadata: Any
) -> dict[str, Any]:
    """A key Secret as `kubectl get -o json` writes it."""
    own, other = pair(number, bits), pair(number if certificate_of is None else certificate_of, bits)
    data = {"tls.crt": b64encode(other[1]).decode(), "tls.key": b64encode(own[0]).decode()}
    named: dict[str, Any] = {"name": f"key-{number}", "namespace": "kube-system", "labels": {LABEL: "active"}}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/tls",
        "metadata": named | metadata,
        "data": data,
    }


def listed(*objects: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "List", "items": list(objects)}


def fingerprint(number: int = 0) -> str:
    """As the certificate has it."""
    moment = datetime.now(timezone.utc)
    return load_certificate(pair(number)[1], source="certificate", now=moment).fingerprint
