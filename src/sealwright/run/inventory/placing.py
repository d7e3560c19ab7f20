"""What a secret's place says of it: environment, cluster, namespace, and which of the stores of one name is meant."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from typing import TYPE_CHECKING

from sealwright.inventory.environment import environment_of
from sealwright.inventory.model import Held
from sealwright.inventory.stores import configured_store, unknown_store
from sealwright.run.clusters import cluster_for

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from sealwright.config import Config
    from sealwright.inventory.model import Secret, Store


def placed(secret: Secret, config: Config, namespaces: Callable[[str, str], frozenset[str]]) -> Secret:
    """The secret with its environment, its cluster, and the namespace that kustomizations give it, where one does."""
    path, ref = secret.location.path, secret.ref
    cluster = cluster_for(path, config)
    environment = cluster.name if cluster is not None and cluster.paths else environment_of(path)
    if not ref.namespace and ref.kind and not ref.kind.startswith("Cluster"):
        known = namespaces("", path)
        if len(known) == 1:
            secret = secret._replace(ref=ref._replace(namespace=next(iter(known))))
    sealed_for = cluster.name if cluster is not None and secret.held is Held.SEALED else ""
    return secret._replace(environment=environment, cluster=sealed_for)


class Stores:
    """The stores of a tree and of the configuration. Several clusters may each have one of the same name."""

    def __init__(self, found: Iterable[Store], config: Config) -> None:
        self._config = config
        self._named: dict[str, list[Store]] = defaultdict(list)
        self._configured: set[str] = set()
        for store in found:
            if store.location is not None or store.id not in self._named:
                self._named[store.id].append(store)
        for configured in config.stores:
            self._take(configured_store(configured))
        for name, same in self._named.items():
            if len(same) > 1:
                self._named[name] = [one._replace(id=f"{name} ({_path(one)})") for one in same]

    def _take(self, store: Store) -> None:
        """One of the configuration: it says more of those that are in the tree."""
        self._configured.add(store.id)
        known = self._named[store.id]
        if not known:
            known.append(store)
            return
        known[:] = [
            one._replace(place=one.place or store.place, identity=one.identity or store.identity, key=store.key)
            for one in known
        ]

    def of(self, secret: Secret) -> Store | None:
        """The store that a secret names: of several, the one that is kept nearest to it."""
        name = secret.store
        if not name:
            return None
        same = self._named.get(name)
        if not same and name.count("/") == 1:  # its namespace is not said, that of the store may be
            kind, _, own = name.partition("/")
            found = [one for stores in self._named.values() for one in stores]
            same = [one for one in found if one.ref.kind == kind and one.ref.name == own]
        if not same:
            same = self._named[name] = [unknown_store(name)]
        return same[0] if len(same) == 1 else max(same, key=lambda store: self._nearness(secret, store))

    def all(self, secrets: Iterable[Secret], paths: Collection[str]) -> tuple[Store, ...]:
        """Stores that the secrets name, those of these files, and those of the configuration, sorted by their ids."""
        named = self._configured | {secret.store for secret in secrets}
        found = (store for same in self._named.values() for store in same if store.id in named or _path(store) in paths)
        return tuple(sorted(found, key=lambda store: store.id))

    def _nearness(self, secret: Secret, store: Store) -> tuple[bool, bool, int]:
        here, there = secret.location.path, _path(store)
        mine, other = cluster_for(here, self._config), cluster_for(there, self._config) if there else None
        same_cluster = mine is not None and mine == other
        return same_cluster, environment_of(here) == environment_of(there), _common(here, there)


def _path(store: Store) -> str:
    return store.location.path if store.location is not None else ""


def _common(one: str, other: str) -> int:
    """How many folders two paths have in common from the top."""
    folders: Sequence[tuple[str, str]] = list(
        zip(posixpath.dirname(one).split("/"), posixpath.dirname(other).split("/"), strict=False)
    )
    return next((at for at, (mine, theirs) in enumerate(folders) if mine != theirs), len(folders))
