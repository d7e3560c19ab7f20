"""Policies and roles for Vault and OpenBao, KV version 2: `data/` holds the values, `metadata/` what is known of them.

Sources: "Policies" and "KV secrets engine, version 2, ACL rules" of the documentation; the role of the Kubernetes
authentication method (API, "Create/update role"). A `+` for a segment and a `*` at the end are patterns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import UsageError
from sealwright.patterns import Pattern
from sealwright.stores.access.party import subjects_of
from sealwright.stores.vault_settings import mount_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sealwright.config import Store
    from sealwright.stores.access.party import Document, Party

_SPECIAL = Pattern(r'[*"\\\x00-\x1f\x7f]|\$\{|%\{|\{\{|(?:^|/)\+(?:/|$)')


def reader_policy(settings: Store, names: Sequence[str], *, folders: bool = False) -> str:
    """The policy for who reads these objects. Raises UsageError for a name that would be a pattern."""
    return "\n".join(_rule(settings, "data", path, ["read"]) for path in _paths(names, folders=folders))


def uploader_policy(settings: Store, names: Sequence[str], *, folders: bool = False, undo: bool = False) -> str:
    """The policy for who puts them there. `undo` permits deletion of a version, which can be taken back."""
    return "\n".join(_uploader_rules(settings, _paths(names, folders=folders), undo=undo))


def kubernetes_role(party: Party, policy: str) -> Document:
    """What `auth/kubernetes/role/NAME` is told, so that just these service accounts get the policy."""
    accounts = subjects_of(party)
    names, namespaces = {account.name for account in accounts}, {account.namespace for account in accounts}
    if len(accounts) != len(names) * len(namespaces):  # a role cannot keep pairs apart
        hint = "make one role for each namespace"
        raise UsageError("these service accounts cannot share a role of Vault", hint=hint)
    return {
        "bound_service_account_names": sorted(names),
        "bound_service_account_namespaces": sorted(namespaces),
        "token_policies": [policy],
        "token_ttl": "15m",
    }


def _uploader_rules(settings: Store, paths: Iterable[str], *, undo: bool) -> Iterator[str]:
    for path in paths:
        yield _rule(settings, "data", path, ["create", "read", "update"])
        yield _rule(settings, "metadata", path, ["create", "read", "update"])
        if undo:
            yield _rule(settings, "delete", path, ["update"])  # marks single versions


def _paths(names: Sequence[str], *, folders: bool) -> list[str]:
    for name in names:
        if not name or _SPECIAL.search(name):
            raise UsageError("a remote name that a policy would read as a pattern", hint="rename the remote object")
    if not names:
        raise UsageError("a policy for nothing", hint="convert something first")
    return sorted({_folder(name) if folders else name for name in names})


def _folder(name: str) -> str:
    folder, slash, _ = name.rpartition("/")
    return f"{folder}{slash}*" if folder else name


def _rule(settings: Store, kind: str, path: str, capabilities: list[str]) -> str:
    mount = mount_of(settings)
    if _SPECIAL.search(mount):
        raise UsageError("the store's mount is a pattern", hint="name one mount")
    listed = ", ".join(f'"{capability}"' for capability in capabilities)
    return f'path "{mount}/{kind}/{path.lstrip("/")}" {{\n  capabilities = [{listed}]\n}}\n'
