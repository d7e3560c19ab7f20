"""Who can decrypt what SOPS has encrypted: the recipients that it leaves in the file.

Source: getsops/sops, `stores/stores.go` (`Metadata`), `stores/flatten.go` for dotenv files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.inventory.model import Key
from sealwright.inventory.shapes import address, items, text
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_FLAT = Pattern(r"^sops_(age|pgp|kms|gcp_kms|hc_vault|azure_kv)__list_\d{1,3}__map_(\w{1,40})=(\S{1,400})$", 8)
_FLAT_NAME = Pattern(r"^([A-Za-z_][\w.-]{0,252})=ENC\[AES256_GCM,", 8)  # re.MULTILINE


def recipients(metadata: Any) -> tuple[Key, ...]:
    """The keys of a file's `sops` mapping, each once."""
    groups = [metadata, *items(metadata, "key_groups")]
    return tuple(dict.fromkeys(key for group in groups for key in _of_group(group)))


def _of_group(group: Any) -> Iterator[Key]:
    for kind in ("kms", "gcp_kms", "azure_kv", "hc_vault", "age", "pgp"):
        for entry in items(group, kind):
            found = _key(kind, entry)
            if found is not None:
                yield found


def _key(kind: str, entry: Any) -> Key | None:
    if kind == "age":
        name = text(entry, "recipient")
        return Key(name, "age", algorithm="X25519") if name else None
    if kind == "pgp":
        name = text(entry, "fp")
        return Key(name, "pgp") if name else None
    if kind == "kms":
        name = text(entry, "arn")
        return Key(name, "kms", "AWS KMS") if name else None
    if kind == "gcp_kms":
        name = text(entry, "resource_id")
        return Key(name, "kms", "Google Cloud KMS") if name else None
    if kind == "azure_kv":
        where, name = address(text(entry, "vault_url") or text(entry, "vaultUrl")), text(entry, "name")
        return Key(f"{where}/keys/{name}", "kms", "Azure Key Vault") if name else None
    where, name = address(text(entry, "vault_address")), text(entry, "key_name")
    return Key(f"{where}/{text(entry, 'engine_path') or 'transit'}/keys/{name}", "kms", "Vault") if name else None


def is_flat(text_: str) -> bool:
    """Whether the text is a dotenv file that SOPS has encrypted."""
    return "\nsops_mac=ENC[" in f"\n{text_}"


def flat_recipients(text_: str) -> tuple[Key, ...]:
    """The keys of an encrypted dotenv file."""
    fields = {"age": "recipient", "pgp": "fp", "kms": "arn", "gcp_kms": "resource_id"}
    found = [
        (str(kind), str(name))
        for kind, field, name in (match.groups() for match in _FLAT.finditer(text_))
        if fields.get(kind) == field
    ]
    return tuple(dict.fromkeys(key for kind, name in found if (key := _key(kind, {fields[kind]: name})) is not None))


def flat_names(text_: str) -> Iterator[str]:
    """The names of the values of an encrypted dotenv file."""
    yield from (name for name in _FLAT_NAME.findall(text_) if not name.startswith("sops_"))
