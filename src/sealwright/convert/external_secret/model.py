"""From where a value stands to what an ExternalSecret says about it, and back, as the operator reads it.

Sources: the operator's providers/v1 at v2.9.0: aws (`prefix`, `uuid/`, `parameterNameWithVersion`), vault
(`buildPath`), azure (`getObjType`); runtime/esutils (`Decode`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.external_secret.properties import NotThere, select, spelled
from sealwright.convert.external_secret.remote_ref import RemoteRef
from sealwright.errors import ConvertError, StoreError
from sealwright.plaintext import Plaintext
from sealwright.sealing.go_base64 import BadBase64, decode
from sealwright.stores.vault_settings import mount_of

if TYPE_CHECKING:
    from sealwright import config
    from sealwright.stores.reference import Reference
    from sealwright.stores.store import Readable

SECRETS_MANAGER = "aws-secrets-manager"
_PREFIXED = frozenset({SECRETS_MANAGER, "aws-parameter-store"})
"""Only the provider for AWS has a prefix of its own; everywhere else it is a part of the key."""
_BY_ID = "uuid/"


def remote_ref(store: config.Store, reference: Reference) -> RemoteRef:
    """How an ExternalSecret names the value at `reference`; pinned where the reference has a version.

    Raises ConvertError where no key leads there.
    """
    key = _key(store, reference.name)
    if whole_name(store, key) != reference.name:
        hint = "give the store another `key` or `prefix` in the configuration"
        raise ConvertError(f"no ExternalSecret can name {reference.name} in store {store.name}", hint=hint)
    version = reference.version
    if version and store.backend == SECRETS_MANAGER:
        version = f"{_BY_ID}{version}"
    found = spelled(store.backend, reference.property)
    return RemoteRef(key, found, version, "Base64" if reference.base64 else "None")


def whole_name(store: config.Store, key: str) -> str:
    """The remote name that the operator looks for when it reads `key`; '' for what it takes for something else."""
    if store.backend in _PREFIXED:
        return store.prefix + key
    if store.backend == "vault":
        return _below_mount(store, key)
    if store.backend == "azure-key-vault" and "/" in key:
        kind, name = key.split("/")[:2]
        return name if kind == "secret" else ""
    return key


def resolve(store: Readable, settings: config.Store, ref: RemoteRef) -> Plaintext:
    """The value that an ExternalSecret with this reference would get. Raises StoreError where it would get none."""
    name = whole_name(settings, ref.key)
    if not name:
        raise StoreError(f"{ref.key} names no secret in store {settings.name}", hint="a `/` means something else there")
    version = ref.version
    if version and settings.backend == SECRETS_MANAGER:
        if not version.startswith(_BY_ID):
            raise StoreError(f"{name}: a version stage is not read here", hint=f"pin it with `{_BY_ID}` and its id")
        version = version.removeprefix(_BY_ID)
    stored = store.get(name, version)
    if stored is None:
        which = f"version {version} of {name}" if version else name
        raise StoreError(f"{which} is not in store {settings.name}", hint="has it been put there, or removed since?")
    reason = ""
    try:
        value = select(settings.backend, stored.body, ref.property) if ref.property else stored.body
    except NotThere as error:
        reason = str(error)
        value = Plaintext(b"")
    if reason:
        at = f"{name}, property {ref.property}"
        raise StoreError(f"{at}: {reason}", hint="somebody else may have put another object there")
    return _decoded(value, name) if ref.decoding == "Base64" else value


def _decoded(value: Plaintext, name: str) -> Plaintext:
    """The bytes as Go's StdEncoding gives them."""
    try:
        return Plaintext(decode(value.reveal().decode("utf-8", "replace")))
    except BadBase64 as error:
        offset = error.offset
    raise StoreError(f"{name}: what should be base64 is not (character {offset + 1})", hint="was it changed by hand?")


def _key(store: config.Store, name: str) -> str:
    if store.backend in _PREFIXED:
        return name.removeprefix(store.prefix)
    if store.backend != "vault":
        return name
    mount = mount_of(store)
    spellings = (name, f"{mount}/{name}", f"{mount}/data/{name}")
    return next((key for key in spellings if _below_mount(store, key) == name), name)


def _below_mount(store: config.Store, key: str) -> str:
    """The operator takes the mount off the beginning of a key, and then `data/`, even where both belong to the name."""
    mount = f"{mount_of(store)}/"
    return key.removeprefix(mount).removeprefix("data/") if key.startswith(mount) else key
