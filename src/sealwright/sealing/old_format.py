"""The format of before 2019: one sealed blob, `spec.data`, that holds the whole Secret as JSON.

Source: upstream sealedsecret_expansion.go, `NewSealedSecretV1` and the second half of `Unseal`; what the types of the
API's Secret take from JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.plaintext import Plaintext
from sealwright.sealing.go_base64 import BadBase64, decode

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOTHING: Mapping[str, Any] = {}


class WholeSecret(NamedTuple):
    """`fields` is the Secret's JSON less its values; `values` are those of `data`, and over them of `stringData`."""

    fields: Mapping[str, Any]
    values: Mapping[str, Plaintext]

    def __repr__(self) -> str:
        return "WholeSecret()"


def whole_secret(value: Plaintext) -> WholeSecret | None:
    """The Secret that a blob held; None for anything that the controller would make no Secret of."""
    import json

    try:
        # Go takes a byte order mark in front and puts U+FFFD in place of what is no UTF-8, but has no NaN.
        found = json.loads(value.reveal().decode("utf-8-sig", "replace"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or (found.get("apiVersion"), found.get("kind")) != ("v1", "Secret"):
        return None
    if not _is_well_typed(found):
        return None
    try:
        values = {key: Plaintext(decode(text or "")) for key, text in (found.get("data") or _NOTHING).items()}
    except BadBase64:
        return None
    texts = found.get("stringData") or _NOTHING
    values |= {key: Plaintext((text or "").encode("utf-8", "replace")) for key, text in texts.items()}
    fields = {name: field for name, field in found.items() if name not in ("data", "stringData")}
    return WholeSecret(fields, values)


def _no_number(name: str) -> None:
    raise ValueError(name)


def _is_well_typed(found: Mapping[str, Any]) -> bool:
    """Whether every field that counts is what its type in Go takes; `null` is nothing to any of them."""
    metadata = found.get("metadata")
    if not isinstance(metadata, dict | None):
        return False
    inner = metadata or _NOTHING
    texts = (found.get("data"), found.get("stringData"), inner.get("labels"), inner.get("annotations"))
    names = (found.get("type"), inner.get("name"), inner.get("namespace"))
    return (
        all(isinstance(field, str | None) for field in names)
        and isinstance(found.get("immutable"), bool | None)
        and all(_is_texts(field) for field in texts)
    )


def _is_texts(field: object) -> bool:
    """A mapping of texts, or nothing."""
    return field is None or (isinstance(field, dict) and all(isinstance(text, str | None) for text in field.values()))
