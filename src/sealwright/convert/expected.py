"""The SealedSecret that must come out, built from data alone: an independent check on what was done to the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.template_fields import API_VERSION, KIND, SERVER_FIELDS, annotation_changes
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
    present = annotations if isinstance(annotations, dict) else {}
    dropped, added = annotation_changes(present.items(), sealed.scope, forced=sealed.forced)
    if dropped or added:
        rest: dict[str, Plain] = {name: value for name, value in present.items() if name not in dropped}
        rest.update(added)
        kept["annotations"] = rest
        if not rest:
            del kept["annotations"]
    template: dict[str, Plain] = {"metadata": kept}
    for name in ("type", "immutable"):
        if name in secret:
            template[name] = secret[name]
    return {"encryptedData": dict(sealed.items), "template": template}
