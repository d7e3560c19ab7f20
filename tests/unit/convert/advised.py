"""What is said about Secrets that are written as plain data."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from sealwright.convert.advice import Advice
from sealwright.convert.advice.adviser import Adviser, subject_of
from sealwright.convert.advice.sealed import lint_template
from sealwright.convert.secret_model import read_secret
from sealwright.manifest.documents import read_documents
from sealwright.manifest.resource import resources
from sealwright.manifest.source import Source
from sealwright.run.advising import judges


def secret(
    values: dict[str, str | bytes] | None = None,
    *,
    kind: str = "",
    name: str = "db",
    namespace: str = "prod",
    strings: dict[str, str] | None = None,
    **metadata: Any,
) -> dict[str, Any]:
    """A Secret with `values` under `data` and `strings` under `stringData`."""
    data = {key: value if isinstance(value, bytes) else value.encode() for key, value in (values or {}).items()}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace} | metadata,
        "data": {key: b64encode(value).decode() for key, value in data.items()},
        "stringData": strings or {},
    } | ({"type": kind} if kind else {})


def advice_on(*objects: dict[str, Any], clusters: tuple[str, ...] = (), whole: bool = True) -> list[Advice]:
    """On Secrets of one run, each in a file of its own."""
    adviser = Adviser(judges())
    found: list[Advice] = []
    for number, thing in enumerate(objects):
        [document] = read_documents(Source(f"{number}.yaml", json.dumps(thing, indent=1)))
        [resource] = resources(document)
        subject = subject_of(resource, read_secret(resource), whole=whole)
        found += adviser.about(subject, cluster=clusters[number] if clusters else "")
    return found


def slugs(*objects: dict[str, Any], **options: Any) -> list[str]:
    return [advice.slug for advice in advice_on(*objects, **options)]


def lint(text: str) -> list[Advice]:
    """On the SealedSecrets of a text."""
    documents = read_documents(Source("a.yaml", text))
    return [advice for document in documents for resource in resources(document) for advice in lint_template(resource)]
