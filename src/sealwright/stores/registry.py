"""The kinds of store that there are; each module is loaded when a store of its kind is opened."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from sealwright.errors import ConfigurationError

if TYPE_CHECKING:
    from types import ModuleType

    from sealwright import config
    from sealwright.stores.store import Store, Traits

MODULES = {
    "local": "sealwright.stores.local",
    "aws-secrets-manager": "sealwright.stores.aws_secrets_manager",
    "aws-parameter-store": "sealwright.stores.aws_parameter_store",
    "vault": "sealwright.stores.vault",
    "gcp-secret-manager": "sealwright.stores.gcp",
    "azure-key-vault": "sealwright.stores.azure",
}
"""Each backend of the configuration, and the module that has `open_store` and `TRAITS` for it."""


def open_store(store: config.Store) -> Store:
    """The store that the configuration describes. No network, no credentials: the first call needs them.

    A store may be used from several threads at once. Raises ConfigurationError for settings that cannot be right, and
    StoreError where the package that talks to the service is not installed.
    """
    return cast("Store", _module(store.backend).open_store(store))


def traits_of(backend: str) -> Traits:
    """What a kind of store can hold, without opening one. Raises ConfigurationError for an unknown kind."""
    return cast("Traits", _module(backend).TRAITS)


def _module(backend: str) -> ModuleType:
    if backend not in MODULES:
        raise ConfigurationError("there is no store of that kind", hint=f"one of {', '.join(MODULES)}")
    return import_module(MODULES[backend])
