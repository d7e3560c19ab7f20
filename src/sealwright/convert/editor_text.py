"""The values of a SealedSecret as a text to be edited, and back: a Secret, read as strictly as one to be sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.opened_secret import OpenedSecret, secrets_yaml
from sealwright.convert.places import problem
from sealwright.convert.secret_model import read_secret
from sealwright.errors import SealingError
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import lookup, mapping_at, text_of
from sealwright.manifest.resource import is_core, resources
from sealwright.manifest.source import decode
from sealwright.plaintext import Plaintext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.finding import ResourceRef
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.scalars import Plain

SHOWN = "the edited text"
"""What stands for the file in messages: its path means nothing once it is wiped."""

_HEADER = """\
# {ref}
# Change, add or remove values, save, and close the editor. What you leave as it is keeps its ciphertext.
# Values under `stringData` are text, those under `data` are base64. Nothing else can be changed here.
"""
_FIELDS = frozenset({"apiVersion", "kind", "metadata", "data", "stringData"})
_HINT = "only values can be changed here; for the rest edit the SealedSecret itself"


def editor_text(ref: ResourceRef, values: Mapping[str, Plaintext]) -> Plaintext:
    """What the person sees. Raises SealwrightError for values that no YAML text can hold."""
    metadata: dict[str, Plain] = dict(_names(ref))
    secret = OpenedSecret(ref, {"apiVersion": "v1", "kind": "Secret", "metadata": metadata}, values)
    return Plaintext(_HEADER.format(ref=ref).encode() + secrets_yaml([secret], strings=True).reveal())


def edited_values(data: bytes, ref: ResourceRef) -> dict[str, Plaintext]:
    """The values after editing. Raises SealingError, with line and column, for a text that is not clear."""
    source = decode(SHOWN, data)
    if source.flaw:
        raise SealingError(source.flaw, place=SHOWN, hint="save it as UTF-8")
    documents = [document for document in read_documents(source) if document.root is not None]
    for document in documents:
        if not document.exact:
            line, column = source.position(document.flaw_at)
            message = f"it does not parse: {document.flaw or 'it reads as a template'}"
            raise SealingError(message, place=f"{SHOWN}:{line}:{column}", hint="put the value in quotes")
    found = [resource for document in documents for resource in resources(document)]
    if len(found) != 1 or not is_core(found[0].ref, "Secret"):
        raise SealingError("it does not hold exactly one Secret", place=SHOWN, hint=_HINT)
    [resource] = found
    _refuse_other_changes(resource, ref)
    return {value.key: value.plaintext for value in read_secret(resource).values}


def _refuse_other_changes(resource: Resource, ref: ResourceRef) -> None:
    for key, value in resource.node.entries:
        if text_of(key) not in _FIELDS:
            raise problem(resource, key, "a field was added", _HINT)
        if value.end < value.start:
            raise problem(resource, key, "a field has no value", _HINT)
    metadata = mapping_at(resource.node, "metadata")
    names = {text_of(key): text_of(value) for key, value in metadata.entries} if metadata is not None else {}
    if names != _names(ref):
        raise problem(resource, lookup(resource.node, "metadata") or resource.node, "its metadata was changed", _HINT)


def _names(ref: ResourceRef) -> dict[str, str]:
    return {"name": ref.name} | ({"namespace": ref.namespace} if ref.namespace else {})
