"""SealedSecrets as they are verified and sealed anew: the quick reader is of one mind with the parser, and other
ciphertext changes nothing but ciphertext."""

from __future__ import annotations

import json

from fuzz.manifests import SEALED, WORDS

from sealwright.convert.ciphertext import Replacement, replaced
from sealwright.errors import SealingError
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Scalar, resolve
from sealwright.manifest.source import decode
from sealwright.run.verify import contents_of
from sealwright.sealing.scheme import encode
from sealwright.verify.keys.opened import sealed_objects
from sealwright.verify.usual import usual

USUAL = f"""---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  annotations:
    sealedsecrets.bitnami.com/namespace-wide: "true"
  creationTimestamp: null
  name: db
  namespace: shop
spec:
  encryptedData:
    password: AgB{"w" * 93}
    .tls: AgB{"w" * 91}==
  template:
    data: null
    metadata:
      creationTimestamp: null
      name: db-0
      namespace: shop
    type: Opaque
"""
ITEMS = {"a": f"AgB{'w' * 93}", "b": ""}
OBJECT = {
    "apiVersion": "bitnami.com/v1alpha1",
    "kind": "SealedSecret",
    "metadata": {"name": "db", "namespace": "shop"},
    "spec": {"encryptedData": ITEMS, "template": {"metadata": {"name": "db", "namespace": "shop"}}},
}
FORMS = (USUAL, USUAL * 2, SEALED, json.dumps(OBJECT), json.dumps(OBJECT, indent=2), SEALED.replace("|-", ">-"))
SEEDS = tuple(text.encode() for text in FORMS)
_NEW = encode(b"\x01\x00" + bytes(300))

__all__ = ["SEEDS", "WORDS", "run"]


def run(data: bytes) -> None:
    source = decode("a.yaml", data)
    documents = list(read_documents(source))
    quick = usual(source)
    if quick:
        direct = [held for document in documents if (held := contents_of(document)) != ([], [])]
        assert [held for held in quick if held != ([], [])] == direct
    for document in documents:
        for found in sealed_objects(document, namespace="shop"):
            nodes = [node for node in map(resolve, found.nodes) if isinstance(node, Scalar)]
            try:
                text = replaced(source, documents, [Replacement(node, _NEW) for node in nodes])
            except SealingError:
                continue
            if not nodes:
                assert text == source.text
