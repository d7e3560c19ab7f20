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

Good:

    kind: Secret
    stringData:
      password: ENC[AES256_GCM,data:...,iv:...,tag:...,type:str]

Fix: `sops --encrypt --in-place FILE` with a rule that covers the key, then change the secret if it was ever pushed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.base import Hit
from sealwright.detect.placeholder import is_placeholder
from sealwright.detect.secret_values import DATA, STRING_DATA, hits_in
from sealwright.detect.sops import is_encrypted, leaves, rule_of, sops_metadata
from sealwright.finding import Span
from sealwright.manifest.nodes import Mapping, text_of
from sealwright.manifest.resource import is_core, resources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import View
    from sealwright.manifest.resource import Resource

RULE = "sops-unencrypted"
NEEDLES = ("sops",)

# What SOPS must leave readable, or what is no secret wherever it stands.
_IDENTITY = frozenset({"apiVersion", "kind", "metadata", "name", "namespace", "type"})
_NO_TEXT = frozenset({"", "~", "null", "true", "false"})


def find(view: View) -> Iterator[Hit]:
    """Values in clear in documents that carry SOPS metadata."""
    for document in view.documents:
        metadata = sops_metadata(document)
        if metadata is None:
            continue
        for resource in resources(document):
            if is_core(resource.ref, "Secret"):
                yield from hits_in(resource, DATA, " although SOPS has encrypted the file")
                yield from hits_in(resource, STRING_DATA, " although SOPS has encrypted the file")
            else:
                yield from _by_rule(resource, metadata)


def _by_rule(resource: Resource, metadata: Mapping) -> Iterator[Hit]:
    rule = rule_of(metadata)
    if rule is None:
        return
    for key, value in resource.node.entries:
        if text_of(key) == "sops":
            continue
        for path, scalar in leaves(value, (text_of(key),)):
            text = scalar.value
            readable = is_encrypted(text) or (not scalar.style and text in _NO_TEXT) or is_placeholder(text)
            if not readable and not _IDENTITY.intersection(path) and rule.covers(path):
                message = f"{resource.ref} keeps `{path[-1]}` in clear although the SOPS rule of the file covers it"
                yield Hit(Span(scalar.start, scalar.end), message, resource.ref, ".".join(path))
