"""The parameters with which a provider finds the values: texts all of them, the list of objects as YAML in a text.

Sources: README and provider/secret_descriptor.go of secrets-store-csi-driver-provider-aws, pkg/provider/types of
-azure, config/config.go of -gcp, internal/config and internal/client of vault-csi-provider.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.secret_provider_class.block_text import text_word
from sealwright.convert.secret_provider_class.capabilities import decodes, provider_of
from sealwright.convert.secret_provider_class.model import UNREAD_MODE
from sealwright.convert.yaml_words import in_quotes
from sealwright.errors import ConvertError
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sealwright import config
    from sealwright.convert.secret_provider_class.model import File, Identity
    from sealwright.stores.reference import Reference

_IDENTIFIER = Pattern(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_OBJECT_TYPES = {"aws-secrets-manager": "secretsmanager", "aws-parameter-store": "ssmparameter"}


class Objects:
    """Writes the objects of one class. `notes` are the comments that stand above each key."""

    def __init__(
        self,
        references: Mapping[str, Reference],
        settings: config.Store,
        identity: Identity,
        notes: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._references = references
        self._settings = settings
        self._identity = identity
        self._notes = notes or {}

    def parameters(self, name: str, files: Sequence[File]) -> dict[str, str]:
        """All parameters of the class `name`. Raises ConvertError for a value that the provider could not read."""
        for file in files:
            if self._references[file.key].base64 and not decodes(self._settings):
                hint = "store it as an object of its own, or use an ExternalSecret"
                raise ConvertError(f"{file.key} is stored as base64, which the provider does not decode", hint=hint)
        write = {"aws": self._aws, "azure": self._azure, "gcp": self._gcp, "vault": self._vault}
        return {key: text for key, text in write[provider_of(self._settings)](name, files).items() if text}

    def _aws(self, name: str, files: Sequence[File]) -> dict[str, str]:
        return {
            "region": self._settings.region,
            "usePodIdentity": "true" if self._identity.pod_identity else "",
            "objects": "".join(f"{line}\n" for line in self._aws_lines(name, files)),
        }

    def _aws_lines(self, name: str, files: Sequence[File]) -> Iterator[str]:
        bundles: dict[tuple[str, str], list[File]] = {}
        for file in files:
            reference = self._references[file.key]
            if reference.property:
                bundles.setdefault((reference.name, reference.version), []).append(file)
            else:
                bundles[reference.name, f"{reference.version}\0{file.name}"] = [file]
        used = {file.name for file in files}
        for (remote, _), found in bundles.items():
            reference = self._references[found[0].key]
            if not reference.property:
                yield from self._above(found[0], "")
                yield from _item(self._aws_object(reference, found[0].name, found[0].mode))
                continue
            alias = _free_name(f".{name}.json", used)
            yield from _item(self._aws_object(reference._replace(name=remote), alias, UNREAD_MODE))
            yield "  jmesPath:"
            for file in found:
                yield from self._above(file, "  ")
                path = _jmespath(self._references[file.key].property)
                entry = {"path": path, "objectAlias": text_word(file.name), "filePermission": _octal_text(file.mode)}
                yield from _item(entry, "  ")

    def _aws_object(self, reference: Reference, alias: str, mode: int) -> dict[str, str]:
        fields = {"objectName": text_word(reference.name), "objectType": _OBJECT_TYPES[self._settings.backend]}
        fields["objectAlias"] = text_word(alias)
        if reference.version:
            fields["objectVersion"] = in_quotes(reference.version)
        return fields | {"filePermission": _octal_text(mode)}

    def _azure(self, _: str, files: Sequence[File]) -> dict[str, str]:
        vault = self._settings.vault.split("://")[-1].split("/")[0].split(".")[0]
        return {
            "usePodIdentity": "false",
            "clientID": self._identity.client,
            "keyvaultName": vault,
            "tenantID": self._identity.tenant,
            "objects": "array:\n" + "".join(f"{line}\n" for line in self._azure_lines(files)),
        }

    def _azure_lines(self, files: Sequence[File]) -> Iterator[str]:
        for file in files:
            reference = self._references[file.key]
            if reference.property:
                hint = "store every key as an object of its own, or use an ExternalSecret"
                raise ConvertError(f"{file.key} is in a bundle, which the provider does not take apart", hint=hint)
            yield from self._above(file, "  ")
            yield "  - |"
            fields = {
                "objectName": text_word(reference.name),
                "objectType": "secret",
                "objectAlias": text_word(file.name),
            }
            if reference.version:
                fields["objectVersion"] = in_quotes(reference.version)
            if reference.base64:
                fields["objectEncoding"] = "base64"
            fields["filePermission"] = _octal_text(file.mode)
            yield from (f"    {key}: {text}" for key, text in fields.items())

    def _gcp(self, _: str, files: Sequence[File]) -> dict[str, str]:
        return {"auth": "pod-adc", "secrets": "".join(f"{line}\n" for line in self._gcp_lines(files))}

    def _gcp_lines(self, files: Sequence[File]) -> Iterator[str]:
        place = f"/locations/{self._settings.location}" if self._settings.location else ""
        for file in files:
            reference = self._references[file.key]
            version = reference.version or "latest"
            resource = f"projects/{self._settings.project}{place}/secrets/{reference.name}/versions/{version}"
            fields = {"resourceName": text_word(resource), "path": text_word(file.name)}
            if reference.property:
                fields["extractJSONKey"] = text_word(reference.property)
            yield from self._above(file, "")
            yield from _item(fields | {"mode": f"0{file.mode:03o}"})

    def _vault(self, _: str, files: Sequence[File]) -> dict[str, str]:
        return {
            "roleName": self._identity.role,
            "vaultAddress": self._settings.address,
            "vaultNamespace": self._settings.namespace,
            "vaultAuthMountPath": self._identity.auth_mount,
            "audience": self._identity.audience,
            "objects": "".join(f"{line}\n" for line in self._vault_lines(files)),
        }

    def _vault_lines(self, files: Sequence[File]) -> Iterator[str]:
        mount = self._settings.mount.strip("/") or "secret"
        for file in files:
            reference = self._references[file.key]
            # The provider sends `secretArgs` as a body, in which no version is looked for.
            version = f"?version={reference.version}" if reference.version else ""
            fields = {
                "objectName": text_word(file.name),
                "secretPath": text_word(f"{mount}/data/{reference.name}{version}"),
                "secretKey": text_word(reference.property),
            }
            if reference.base64:
                fields["encoding"] = "base64"
            yield from self._above(file, "")
            yield from _item(fields | {"filePermission": f"0{file.mode:03o}"})

    def _above(self, file: File, indentation: str) -> Iterator[str]:
        yield from (f"{indentation}{note}" for note in self._notes.get(file.key, ()))


def _item(fields: Mapping[str, str], indentation: str = "") -> Iterator[str]:
    mark = "- "
    for key, text in fields.items():
        yield f"{indentation}{mark}{key}: {text}"
        mark = "  "


def _jmespath(key: str) -> str:
    """The expression for one key of an object. Unquoted, `tls.crt` is a key of a key, and `a-b` an error."""
    return text_word(key) if _IDENTIFIER.match(key) else f"'\"{key}\"'"


def _octal_text(mode: int) -> str:
    return f'"0{mode:03o}"'


def _free_name(name: str, used: set[str]) -> str:
    while name in used:  # two dots at the beginning are the driver's own
        name = f"{name}.json"
    used.add(name)
    return name
