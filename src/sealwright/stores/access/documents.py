"""All that somebody has to apply so that what was converted can be read, and nothing else, as files to write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.errors import UsageError
from sealwright.patterns import Pattern
from sealwright.stores.access import aws, azure, google, vault
from sealwright.stores.access.splitting import LARGEST, MOST, split
from sealwright.stores.access.trust import IRSA, POD_IDENTITY, trust_policy
from sealwright.stores.access.validation import validate_policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sealwright.config import Store
    from sealwright.stores.access.party import Document, Party

_UNFIT = Pattern(r"[^A-Za-z0-9._-]+")


class Extent(NamedTuple):
    """`folders` permits whole folders, for fewer characters; `undo` lets the uploader delete what can be restored."""

    folders: bool = False
    undo: bool = False


_EXACT = Extent()


class Access(NamedTuple):
    """`files` maps names of files to their text; `notes` are what somebody who applies them must know."""

    files: dict[str, str]
    notes: tuple[str, ...] = ()


def access_documents(settings: Store, names: Sequence[str], party: Party, extent: Extent = _EXACT) -> Access:
    """Reader, trust and uploader of one store, for the objects of these whole remote names.

    Raises UsageError for what only a person can know, and where a policy would permit more than what was asked for.
    """
    stem = _UNFIT.sub("-", settings.name).strip("-.") or "store"
    if settings.backend in {aws.SECRETS_MANAGER, aws.PARAMETER_STORE}:
        return _aws(stem, settings, names, party, extent)
    if settings.backend == "vault":
        role = vault.kubernetes_role(party, f"{stem}-reader")
        files = {
            f"{stem}-reader.hcl": vault.reader_policy(settings, names, folders=extent.folders),
            f"{stem}-kubernetes-role.json": _json(role),
            f"{stem}-uploader.hcl": vault.uploader_policy(settings, names, folders=extent.folders, undo=extent.undo),
        }
        where = f" in the namespace {settings.namespace}" if settings.namespace else ""
        return Access(
            files, (f"vault policy write {stem}-reader {stem}-reader.hcl{where}, and likewise the uploader's",)
        )
    if settings.backend == "gcp-secret-manager":
        return _google(stem, settings, names, party, extent)
    if settings.backend == "azure-key-vault":
        files = {
            f"{stem}-reader-assignments.json": _json(azure.reader_assignments(settings, names, party)),
            f"{stem}-uploader-role.json": _json(azure.uploader_role(settings, names, party, undo=extent.undo)),
        }
        return Access(files, ("the vault must use Azure RBAC: access policies cannot be for single secrets",))
    return Access({}, ("a local store has no policies: who has its key can read it",))


def _aws(stem: str, settings: Store, names: Sequence[str], party: Party, extent: Extent) -> Access:
    kind = IRSA if party.oidc_provider else POD_IDENTITY
    readers = split(lambda part: aws.reader_policy(settings, part, party, folders=extent.folders), names)
    uploaders = split(
        lambda part: aws.uploader_policy(settings, part, party, folders=extent.folders, undo=extent.undo), names
    )
    party = party._replace(region=settings.region or party.region)
    files = {
        **_numbered(f"{stem}-reader-policy", readers),
        f"{stem}-trust-policy.json": _checked(trust_policy(kind, party)),
        **_numbered(f"{stem}-uploader-policy", uploaders),
    }
    notes = [*_many("reader", len(readers)), *_many("uploader", len(uploaders))]
    if extent.folders:
        notes.append("whole folders are permitted: what is put there later can be read, too")
    if settings.kms_key.startswith("alias/") and not settings.kms_key.startswith("alias/aws/"):
        notes.append(f"the key is known by {settings.kms_key}: who may move that alias can change which key is meant")
    if not settings.kms_key and settings.backend == aws.PARAMETER_STORE:
        notes.append("without a key of its own everyone in the account may decrypt: only ssm permissions protect it")
    return Access(files, tuple(notes))


def _google(stem: str, settings: Store, names: Sequence[str], party: Party, extent: Extent) -> Access:
    role = google.uploader_role(settings, names, party, undo=extent.undo)
    files = {
        f"{stem}-reader-bindings.json": _json(google.reader_bindings(settings, names, party)),
        f"{stem}-uploader-roles.json": _json(role),
    }
    notes = ["setIamPolicy replaces the whole policy of a secret: read it first, and add the binding"]
    if "condition" not in role:
        notes.append("the uploader may add to every secret of the project: give the project's number for a condition")
    return Access(files, tuple(notes))


def _many(who: str, count: int) -> list[str]:
    if count == 1:
        return []
    notes = [f"the {who} policy has {count} parts, since AWS takes {LARGEST:,} characters each: attach all of them"]
    if count > MOST:
        hint = "make a role for each namespace, or permit whole folders"
        notes.append(f"a role takes {MOST} policies unless AWS raises the quota: {hint}")
    return notes


def _numbered(stem: str, documents: list[Document]) -> dict[str, str]:
    if len(documents) == 1:
        return {f"{stem}.json": _checked(documents[0])}
    return {f"{stem}-{number}.json": _checked(document) for number, document in enumerate(documents, 1)}


def _checked(document: Document) -> str:
    """The text of a policy that holds. One that does not is a defect, or asks for something AWS would refuse."""
    flaws = validate_policy(document)
    if flaws:
        raise UsageError(f"AWS would not take the policy, or it permits too much: {flaws[0]}", hint=_HINT)
    return _json(document)


_HINT = "check the store's settings; fewer service accounts in a role make a shorter policy"


def _json(content: Document | Iterable[Any]) -> str:
    return f"{json.dumps(content, indent=2)}\n"
