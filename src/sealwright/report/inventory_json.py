"""The inventory as JSON, version 1: a published format with its own field names (docs/inventory.md)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sealwright.inventory.model import Held
from sealwright.report.json_v1 import error_entry, finding_entry, verdict_entry

if TYPE_CHECKING:
    from sealwright.finding import Location, ResourceRef
    from sealwright.inventory.model import Certificate, Inventory, Key, Rotation, Secret, Store


def inventory_json(inventory: Inventory) -> str:
    """One object, indented, with a newline at its end."""
    counts = {held.value: sum(secret.held is held for secret in inventory.secrets) for held in Held}
    report = {
        "version": 1,
        "repository": inventory.repository,
        "day": inventory.day,
        "commit": inventory.commit,
        "branch": inventory.branch,
        "secrets": [_secret(secret) for secret in inventory.secrets],
        "stores": [_store(store) for store in inventory.stores],
        "keys": [_key(key) for key in inventory.keys],
        "certificates": [_certificate(certificate) for certificate in inventory.certificates],
        "progress": [
            {
                "day": point.day,
                "commit": point.commit,
                "counts": {held.value: point.counts.get(held, 0) for held in Held},
            }
            for point in inventory.progress
        ],
        "rotations": [_rotation(rotation) for rotation in inventory.rotations],
        "controls": [
            {
                "framework": control.framework,
                "control": control.control,
                "rules": list(control.rules),
                "failing": dict(control.failing),
                "waived": dict(control.waived),
                "silent": list(control.silent),
            }
            for control in inventory.controls
        ],
        "findings": [finding_entry(finding) for finding in inventory.findings],
        "verdicts": [verdict_entry(verdict) for verdict in inventory.verdicts],
        "notes": list(inventory.notes),
        "errors": [error_entry(problem) for problem in inventory.problems],
        "summary": {"files": inventory.files, "seconds": round(inventory.seconds, 3), "secrets": counts},
    }
    return json.dumps(report, indent=2) + "\n"


def _secret(secret: Secret) -> dict[str, Any]:
    return {
        "held": secret.held.value,
        **_place(secret.location),
        "resource": _resource(secret.ref),
        "name": secret.name,
        "type": secret.type,
        "environment": secret.environment,
        "items": [{"key": item.key, "material": item.material, "remote": item.remote} for item in secret.items],
        "store": secret.store,
        "key": secret.key,
        "keys": list(secret.keys),
        "cluster": secret.cluster,
        "scope": secret.scope,
        "refresh": secret.refresh,
        "since": secret.since,
        "accepted": secret.accepted,
        "consumers": [
            {"resource": _resource(consumer.ref), "how": consumer.how, **_place(consumer.location)}
            for consumer in secret.consumers
        ],
        "findings": list(secret.findings),
    }


def _store(store: Store) -> dict[str, Any]:
    return {
        "id": store.id,
        "provider": store.provider,
        "resource": _resource(store.ref),
        **(_place(store.location) if store.location is not None else {}),
        "place": store.place,
        "identity": store.identity,
        "key": store.key,
    }


def _key(key: Key) -> dict[str, Any]:
    return key._asdict()


def _certificate(certificate: Certificate) -> dict[str, Any]:
    return {
        "purpose": certificate.purpose,
        "subject": certificate.subject,
        "fingerprint": certificate.fingerprint,
        "key": certificate.key,
        "begins": certificate.begins,
        "expires": certificate.expires,
        "algorithm": certificate.algorithm,
        "bits": certificate.bits,
        **_place(certificate.location),
        "resource": _resource(certificate.resource),
    }


def _rotation(rotation: Rotation) -> dict[str, Any]:
    return {
        "resource": _resource(rotation.ref),
        "field": rotation.field,
        "path": rotation.path,
        "rule": rotation.rule,
        "since": rotation.since,
        "until": rotation.until,
        "first": rotation.first,
        "at_tip": rotation.at_tip,
        "held": rotation.held.value if rotation.held is not None else "",
    }


def _place(location: Location) -> dict[str, Any]:
    return {"path": location.path, "line": location.start.line}


def _resource(ref: ResourceRef) -> dict[str, str]:
    return {"apiVersion": ref.api_version, "kind": ref.kind, "namespace": ref.namespace, "name": ref.name}
