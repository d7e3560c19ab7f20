"""What becomes of the Secrets of a file: by the command line, or by the first rule whose paths match."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.config import Store
from sealwright.errors import UsageError
from sealwright.manifest.globs import compile_globs
from sealwright.run.clusters import cluster_for

if TYPE_CHECKING:
    from sealwright.config import Config
    from sealwright.manifest.globs import Globs

SEALED_SECRET = "sealed-secret"  # noqa: S105 - a kind
EXTERNAL_SECRET = "external-secret"  # noqa: S105
SECRET_PROVIDER_CLASS = "secret-provider-class"  # noqa: S105
LOCAL = "local"
"""The store that is there without configuration."""


class Goal(NamedTuple):
    """`to` is one of the three; `store` is None for a SealedSecret. `cluster` fills in names, '' for none."""

    to: str
    store: Store | None = None
    cluster: str = ""
    scope: str = ""


class Goals:
    """The goal for each file. `to`, `store` and `cluster` are what the command line says, '' where it says nothing."""

    def __init__(self, config: Config, *, to: str = "", store: str = "", cluster: str = "") -> None:
        self._config = config
        self._to = to
        self._store = named_store(config, store) if store else None
        self._cluster = cluster
        if cluster and config.clusters and config.cluster(cluster) is None:
            names = ", ".join(known.name for known in config.clusters)
            raise UsageError(f"there is no cluster {cluster}", place=config.path, hint=f"clusters there: {names}")
        self._rules: list[tuple[Globs | None, Goal]] = [
            (compile_globs(rule.paths), Goal(rule.to, self._store_for(rule.to, rule.store), "", rule.scope))
            for rule in config.convert
            if not to or rule.to == to
        ]
        # Rules may cover every path, so that nobody has to say which store is meant elsewhere.
        self._default = Goal(to, self._store_for(to, "")) if to and not self._several(to) else None
        if not to and not config.convert:
            hint = (
                "give --to external-secret, secret-provider-class or sealed-secret, or `convert` in the configuration"
            )
            raise UsageError("nothing says what Secrets are to become", hint=hint)

    def of(self, path: str) -> Goal | None:
        """The goal for the file at a path as people see it; None where no rule is about it."""
        goal = next((goal for globs, goal in self._rules if globs is not None and globs.match(path)), self._default)
        if goal is None:
            return None
        cluster = cluster_for(path, self._config)
        return goal._replace(cluster=self._cluster or (cluster.name if cluster else ""))

    def kinds(self) -> set[str]:
        """What Secrets may become."""
        return {goal.to for goal in self._all()}

    def stores(self) -> dict[str, Store]:
        """Every store that may be needed, by its name."""
        return {goal.store.name: goal.store for goal in self._all() if goal.store is not None}

    def _all(self) -> list[Goal]:
        return [goal for _, goal in self._rules] + ([self._default] if self._default else [])

    def _store_for(self, to: str, named: str) -> Store | None:
        if to == SEALED_SECRET:
            return None
        if self._store is not None:
            return self._store
        if named:
            return named_store(self._config, named)
        if self._several(to):
            raise self._which_store()
        stores = self._config.stores
        return stores[0] if stores else Store(LOCAL, LOCAL, ref_name=LOCAL)

    def silence(self) -> tuple[str, str]:
        """Why there is no goal for a file, and what to do."""
        if self._to:
            error = self._which_store()
            return "nothing says which store its values go to", error.hint
        return "no rule under `convert` is about its path", "add one, or give --to and --store"

    def _several(self, to: str) -> bool:
        return to != SEALED_SECRET and self._store is None and len(self._config.stores) > 1

    def _which_store(self) -> UsageError:
        names = ", ".join(store.name for store in self._config.stores)
        return UsageError("which store?", place=self._config.path, hint=f"give --store: {names}")


def named_store(config: Config, name: str) -> Store:
    """The store of that name; `local` is there without configuration. Raises UsageError."""
    store = config.store(name)
    if store is None and name == LOCAL:
        return Store(LOCAL, LOCAL, ref_name=LOCAL)
    if store is None:
        names = ", ".join(known.name for known in config.stores) or "none"
        hint = f"stores of .sealwright.yaml: {names}; `local` is always there"
        raise UsageError(f"there is no store {name}", place=config.path, hint=hint)
    return store
