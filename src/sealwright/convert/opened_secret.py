"""The Secret that a controller would make of a SealedSecret, as text: what `kubectl apply` takes.

Name and namespace come from the SealedSecret itself, the rest of the metadata, type and immutable from its template.
What the template's `data` would add is not there: it is a program in Go's template language.
Source: upstream sealedsecret_expansion.go, `Unseal`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.template_fields import SERVER_FIELDS
from sealwright.convert.yaml_text import json_value, yaml_text
from sealwright.errors import SealwrightError
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import FILL, mapping_at
from sealwright.manifest.scalars import TooLarge, to_plain
from sealwright.manifest.source import Source
from sealwright.patterns import Pattern
from sealwright.plaintext import Plaintext
from sealwright.sealing.go_base64 import encode
from sealwright.sealing.old_format import whole_secret

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingType
    from collections.abc import Sequence

    from sealwright.finding import ResourceRef
    from sealwright.manifest.nodes import Mapping
    from sealwright.manifest.scalars import Plain

_NOT_TAKEN = SERVER_FIELDS | {"name", "namespace"}
_NOT_TEXT = Pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff" + FILL + "]")


class OpenedSecret(NamedTuple):
    """One Secret. `fields` is all of it but the values; `templated`: its template would add data of its own."""

    ref: ResourceRef
    fields: dict[str, Plain]
    values: MappingType[str, Plaintext]
    templated: bool = False

    def __repr__(self) -> str:
        return f"OpenedSecret({self.ref})"


def opened_secret(ref: ResourceRef, node: Mapping, values: MappingType[str, Plaintext]) -> OpenedSecret:
    """The Secret for a SealedSecret whose items were opened. Raises SealwrightError where its aliases are a bomb."""
    template = mapping_at(node, "spec", "template")
    try:
        plain = to_plain(template) if template is not None else {}
    except TooLarge:
        raise SealwrightError(f"{ref}: its aliases stand for too much", hint="write them out") from None
    plain = plain if isinstance(plain, dict) else {}
    return OpenedSecret(ref, _fields(ref, plain), values, bool(plain.get("data")))


def opened_whole(ref: ResourceRef, value: Plaintext) -> OpenedSecret:
    """The Secret in an item of the old format, which is a whole Secret in JSON."""
    inner = whole_secret(value)
    if inner is None:
        raise SealwrightError(f"{ref}: what is sealed in it is no Secret", hint="open it with --key spec.data")
    return OpenedSecret(ref, _fields(ref, inner.fields), inner.values)


def _fields(ref: ResourceRef, template: MappingType[str, Plain]) -> dict[str, Plain]:
    """All of a Secret but its values, in the order in which people write it."""
    found = template.get("metadata")
    metadata: dict[str, Plain] = {"name": ref.name}
    if ref.namespace:
        metadata["namespace"] = ref.namespace
    of_template = found if isinstance(found, dict) else {}
    metadata |= {name: value for name, value in of_template.items() if name not in _NOT_TAKEN and value is not None}
    fields: dict[str, Plain] = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata}
    return fields | {name: template[name] for name in ("type", "immutable") if template.get(name) is not None}


def secrets_yaml(secrets: Sequence[OpenedSecret], *, strings: bool) -> Plaintext:
    """All of them as YAML documents. `strings`: text in clear below `stringData`, the rest as base64 below `data`."""
    return Plaintext("---\n".join(_document(_whole(secret, strings=strings)) for secret in secrets).encode())


def secrets_json(secrets: Sequence[OpenedSecret], *, strings: bool) -> Plaintext:
    """One object, or a List of them."""
    objects = [json_value(_whole(secret, strings=strings)) for secret in secrets]
    whole = objects[0] if len(objects) == 1 else {"apiVersion": "v1", "kind": "List", "items": objects}
    return Plaintext(json.dumps(whole, indent=2, ensure_ascii=False).encode() + b"\n")


def _whole(secret: OpenedSecret, *, strings: bool) -> dict[str, Plain]:
    data: dict[str, Plain] = {}
    texts: dict[str, Plain] = {}
    for key, value in secret.values.items():
        text = text_of_value(value) if strings else None
        if text is None:
            data[key] = encode(value.reveal())
        else:
            texts[key] = text
    return secret.fields | ({"stringData": texts} if texts else {}) | ({"data": data} if data else {})


def text_of_value(value: Plaintext) -> str | None:
    """The value as text that can stand in YAML; None for bytes that are no text."""
    try:
        text = value.reveal().decode()
    except UnicodeDecodeError:
        return None
    return None if _NOT_TEXT.search(text) else text


def _document(whole: dict[str, Plain]) -> str:
    """Text that is read as exactly this, in blocks if it can be."""
    for blocks in (True, False):
        text = yaml_text(whole, blocks=blocks)
        if _read(text) == whole:
            return text
    raise SealwrightError("a value cannot be written as YAML", hint="use --format json, or --key for one value")


def _read(text: str) -> Plain:
    documents = list(read_documents(Source("the opened Secret", text)))
    if len(documents) != 1 or not documents[0].exact or documents[0].root is None:
        return None
    return to_plain(documents[0].root)
