"""How the parts of a bill name each other: a bom-ref for each, unique and the same in every run over the same tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sealwright.finding import ResourceRef
    from sealwright.inventory.model import Certificate, Key, Secret, Store


class References:
    """Gives each thing a bom-ref; what would have one that is taken gets a number behind it."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}
        self.keys: dict[str, str] = {}
        self.stores: dict[str, str] = {}

    def key(self, key: Key) -> str:
        """Of a key, by its id."""
        self.keys[key.id] = reference = self._free(f"key/{key.kind}/{key.id}")
        return reference

    def store(self, store: Store) -> str:
        """Of a store, by its id."""
        self.stores[store.id] = reference = self._free(f"store/{store.id}")
        return reference

    def secret(self, secret: Secret) -> str:
        """Of a secret, by its object and its file."""
        return self._free(f"secret/{secret.location.path}/{identity(secret.ref)}")

    def item(self, secret: str, key: str) -> str:
        """Of one value of a secret."""
        return self._free(f"{secret}#{key}")

    def certificate(self, certificate: Certificate) -> str:
        """Of a certificate, by its fingerprint."""
        return self._free(f"certificate/{certificate.fingerprint}")

    def workload(self, ref: ResourceRef, path: str) -> str:
        """Of a workload, by its object and its file."""
        return self._free(f"workload/{path}/{identity(ref)}")

    def algorithm(self, name: str) -> str:
        """Of an algorithm, by its name."""
        return self._free(f"algorithm/{name}")

    def _free(self, wanted: str) -> str:
        number = self._taken[wanted] = self._taken.get(wanted, 0) + 1
        return wanted if number == 1 else self._free(f"{wanted}/{number}")


def identity(ref: ResourceRef) -> str:
    """An object in one word, as people write it: `Secret/shop/db`; `value` for what is in none."""
    return "/".join(filter(None, (ref.kind, ref.namespace, ref.name))) or "value"
