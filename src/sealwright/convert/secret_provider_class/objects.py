"""The SecretProviderClass as data: what must come out, whatever the text looks like that it replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.secret_provider_class.capabilities import provider_of
from sealwright.convert.secret_provider_class.model import API_VERSION, KIND
from sealwright.convert.secret_provider_class.parameters import Objects
from sealwright.convert.template_fields import LAST_APPLIED, SERVER_FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.convert.secret_facts import SecretFacts
    from sealwright.convert.secret_provider_class.model import Conversion, ProviderClass
    from sealwright.manifest.scalars import Plain
    from sealwright.stores.reference import Reference

_RELOADER = "reloader.stakater.com/"
"""Annotations by which pods are restarted when the Secret changes; the synced one needs them as well."""


def spec_of(
    conversion: Conversion,
    made: ProviderClass,
    references: Mapping[str, Reference],
    notes: Mapping[str, list[str]] | None = None,
) -> dict[str, Plain]:
    """The `spec` of one class; `notes` are comments to stand above each key. Raises ConvertError."""
    objects = Objects(references, conversion.settings, conversion.identity, notes)
    parameters: dict[str, Plain] = dict(objects.parameters(made.name, made.files))
    spec: dict[str, Plain] = {"provider": provider_of(conversion.settings), "parameters": parameters}
    if made.synced:
        spec["secretObjects"] = [_synced(conversion.facts, made)]
    return spec


def class_object(secret: dict[str, Plain], made: ProviderClass, spec: dict[str, Plain]) -> dict[str, Plain]:
    """The object that takes the place of a Secret given as plain data, or stands beside it under another name.

    Its fields have the order of the Secret's; labels and annotations stay, but for what repeats the values or was
    written by the API server.
    """
    result: dict[str, Plain] = {}
    for field, value in secret.items():
        if field == "apiVersion":
            result[field] = API_VERSION
        elif field == "kind":
            result[field] = KIND
        elif field == "metadata":
            result[field] = _metadata(value, made.name)
        else:
            result.setdefault("spec", spec)
    result.setdefault("spec", spec)
    return result


def _metadata(written: Plain, name: str) -> Plain:
    if not isinstance(written, dict):
        return {"name": name}
    kept: dict[str, Plain] = {field: value for field, value in written.items() if field not in SERVER_FIELDS}
    annotations = kept.get("annotations")
    if isinstance(annotations, dict) and not LAST_APPLIED.isdisjoint(annotations):
        rest = {field: value for field, value in annotations.items() if field not in LAST_APPLIED}
        kept["annotations"] = rest
        if not rest:
            del kept["annotations"]
    return kept | {"name": name}


def _synced(facts: SecretFacts, made: ProviderClass) -> Plain:
    """The driver copies bytes as they are for every type but `kubernetes.io/tls`, whose keys it writes anew."""
    names: dict[str, str] = {}
    for file in made.files:
        names.setdefault(file.key, file.name)
    data: list[Plain] = [{"objectName": names[key], "key": key} for key in made.synced]
    result: dict[str, Plain] = {"secretName": made.synced_name, "type": "Opaque"}
    reloader: dict[str, Plain] = {k: v for k, v in facts.annotations.items() if k.startswith(_RELOADER)}
    if reloader:
        result["annotations"] = reloader
    return result | {"data": data}
