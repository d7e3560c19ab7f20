"""The ExternalSecret that must come out, built from data alone: an independent check on what was done to the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.external_secret.metadata import Goes, as_template, place_of
from sealwright.convert.external_secret.options import (
    API_VERSION,
    KIND,
    SYNC_WAVE,
    remote_ref_fields,
    spec_head,
    target_head,
    template_head,
)
from sealwright.convert.secret_model import DATA, STRING_DATA

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.convert.external_secret.options import Wanted
    from sealwright.convert.secret_facts import SecretFacts
    from sealwright.manifest.scalars import Plain


def external_secret_object(facts: SecretFacts, wanted: Wanted, secret: dict[str, Plain]) -> dict[str, Plain]:
    """The object in place of `secret`, the Secret as plain data; its fields in the order of the Secret's own.

    Without anything but `metadata.name` in `secret`, it is the canonical object.
    """
    given = secret.get("metadata")
    metadata = given if isinstance(given, dict) else {}
    result: dict[str, Plain] = {}
    for field in secret:
        if field == "apiVersion":
            result[field] = API_VERSION
        elif field == "kind":
            result[field] = KIND
        elif field == "metadata":
            result[field] = _top(facts, wanted, metadata)
        elif "spec" not in result:
            result["spec"] = _spec(facts, wanted, secret, metadata)
    result.setdefault("spec", _spec(facts, wanted, secret, metadata))
    return result


def new_object(facts: SecretFacts, wanted: Wanted) -> dict[str, Plain]:
    """The object for a Secret that stands nowhere as a document."""
    metadata: dict[str, Plain] = {"name": facts.name}
    metadata |= {"namespace": facts.namespace} if facts.namespace else {}
    secret: dict[str, Plain] = {"apiVersion": "", "kind": "", "metadata": metadata}
    return external_secret_object(facts, wanted, secret)


def _top(facts: SecretFacts, wanted: Wanted, metadata: dict[str, Plain]) -> dict[str, Plain]:
    top: dict[str, Plain] = {name: metadata[name] for name in metadata if name in {"name", "namespace"}}
    for field in ("labels", "annotations"):
        own: dict[str, Plain] = dict(_going(facts, field, Goes.OBJECT))
        if field == "annotations" and wanted.options.sync_wave:
            own.setdefault(SYNC_WAVE, wanted.options.sync_wave)
        if own:
            top[field] = own
    return top


def _spec(facts: SecretFacts, wanted: Wanted, secret: dict[str, Plain], metadata: dict[str, Plain]) -> dict[str, Plain]:
    target = target_head(facts.name)
    if facts.immutable or secret.get("immutable") is not None:
        target["immutable"] = facts.immutable
    kept: dict[str, Plain] = {
        field: {name: as_template(text) for name, text in _going(facts, field, Goes.TEMPLATE)}
        for field in ("labels", "annotations")
    }
    if metadata.get("finalizers"):
        kept["finalizers"] = metadata["finalizers"]
    target["template"] = {**template_head(), "type": facts.type, "metadata": kept}
    data: list[Plain] = [
        {"secretKey": key, "remoteRef": remote_ref_fields(wanted.refs[key])} for key in _keys(facts, secret)
    ]
    return {**spec_head(wanted), "target": target, "data": data}


def _going(facts: SecretFacts, field: str, where: Goes) -> Iterable[tuple[str, str]]:
    strings = facts.labels if field == "labels" else facts.annotations
    return ((name, text) for name, text in strings.items() if place_of(field, name) is where)


def _keys(facts: SecretFacts, secret: dict[str, Plain]) -> list[str]:
    """The keys in the order of the file; one that stands in both fields counts where `stringData` has it."""
    if DATA not in secret and STRING_DATA not in secret:
        return [value.key for value in facts.values]
    strings = secret.get(STRING_DATA)
    hidden = strings if isinstance(strings, dict) else {}
    keys: list[str] = []
    for field, entries in secret.items():
        if field in {DATA, STRING_DATA} and isinstance(entries, dict):
            keys += [key for key in entries if field == STRING_DATA or key not in hidden]
    return keys
