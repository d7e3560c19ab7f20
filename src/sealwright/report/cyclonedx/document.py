"""A secrets bill of materials in CycloneDX 1.6 JSON: what there is, where it is, what protects it, and who uses it.

No value is in it, since none is in the inventory. The serial number is made of the content, so that two runs over the
same tree give the same bill, apart from its time, which SOURCE_DATE_EPOCH can set.
Source: ECMA-424, https://cyclonedx.org/schema/bom-1.6.schema.json.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sealwright import HOME, __version__
from sealwright.report.cyclonedx.components import (
    algorithm_component,
    certificate_component,
    is_algorithm,
    key_component,
    secret_component,
    store_service,
    tool,
    workload_component,
)
from sealwright.report.cyclonedx.references import References

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.finding import Location, ResourceRef
    from sealwright.inventory.model import Certificate, Inventory

_SCHEMA = "http://cyclonedx.org/schema/bom-1.6.schema.json"
_NAMESPACE = "6ba7b811-9dad-11d1-80b4-00c04fd430c8"
"""That of URLs (RFC 9562): what is hashed below it begins with an address of ours."""


def cyclonedx(inventory: Inventory) -> str:
    """The whole bill, indented, with a newline at its end."""

    bill = _Bill(inventory)
    about = tool(inventory, __version__)
    content = {
        "metadata": about,
        "components": bill.components,
        "services": bill.services,
        "dependencies": bill.dependencies(),
    }
    metadata = {"timestamp": inventory.made or f"{inventory.day}T00:00:00Z", **about}
    document = {
        "$schema": _SCHEMA,
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": _serial(content),
        "version": 1,
        **content,
        "metadata": metadata,
    }
    return json.dumps(document, indent=2) + "\n"


def _serial(content: dict[str, Any]) -> str:
    from hashlib import sha256
    from uuid import UUID, uuid5

    digest = sha256(json.dumps(content, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()
    return uuid5(UUID(_NAMESPACE), f"{HOME}/bill/{digest}").urn


class _Bill:
    """Components and services in a stable order, and what needs what."""

    def __init__(self, inventory: Inventory) -> None:
        self.components: list[dict[str, Any]] = []
        self.services: list[dict[str, Any]] = []
        self._references = References()
        self._needs: dict[str, list[str]] = {}
        self._workloads: dict[tuple[ResourceRef, str], str] = {}
        self._take_keys(inventory)
        self._take_certificates(inventory.certificates)
        for store in inventory.stores:
            service = store_service(store, self._references)
            self.services.append(service)
            self._need(service["bom-ref"], self._references.keys.get(store.key, ""))
        providers = {store.id: store.provider for store in inventory.stores}
        for secret in inventory.secrets:
            component = secret_component(secret, self._references, providers.get(secret.store, ""))
            self.components.append(component)
            reference = component["bom-ref"]
            self._need(reference, self._references.stores.get(secret.store, ""))
            for key in secret.keys or (secret.key,):
                self._need(reference, self._references.keys.get(key, ""))
            for consumer in secret.consumers:
                self._need(self._workload(consumer.ref, consumer.location), reference)

    def dependencies(self) -> list[dict[str, Any]]:
        """Each part with those that it needs: a workload its secrets, a secret its store and its keys."""
        return [{"ref": ref, "dependsOn": list(dict.fromkeys(needs))} for ref, needs in self._needs.items()]

    def _take_keys(self, inventory: Inventory) -> None:
        names = sorted({key.algorithm for key in inventory.keys if is_algorithm(key.algorithm)})
        algorithms = {name: self._references.algorithm(name) for name in names}
        self.components += [algorithm_component(name, reference) for name, reference in algorithms.items()]
        self.components += [key_component(key, self._references, algorithms) for key in inventory.keys]

    def _take_certificates(self, certificates: Iterable[Certificate]) -> None:
        same: dict[str, list[Certificate]] = {}
        for one in certificates:
            same.setdefault(one.fingerprint, []).append(one)
        for shown in same.values():
            component = certificate_component(shown, self._references)
            self.components.append(component)
            self._need(component["bom-ref"], self._references.keys.get(shown[0].key, ""))

    def _workload(self, ref: ResourceRef, location: Location) -> str:
        place = ref, location.path
        if place not in self._workloads:
            component = workload_component(ref, location, self._references)
            self.components.append(component)
            self._workloads[place] = component["bom-ref"]
        return self._workloads[place]

    def _need(self, reference: str, needed: str) -> None:
        if needed:
            self._needs.setdefault(reference, []).append(needed)
