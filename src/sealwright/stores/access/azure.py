"""Role assignments for Azure Key Vault, one for each secret; the vault must use Azure RBAC, not access policies.

Source: Key Vault documentation, "Provide access to Key Vault keys, certificates, and secrets with Azure role-based
access control"; the bodies are those of the REST API's `Role Assignments - Create` and `Role Definitions - Create`.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sealwright.errors import UsageError
from sealwright.patterns import Pattern
from sealwright.stores.access.party import needed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.config import Store
    from sealwright.stores.access.party import Document, Party

SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
"""The id of the built-in role Key Vault Secrets User, the same in every subscription."""

_GUID = Pattern(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NAME = Pattern(r"[0-9a-zA-Z-]{1,127}")
_GROUP = Pattern(r"[\w().-]{1,90}")
_SUBSCRIPTION = "give it with --azure-subscription; az account show --query id --output tsv"
_GROUP_HINT = "give it with --azure-resource-group; az keyvault list prints it"
_SECRETS = "Microsoft.KeyVault/vaults/secrets"
_UPLOADS = [f"{_SECRETS}/{action}/action" for action in ("getSecret", "readMetadata", "recover", "setSecret")]


def reader_assignments(settings: Store, names: Sequence[str], party: Party) -> list[Document]:
    """A role assignment on each secret: its scope, its name (the same for the same right), its properties."""
    subscription = _guid(party.subscription, "the subscription's id", _SUBSCRIPTION)
    command = "az identity show --name NAME --resource-group GROUP --query principalId --output tsv"
    hint = f"give it with --azure-principal; {command}"
    principal = _guid(party.principal, "the object id of the identity that reads", hint)
    role = f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{SECRETS_USER}"
    properties = {"roleDefinitionId": role, "principalId": principal, "principalType": "ServicePrincipal"}
    assignments = []
    for name in _checked(names):
        scope = f"{_vault(settings, party)}/secrets/{name}"
        # The REST API makes one assignment of each name, so that to assign again changes nothing.
        guid = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{scope} {role} {principal}".lower()))
        assignments.append({"scope": scope, "name": guid, "properties": properties})
    return assignments


def uploader_role(settings: Store, names: Sequence[str], party: Party, *, undo: bool = False) -> Document:
    """A custom role that can set and read, and not delete, to be assigned on the vault: new secrets have no scope."""
    _checked(names)
    actions = sorted([*_UPLOADS, f"{_SECRETS}/delete"]) if undo else _UPLOADS
    return {
        "properties": {
            "roleName": f"sealwright uploader ({settings.name})",
            "type": "CustomRole",
            "permissions": [{"actions": [], "notActions": [], "dataActions": actions, "notDataActions": []}],
            "assignableScopes": [_vault(settings, party)],
        }
    }


def _vault(settings: Store, party: Party) -> str:
    subscription = _guid(party.subscription, "the subscription's id", _SUBSCRIPTION)
    group = needed(party.resource_group, "the vault's resource group", _GROUP_HINT)
    if not _GROUP.fullmatch(group):
        raise UsageError("that is no name of a resource group", hint=_GROUP_HINT)
    name = settings.vault.removeprefix("https://").split(".", 1)[0].strip("/")
    if not _NAME.fullmatch(name):
        raise UsageError("the store has no vault", hint="name it in the store's settings (`vault:`)")
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{name}"


def _guid(value: str, what: str, hint: str) -> str:
    if not _GUID.fullmatch(value):
        raise UsageError(f"the policy needs {what}", hint=f"{hint} prints it")
    return value


def _checked(names: Sequence[str]) -> list[str]:
    for name in names:
        if not _NAME.fullmatch(name):
            raise UsageError("that is no name of a secret of Key Vault", hint="letters, digits and -")
    if not names:
        raise UsageError("a policy for nothing", hint="convert something first")
    return sorted(set(names))
