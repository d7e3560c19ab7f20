"""The format of before 2019: one sealed blob, `spec.data`, that holds the whole Secret as JSON.

Source: upstream sealedsecret_expansion.go, `NewSealedSecretV1` and the second half of `Unseal`; what the types of the
API's Secret take from JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.patterns import Pattern
from sealwright.plaintext import Plaintext
from sealwright.sealing.go_base64 import BadBase64, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NOTHING: Mapping[str, Any] = {}
_TIME = Pattern(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)")
_TO_SECONDS = len("2019-05-01T12:00:00")
_LARGEST = 2**63


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
        text = value.reveal().decode("utf-8-sig", "replace")
        found = json.loads(text, parse_constant=_no_number) if text.strip(" \r\n") else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict | None) or not _is_well_typed(found or _NOTHING):
        return None
    found = found or {}
    if (found.get("apiVersion") or "v1", found.get("kind") or "Secret") != ("v1", "Secret"):
        return None  # what is left out, the controller fills in
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
    return _fit(found, _SECRET) and _fit(found.get("metadata") or _NOTHING, _METADATA)


def _fit(found: Mapping[str, Any], types: Mapping[str, Callable[[Any], bool]]) -> bool:
    return all(found.get(name) is None or fits(found[name]) for name, fits in types.items())


def _is_text(field: Any) -> bool:
    return isinstance(field, str)


def _is_truth(field: Any) -> bool:
    return isinstance(field, bool)


def _is_whole(field: Any) -> bool:
    return isinstance(field, int) and not isinstance(field, bool) and -_LARGEST <= field < _LARGEST


def _is_time(field: Any) -> bool:
    from datetime import datetime

    if not isinstance(field, str) or not _TIME.fullmatch(field):
        return False
    try:
        datetime.fromisoformat(field[:_TO_SECONDS])
    except ValueError:
        return False  # a thirteenth month
    return True


def _is_object(field: Any) -> bool:
    return isinstance(field, dict)


def _is_texts(field: Any) -> bool:
    """A mapping of texts."""
    return isinstance(field, dict) and all(isinstance(text, str | None) for text in field.values())


def _is_list_of_texts(field: Any) -> bool:
    return isinstance(field, list) and all(isinstance(text, str | None) for text in field)


def _are(types: Mapping[str, Callable[[Any], bool]]) -> Callable[[Any], bool]:
    """A list of objects with fields of these types."""
    return lambda field: (
        isinstance(field, list)
        and all(each is None or (isinstance(each, dict) and _fit(each, types)) for each in field)
    )


_SECRET: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("apiVersion", "kind", "type"), _is_text),
    **dict.fromkeys(("data", "stringData"), _is_texts),
    "metadata": _is_object,
    "immutable": _is_truth,
}
_OWNER = {
    **dict.fromkeys(("apiVersion", "kind", "name", "uid"), _is_text),
    **dict.fromkeys(("controller", "blockOwnerDeletion"), _is_truth),
}
_MANAGED = {
    **dict.fromkeys(("manager", "operation", "apiVersion", "fieldsType", "subresource"), _is_text),
    "time": _is_time,
}
_METADATA: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("name", "namespace", "generateName", "uid", "resourceVersion", "selfLink"), _is_text),
    **dict.fromkeys(("labels", "annotations"), _is_texts),
    **dict.fromkeys(("generation", "deletionGracePeriodSeconds"), _is_whole),
    **dict.fromkeys(("creationTimestamp", "deletionTimestamp"), _is_time),
    "finalizers": _is_list_of_texts,
    "ownerReferences": _are(_OWNER),
    "managedFields": _are(_MANAGED),
}
