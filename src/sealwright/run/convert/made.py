"""Manifests that are only thought of: Secrets whose values stand somewhere else today."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sealwright.convert.secret_facts import SecretFacts
    from sealwright.manifest.scalars import Plain


def manifest_of(facts: SecretFacts) -> dict[str, Plain]:
    """The Secret as an object."""
    metadata: dict[str, Plain] = {"name": facts.name}
    metadata |= {"namespace": facts.namespace} if facts.namespace else {}
    metadata |= {"labels": dict(facts.labels)} if facts.labels else {}
    metadata |= {"annotations": dict(facts.annotations)} if facts.annotations else {}
    data: dict[str, Plain] = {
        value.key: base64.b64encode(value.plaintext.reveal()).decode("ascii") for value in facts.values
    }
    manifest: dict[str, Plain] = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": facts.type}
    return manifest | ({"immutable": True} if facts.immutable else {}) | {"data": data}
