"""A file that SOPS has encrypted still holds values in clear.

A SOPS file says by its own metadata which keys are encrypted. A key added later by hand, a pattern that matches
nothing, or a suffix that leaves keys out all end in a plain value that looks protected.

Finds: values of a Secret in a SOPS document that are not encrypted, whatever the rule says; in other kinds, values
that the document's own rule says must be encrypted and that are not.

Leaves alone: documents in which every such value has the form that SOPS writes, empty values, placeholders, and the
names and labels that must stay readable.

Bad:

    kind: Secret
    stringData:
      password: hunter2
    sops:
      encrypted_regex: ^(dat|stringDat)$
      lastmodified: "2026-01-01T00:00:00Z"

Good:

    kind: Secret
    stringData:
      password: ENC[AES256_GCM,data:...,iv:...,tag:...,type:str]
    sops:
      encrypted_regex: ^(data|stringData)$
      lastmodified: "2026-01-01T00:00:00Z"

Fix: `sops --encrypt --in-place FILE` with a rule that covers the key, then change the secret if it was ever pushed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.base import Hit
from sealwright.detect.placeholder import is_placeholder
from sealwright.detect.secret_values import DATA, STRING_DATA, hits_in, is_secret
from sealwright.detect.sops import promised, rule_of, sops_metadata
from sealwright.detect.trail import shown
from sealwright.finding import Span
from sealwright.manifest.resource import resources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import View
    from sealwright.detect.sops import Rule
    from sealwright.manifest.nodes import Scalar
    from sealwright.manifest.resource import Resource

RULE = "sops-unencrypted"

# What SOPS must leave readable, or what is no secret wherever it stands.
_IDENTITY = frozenset({"apiVersion", "kind", "metadata", "name", "namespace", "type"})
_NO_TEXT = frozenset({"", "~", "null", "true", "false"})


def find(view: View) -> Iterator[Hit]:
    """Values in clear in documents that carry SOPS metadata."""
    for document in view.documents:
        metadata = sops_metadata(document)
        if metadata is None:
            continue
        rule = rule_of(metadata)
        for resource in resources(document):
            if is_secret(resource, view.budget):
                for field in (DATA, STRING_DATA):
                    yield from hits_in(resource, field, view.budget, " although SOPS has encrypted the file")
            elif rule is not None:
                yield from _by_rule(resource, rule)


def _by_rule(resource: Resource, rule: Rule) -> Iterator[Hit]:
    owner = str(resource.ref) if resource.ref.kind else "This file"
    for trail, scalar in promised(resource.node, rule, _IDENTITY):
        if not _is_readable(scalar):
            message = f"{owner} keeps `{shown(trail.key)}` in clear although the SOPS rule of the file covers it"
            yield Hit(Span(scalar.start, scalar.end), message, resource.ref, str(trail))


def _is_readable(scalar: Scalar) -> bool:
    return (not scalar.style and scalar.value in _NO_TEXT) or is_placeholder(scalar.value)
