"""The rules of the Azure, GCP and Vault providers for the parameters of a SecretProviderClass.

Sources: pkg/provider/validate.go and pkg/provider/types of secrets-store-csi-driver-provider-azure 1.8.2,
config/config.go and util/ of -gcp 1.15, internal/config/config.go of vault-csi-provider 1.7.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.secret_provider_class.embedded import (
    Malformed,
    azure_objects,
    list_of_objects,
    mode_in,
    text_in,
)
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from sealwright.manifest.scalars import Plain

_ENCODINGS = frozenset({"", "utf-8", "hex", "base64"})
_TYPES = frozenset({"secret", "key", "cert"})
_MODE = Pattern(r"0?[0-7]{3}\Z")
_RESOURCE = Pattern(r"projects/[^/]+(?:/locations/[^/]+)?/secrets/[-A-Za-z0-9_]{1,255}/versions/[A-Za-z0-9_-]+\Z")
_BOOLEANS = frozenset({"", "true", "false"})
_IDENTITIES = ("usePodIdentity", "useVMManagedIdentity", "useAzureTokenProxy")


def azure_files(parameters: dict[str, str]) -> list[str]:
    """The names of all files. Raises Malformed for what the Azure provider would refuse."""
    if not parameters.get("keyvaultName", "").strip():
        raise Malformed("there is no keyvaultName")
    if not (parameters.get("tenantID", "") or parameters.get("tenantId", "")).strip():
        raise Malformed("there is no tenantID")
    chosen = [name for name in _IDENTITIES if parameters.get(name, "").lower() == "true"]
    if len(chosen) > 1:
        raise Malformed("only one kind of identity can be used")
    if any(parameters.get(name, "").lower() not in _BOOLEANS for name in _IDENTITIES):
        raise Malformed("a kind of identity is neither true nor false")
    items = azure_objects(parameters.get("objects", ""))
    if not items:
        raise Malformed("there are no objects")
    return [_azure_file(item) for item in items]


def _azure_file(item: dict[str, Plain]) -> str:
    kind, encoding = text_in(item, "objectType"), text_in(item, "objectEncoding")
    if not text_in(item, "objectName"):
        raise Malformed("an object has no objectName")
    if kind not in _TYPES:
        raise Malformed("objectType is none of secret, key and cert")
    if encoding.lower() not in _ENCODINGS or (encoding and kind != "secret"):
        raise Malformed("objectEncoding is none of utf-8, hex and base64, or not of a secret")
    mode = text_in(item, "filePermission")
    if mode and not _MODE.match(mode):
        raise Malformed("filePermission is not octal")
    text_in(item, "objectVersion")
    name = text_in(item, "objectAlias") or text_in(item, "objectName")
    if ".." in name:
        raise Malformed("a file's name has two dots in a row")
    return name


def gcp_files(parameters: dict[str, str]) -> list[str]:
    """The names of all files. Raises Malformed for what the GCP provider would refuse."""
    if parameters.get("auth", "") not in {"", "pod-adc", "provider-adc"}:
        raise Malformed("auth is neither pod-adc nor provider-adc")
    if "secrets" not in parameters:
        raise Malformed("there is no parameter `secrets`")
    items = list_of_objects(parameters["secrets"])
    if not items:
        raise Malformed("there are no secrets")
    return [_gcp_file(item) for item in items]


def _gcp_file(item: dict[str, Plain]) -> str:
    if not _RESOURCE.match(text_in(item, "resourceName")):
        raise Malformed("resourceName is not projects/*/secrets/*/versions/*")
    if text_in(item, "extractJSONKey") and text_in(item, "extractYAMLKey"):
        raise Malformed("a secret has both extractJSONKey and extractYAMLKey")
    mode_in(item, "mode")
    name = text_in(item, "path") or text_in(item, "fileName")
    if not name:
        raise Malformed("a secret has no path")
    return name


def vault_files(parameters: dict[str, str]) -> list[str]:
    """The names of all files. Raises Malformed for what the Vault provider would refuse."""
    if not parameters.get("roleName"):
        raise Malformed("there is no roleName")
    if "vaultAuthMountPath" in parameters and "vaultKubernetesMountPath" in parameters:
        raise Malformed("vaultAuthMountPath and vaultKubernetesMountPath exclude each other")
    items = list_of_objects(parameters.get("objects", ""))
    if not items:
        raise Malformed("there are no objects")
    names = [_vault_file(item) for item in items]
    if len(set(names)) < len(names):
        raise Malformed("two objects have one objectName")
    return names


def _vault_file(item: dict[str, Plain]) -> str:
    name = text_in(item, "objectName")
    if not name:
        raise Malformed("an object has no objectName")
    if not text_in(item, "secretPath"):
        raise Malformed("an object has no secretPath")
    if text_in(item, "encoding").lower() not in _ENCODINGS:
        raise Malformed("encoding is none of utf-8, base64 and hex")
    text_in(item, "secretKey")
    mode_in(item, "filePermission")
    return name
