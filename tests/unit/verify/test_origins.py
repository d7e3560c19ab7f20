"""Where a renamed SealedSecret is said to come from."""

from __future__ import annotations

from sealwright.manifest.documents import read_documents
from sealwright.manifest.source import Source
from sealwright.verify.origins import origins

SEALED = """\
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: new, namespace: shop}
spec:
  encryptedData: {a: b}
  template:
    metadata: {name: old, namespace: before}
"""


def named(text: str, path: str = "apps/database.sealed.yaml") -> set[tuple[str, str]]:
    return {(ref.namespace, ref.name) for document in read_documents(Source(path, text)) for ref in origins(document)}


def test_other_objects_give_only_their_own_name() -> None:
    assert named("kind: ConfigMap\nmetadata: {name: a, namespace: b}\n") == {("b", "a")}


def test_the_template_and_the_file_remember_a_name() -> None:
    assert named(SEALED) == {("shop", "new"), ("before", "old"), ("shop", "database")}


def test_a_template_without_names_adds_the_objects_own() -> None:
    text = SEALED.replace("{name: old, namespace: before}", "{labels: {a: b}}")
    assert named(text) == {("shop", "new"), ("shop", "database")}
