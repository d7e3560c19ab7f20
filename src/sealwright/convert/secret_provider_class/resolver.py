"""The files that a SecretProviderClass mounts, read from a store as its provider reads them, and from nothing else.

Sources: provider/secret_value.go of secrets-store-csi-driver-provider-aws, pkg/provider of -azure,
util/key_extractor.go of -gcp, internal/provider of vault-csi-provider, pkg/util/secretutil of the driver itself.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING

from sealwright.convert.secret_provider_class.aws_rules import descriptors
from sealwright.convert.secret_provider_class.capabilities import provider_of
from sealwright.convert.secret_provider_class.embedded import azure_objects, list_of_objects, text_in
from sealwright.convert.secret_provider_class.validate import flaws
from sealwright.errors import StoreError
from sealwright.plaintext import Plaintext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sealwright import config
    from sealwright.manifest.scalars import Plain
    from sealwright.stores.store import Readable

_HINT = "nothing was written; please report how this came about"


class _Reader:
    """Reads objects of one store, each once."""

    def __init__(self, store: Readable, settings: config.Store) -> None:
        self._store = store
        self._read: dict[tuple[str, str], Plaintext] = {}
        self.settings = settings

    def body(self, name: str, version: str = "") -> Plaintext:
        """The whole object. Raises StoreError where there is none."""
        if (name, version) not in self._read:
            found = self._store.get(name, version)
            if found is None:
                raise StoreError(f"{name} is not in store {self.settings.name}", hint="upload it again")
            self._read[name, version] = found.body
        return self._read[name, version]

    def entry(self, name: str, version: str, key: str) -> Plaintext:
        """One key of an object that is JSON; only texts are taken. Raises StoreError."""
        whole = _json(self.body(name, version))
        value = whole.get(key) if isinstance(whole, dict) else None
        if not isinstance(value, str):
            raise StoreError(f"{name} is no JSON that has a text under {key}", hint=_HINT)
        return Plaintext(value.encode("utf-8", "surrogatepass"))


def mounted_files(store: Readable, settings: config.Store, spc: Plain) -> Mapping[str, Plaintext]:
    """The content of every file by its name, for a SecretProviderClass given as plain data.

    Raises StoreError for what the provider could not mount: everything or nothing is mounted.
    """
    found = flaws(spc)
    if found or not isinstance(spc, dict):
        raise StoreError(f"the provider would refuse it: {next(iter(found), 'no mapping')}", hint=_HINT)
    spec = spc["spec"]
    written = spec["parameters"] if isinstance(spec, dict) else None
    parameters = {name: str(value) for name, value in written.items()} if isinstance(written, dict) else {}
    provider = spec.get("provider") if isinstance(spec, dict) else None
    if provider != provider_of(settings):
        raise StoreError(f"it is read by another provider than store {settings.name}", hint=_HINT)
    read = _PROVIDERS[str(provider)]
    return dict(read(_Reader(store, settings), parameters))


def synced_secrets(spc: Plain, files: Mapping[str, Plaintext]) -> Mapping[str, Mapping[str, Plaintext]]:
    """The Secrets that the driver makes of mounted files: the values of each by its name, for type Opaque."""
    spec = spc.get("spec") if isinstance(spc, dict) else None
    objects = spec.get("secretObjects") if isinstance(spec, dict) else None
    result: dict[str, dict[str, Plaintext]] = {}
    for item in objects if isinstance(objects, list) else ():
        data = item.get("data") if isinstance(item, dict) else None
        entries = [entry for entry in data if isinstance(entry, dict)] if isinstance(data, list) else []
        if isinstance(item, dict):
            made = {str(entry["key"]).strip(): files[str(entry["objectName"]).strip()] for entry in entries}
            result[str(item["secretName"])] = made
    return result


def _aws(reader: _Reader, parameters: dict[str, str]) -> Iterator[tuple[str, Plaintext]]:
    _refuse_other(reader, "region", parameters.get("region", ""), reader.settings.region)
    kinds = {"aws-secrets-manager": "secretsmanager", "aws-parameter-store": "ssmparameter"}
    for one in descriptors(parameters):
        _refuse_other(reader, "objectType", one.kind, kinds[reader.settings.backend])
        yield one.file, reader.body(one.name, one.version)
        for entry in one.entries:
            key = json.loads(entry.path) if entry.path.startswith('"') else entry.path
            yield entry.alias, reader.entry(one.name, one.version, key)


def _azure(reader: _Reader, parameters: dict[str, str]) -> Iterator[tuple[str, Plaintext]]:
    own = reader.settings.vault.split("://")[-1].split("/")[0].split(".")[0]
    _refuse_other(reader, "keyvaultName", parameters["keyvaultName"], own)
    for item in azure_objects(parameters["objects"]):
        name = text_in(item, "objectName")
        body = reader.body(name, text_in(item, "objectVersion"))
        yield text_in(item, "objectAlias") or name, _decoded(name, body, text_in(item, "objectEncoding"))


def _gcp(reader: _Reader, parameters: dict[str, str]) -> Iterator[tuple[str, Plaintext]]:
    place = f"/locations/{reader.settings.location}" if reader.settings.location else ""
    for item in list_of_objects(parameters["secrets"]):
        parent, _, rest = text_in(item, "resourceName").partition("/secrets/")
        _refuse_other(reader, "resourceName", parent, f"projects/{reader.settings.project}{place}")
        name, _, version = rest.partition("/versions/")
        key = text_in(item, "extractJSONKey")
        pinned = "" if version == "latest" else version
        value = reader.entry(name, pinned, key) if key else reader.body(name, pinned)
        yield text_in(item, "path") or text_in(item, "fileName"), value


def _vault(reader: _Reader, parameters: dict[str, str]) -> Iterator[tuple[str, Plaintext]]:
    mount = reader.settings.mount.strip("/") or "secret"
    _refuse_other(reader, "vaultAddress", parameters.get("vaultAddress", ""), reader.settings.address)
    for item in list_of_objects(parameters["objects"]):
        path, _, query = text_in(item, "secretPath").partition("?")
        head, _, name = path.partition("/data/")
        _refuse_other(reader, "secretPath", head, mount)
        version = query.removeprefix("version=")
        value = reader.entry(name, version, text_in(item, "secretKey"))
        yield text_in(item, "objectName"), _decoded(name, value, text_in(item, "encoding"))


def _refuse_other(reader: _Reader, what: str, written: str, own: str) -> None:
    if written != own:
        raise StoreError(f"{what} is not that of store {reader.settings.name}", hint=_HINT)


def _json(body: Plaintext) -> object:
    """What the text says, None where it is no JSON: the parser's error would hold the text."""
    try:
        found: object = json.loads(body.reveal())
    except (ValueError, RecursionError):
        return None
    return found


def _decoded(name: str, value: Plaintext, encoding: str) -> Plaintext:
    if not encoding or encoding.lower() == "utf-8":
        return value
    found = _bytes_of(value.reveal(), encoding.lower())
    if found is None:
        raise StoreError(f"{name} is not {encoding}", hint=_HINT)
    return Plaintext(found)


def _bytes_of(written: bytes, encoding: str) -> bytes | None:
    """As Go's StdEncoding: padding is needed, line ends do not count."""
    try:
        if encoding == "base64":
            return base64.b64decode(written.replace(b"\r", b"").replace(b"\n", b""), validate=True)
        return binascii.unhexlify(written)
    except (binascii.Error, ValueError):
        return None


_PROVIDERS: dict[str, Callable[[_Reader, dict[str, str]], Iterator[tuple[str, Plaintext]]]] = {
    "aws": _aws,
    "azure": _azure,
    "gcp": _gcp,
    "vault": _vault,
}
