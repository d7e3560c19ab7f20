"""The SealedSecret that must come out, built from data alone: an independent check on what was done to the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.sealed_secret import API_VERSION, KIND, LAST_APPLIED, SERVER_FIELDS
from sealwright.sealing.scope import annotations_for

if TYPE_CHECKING:
    from sealwright.convert.sealed_secret import Sealed
    from sealwright.manifest.scalars import Plain


def sealed_object(secret: dict[str, Plain], sealed: Sealed) -> dict[str, Plain]:
    """The object for a Secret given as plain data, its fields in the order in which the Secret has its own."""
    metadata = secret.get("metadata")
    metadata = dict(metadata) if isinstance(metadata, dict) else {}
    if sealed.namespace:
        metadata.setdefault("namespace", sealed.namespace)
    result: dict[str, Plain] = {}
    for field in secret:
        if field == "apiVersion":
            result[field] = API_VERSION
        elif field == "kind":
            result[field] = KIND
        elif field == "metadata":
            result[field] = _top(metadata, sealed)
        elif "spec" not in result:
            result["spec"] = _spec(secret, metadata, sealed)
    result.setdefault("spec", _spec(secret, metadata, sealed))
    return result


def _top(metadata: dict[str, Plain], sealed: Sealed) -> dict[str, Plain]:
    top: dict[str, Plain] = {name: value for name, value in metadata.items() if name in {"name", "namespace"}}
    scope: dict[str, Plain] = dict(annotations_for(sealed.scope))
    return {**top, "annotations": scope} if scope else top


def _spec(secret: dict[str, Plain], metadata: dict[str, Plain], sealed: Sealed) -> dict[str, Plain]:
    kept = {name: value for name, value in metadata.items() if name not in SERVER_FIELDS}
    annotations = kept.get("annotations")
    if isinstance(annotations, dict) and LAST_APPLIED.intersection(annotations):
        rest = {name: value for name, value in annotations.items() if name not in LAST_APPLIED}
        kept = {**kept, "annotations": rest} if rest else {n: v for n, v in kept.items() if n != "annotations"}
    template: dict[str, Plain] = {"metadata": kept}
    for name in ("type", "immutable"):
        if name in secret:
            template[name] = secret[name]
    return {"encryptedData": dict(sealed.items), "template": template}
