"""Where values live, and what protects them: stores and keys."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sealwright.report.html.document import Section
from sealwright.report.html.markup import code, joined, path, tag, unbroken
from sealwright.report.html.table import Column, table
from sealwright.report.html.words import named, place

if TYPE_CHECKING:
    from sealwright.inventory.model import Inventory, Key, Store

_STORES = (
    Column("Store"),
    Column("Provider"),
    Column("Where"),
    Column("Comes in as"),
    Column("Key"),
    Column("Secrets", number=True),
    Column("Place"),
)
_KEYS = (
    Column("Key"),
    Column("Kind"),
    Column("Name"),
    Column("Algorithm"),
    Column("Cluster"),
    Column("Ends"),
    Column("Secrets", number=True),
    Column("Place"),
)


def places_section(inventory: Inventory) -> Section:
    """Stores and keys, each with the number of secrets that are there."""
    stores = Counter(secret.store for secret in inventory.secrets)
    keys = Counter(key for secret in inventory.secrets for key in {secret.key, *secret.keys})
    parts = []
    if inventory.stores:
        rows = (_store(store, stores[store.id]) for store in inventory.stores)
        parts += [tag("h3", "Stores"), table("Stores", _STORES, rows)]
    if inventory.keys:
        rows = (_key(key, keys[key.id]) for key in inventory.keys)
        parts += [tag("h3", "Keys"), table("Keys", _KEYS, rows)]
    count = f"{len(inventory.stores) + len(inventory.keys):,}"
    return Section("stores", "Stores and keys", joined(parts), count)


def _store(store: Store, secrets: int) -> list[str]:
    name = named(store.ref) or code(store.id)
    where = place(store.location) if store.location is not None else ""
    return [
        name,
        unbroken(store.provider),
        store.place,
        store.identity,
        code(store.key) if store.key else "",
        f"{secrets:,}",
        where,
    ]


def _key(key: Key, secrets: int) -> list[str]:
    where = path(key.path) if key.path else ""
    return [
        code(key.id),
        unbroken(key.kind),
        key.name,
        unbroken(key.algorithm),
        unbroken(key.cluster),
        unbroken(key.expires),
        f"{secrets:,}",
        where,
    ]
