"""Rights on Google Secret Manager: a binding on each secret for who reads, a role of its own for who puts them there.

Source: Secret Manager documentation, "Access control with IAM". What is written here is the body of the API's
`setIamPolicy` and of IAM's `roles.create`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import UsageError
from sealwright.patterns import Pattern
from sealwright.stores.access.party import needed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.config import Store
    from sealwright.stores.access.party import Document, Party

ACCESSOR = "roles/secretmanager.secretAccessor"
_NAME = Pattern(r"[A-Za-z0-9_-]{1,255}")
_MEMBER = Pattern(r"(?:serviceAccount:|principal://)[^\s*\"\\]+")
_NUMBER = Pattern(r"[0-9]{1,20}")
_UPLOADS = [
    "secretmanager.secrets.create",
    "secretmanager.secrets.get",
    "secretmanager.secrets.update",
    "secretmanager.versions.access",
    "secretmanager.versions.add",
    "secretmanager.versions.get",
]


def reader_bindings(settings: Store, names: Sequence[str], party: Party) -> list[Document]:
    """For each secret: its full name, and the policy to merge into the one that it has. Raises UsageError."""
    hint = (
        "give it with --gcp-member: serviceAccount:NAME@PROJECT.iam.gserviceaccount.com, or principal://... of a "
        "workload identity pool"
    )
    member = needed(party.member, "who reads", hint)
    if not _MEMBER.fullmatch(member):
        raise UsageError("that is no one member of IAM", hint=hint)
    binding = {"role": ACCESSOR, "members": [member]}
    return [{"resource": name, "policy": {"bindings": [binding]}} for name in _resources(settings, names)]


def uploader_role(settings: Store, names: Sequence[str], party: Party, *, undo: bool = False) -> Document:
    """A role that cannot delete, and the condition under which to bind it in the project.

    Conditions know projects by their numbers: without `project_number` there is none. Creating is asked of the project
    as a whole, which no condition on names can narrow, so that it is a role of its own.
    """
    _resources(settings, names)
    rest = [*_UPLOADS[1:], "secretmanager.secrets.delete", "secretmanager.versions.disable"] if undo else _UPLOADS[1:]
    document: Document = {
        "creator": _role("sealwright uploader: create", _UPLOADS[:1]),
        "uploader": _role("sealwright uploader: versions", sorted(rest)),
    }
    if party.project_number:
        if not _NUMBER.fullmatch(party.project_number):
            hint = "gcloud projects describe PROJECT --format='value(projectNumber)' prints it"
            raise UsageError("that is no number of a project", hint=hint)
        start = f"projects/{party.project_number}{_location(settings)}/secrets/{_common(names)}"
        document["condition"] = {
            "title": "converted secrets only",
            "expression": f"resource.name.startsWith('{start}')",
        }
    return document


def _common(names: Sequence[str]) -> str:
    """What all of them begin with, '' for nothing."""
    first, last = min(names), max(names)
    same = (at for at in range(len(first)) if first[: at + 1] != last[: at + 1])
    return first[: next(same, len(first))]


def _role(title: str, permissions: list[str]) -> Document:
    return {"title": title, "stage": "GA", "includedPermissions": permissions}


def _location(settings: Store) -> str:
    return f"/locations/{settings.location}" if settings.location else ""


def _resources(settings: Store, names: Sequence[str]) -> list[str]:
    project = needed(settings.project, "the store's project", "name it in the store's settings (`project:`)")
    for name in names:
        if not _NAME.fullmatch(name):
            raise UsageError("that is no name of a secret of Secret Manager", hint="letters, digits, - and _")
    if not names:
        raise UsageError("a policy for nothing", hint="convert something first")
    return [f"projects/{project}{_location(settings)}/secrets/{name}" for name in sorted(set(names))]
