"""What the tests of the graph share: objects from texts, by path, and their uses in short."""

from __future__ import annotations

from collections.abc import Mapping

from sealwright.convert.graph.finder import Graph, uses_in
from sealwright.manifest.documents import read_documents
from sealwright.manifest.resource import Resource, resources
from sealwright.manifest.source import Source


def objects(text: str, path: str = "a.yaml") -> list[Resource]:
    return [item for document in read_documents(Source(path, text)) for item in resources(document)]


def graph(files: Mapping[str, str]) -> Graph:
    return Graph.of(item for path, text in files.items() for item in objects(text, path))


def used(text: str) -> list[tuple[str, str]]:
    """How, and `namespace/name` with the keys in brackets, of every use."""
    return [
        (use.how.value, f"{use.namespace}/{use.name}{list(use.keys) if use.keys else ''}")
        for item in objects(text)
        for use in uses_in(item)
    ]


def secret(name: str, namespace: str = "", more: str = "") -> str:
    where = f", namespace: {namespace}" if namespace else ""
    return f"apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}{where}{more}}}\nstringData: {{password: tide.88}}\n"


def deployment(secret_name: str, namespace: str = "", key: str = "password", more: str = "") -> str:
    """A Deployment in block style that asks for one key of a Secret."""
    where = f"  namespace: {namespace}\n" if namespace else ""
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
{where}{more}spec:
  template:
    spec:
      containers:
        - name: api
          image: example.com/api
          env:
            - name: PASSWORD  # from the store
              valueFrom:
                secretKeyRef: {{name: {secret_name}, key: {key}}}
"""
