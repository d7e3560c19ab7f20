"""Where a Vault is, and what lets us in: the configuration and the environment, as Vault's own command reads them.

OpenBao's names for the variables (BAO_ADDR, ...) are taken where Vault's are not set, as its command does it the other
way round. Sources: developer.hashicorp.com/vault/docs/commands, openbao.org/docs/commands.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import StoreError
from sealwright.patterns import Pattern
from sealwright.plaintext import Plaintext
from sealwright.stores.loopback import is_loopback

if TYPE_CHECKING:
    from sealwright import config

DEFAULT_MOUNT = "secret"

_TOKEN_FILE = "~/.vault-token"  # noqa: S105 - where it is, not what
_ADDRESS = Pattern(r"https?://[A-Za-z0-9._\-\[\]:]+(?:/[A-Za-z0-9._~/-]*)?\Z")
_TOKEN = Pattern(r"[!-~]{1,16384}\Z")
_HEADER = Pattern(r"[!-~]{0,1024}\Z")
_WRITE_ADDRESS = "write https://HOST:PORT, as `address` in the configuration or as VAULT_ADDR"


class Settings(NamedTuple):
    """One Vault and one mount in it. `authorities` is a file or a folder, '' for the usual ones."""

    address: str
    mount: str
    namespace: str
    token: Plaintext
    authorities: str
    client_certificate: tuple[str, str] | None


def settings_of(store: config.Store) -> Settings:
    """What the configuration and the environment say together. Raises StoreError for what is missing or wrong."""
    namespace = store.namespace or _variable("NAMESPACE")
    if not _HEADER.match(namespace):
        raise StoreError("the Vault namespace is none", hint="check `namespace` or VAULT_NAMESPACE")
    certificate, key = _variable("CLIENT_CERT"), _variable("CLIENT_KEY")
    return Settings(
        _address(store),
        mount_of(store),
        namespace,
        _token(),
        _variable("CACERT") or _variable("CAPATH"),
        (certificate, key) if certificate and key else None,
    )


def mount_of(store: config.Store) -> str:
    """The path of the secrets engine, without slashes at its ends."""
    return store.mount.strip("/") or DEFAULT_MOUNT


def _address(store: config.Store) -> str:
    """Where the token is sent. It was made for VAULT_ADDR: a configuration file cannot send it elsewhere."""
    surrounding = _variable("ADDR").rstrip("/")
    address = store.address.rstrip("/") or surrounding
    if not address:
        raise StoreError(f"nobody says where the Vault of store {store.name} is", hint=_WRITE_ADDRESS)
    if not _ADDRESS.match(address):
        raise StoreError("the address of the Vault is none", hint=_WRITE_ADDRESS)
    if surrounding and surrounding != address:
        hint = "set VAULT_ADDR to the one that the token is for, or take it out of the environment"
        raise StoreError(f"VAULT_ADDR names another Vault than store {store.name}, {address}", hint=hint)
    if address.startswith("http://") and not is_loopback(address):
        raise StoreError(f"{address} is not encrypted: the token and all values could be read on the way", hint="https")
    return address


def _token() -> Plaintext:
    token = _variable("TOKEN") or _token_of_file()
    hint = "run `vault login`, or set VAULT_TOKEN"
    if not token:
        raise StoreError("there is no Vault token", hint=hint)
    if not _TOKEN.match(token):
        raise StoreError("the Vault token has characters that none can have", hint=hint)
    return Plaintext(token.encode("ascii"))


def _token_of_file() -> str:
    path = os.path.expanduser(_TOKEN_FILE)
    try:
        with open(path, "rb") as file:
            return file.read(20_000).decode("utf-8", "replace").strip()
    except FileNotFoundError:
        return ""
    except OSError as error:
        reason = error.strerror or type(error).__name__
    raise StoreError(f"cannot be read: {reason}", place=path, hint="set VAULT_TOKEN")


def _variable(name: str) -> str:
    return (os.environ.get(f"VAULT_{name}") or os.environ.get(f"BAO_{name}") or "").strip()
