"""Who else looks after a Secret: an operator that made it, or a tool that fills it in.

Sources: the documentation of each tool, for the labels and annotations that it reads or writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sealwright.manifest.nodes import Mapping, Sequence, lookup, mapping_at, resolve, text_of
from sealwright.manifest.resource import annotations_of, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.resource import Resource


class Manager(NamedTuple):
    """`slug` names the tool's kind; `reason` and `alternative` are for people."""

    slug: str
    reason: str
    alternative: str


_LEAVE: Final = "leave it to that tool, and delete the copy from Git"

PLACEHOLDERS: Final = "write an ExternalSecret for the paths that it names"

_ANNOTATIONS: Final = (
    ("sealedsecrets.bitnami.com/managed", "sealed-secrets", "the controller for SealedSecrets manages it", _LEAVE),
    ("sealedsecrets.bitnami.com/patch", "sealed-secrets", "the controller for SealedSecrets fills it in", _LEAVE),
    ("cert-manager.io/certificate-name", "cert-manager", "cert-manager issues and renews it", _LEAVE),
    ("reflector.v1.k8s.emberstack.com/reflects", "copy", "reflector copies it from another Secret", _LEAVE),
    ("replicator.v1.mittwald.de/replicate-from", "copy", "replicator copies it from another Secret", _LEAVE),
    ("reconcile.external-secrets.io/data-hash", "external-secrets", "the External Secrets Operator made it", _LEAVE),
)
_PREFIXES: Final = (
    (
        "avp.kubernetes.io/",
        "placeholders",
        "argocd-vault-plugin fills it in: what stands here are no values",
        PLACEHOLDERS,
    ),
    (
        "vault.security.banzaicloud.io/",
        "placeholders",
        "a webhook fills it in from Vault: what stands here are no values",
        PLACEHOLDERS,
    ),
)
_LABELS: Final = (
    ("reconcile.external-secrets.io/managed", "external-secrets", "the External Secrets Operator made it", _LEAVE),
    ("secrets-store.csi.k8s.io/managed", "csi", "the Secrets Store CSI driver made it", _LEAVE),
)


def manager_of(secret: Resource) -> Manager | None:
    """The tool that looks after a Secret, None where there is none to be seen."""
    return next(_managers(secret), None)


def _managers(secret: Resource) -> Iterator[Manager]:
    node = secret.node
    root = secret.document.root
    top = resolve(root) if root is not None else None
    if any(isinstance(item, Mapping) and _is_sops(item) for item in (node, top)):
        yield Manager("sops", "SOPS has encrypted it", "decrypt it first, or leave it: it is not in clear")
    annotations = annotations_of(node)
    labels = texts_of(mapping_at(node, "metadata", "labels"))
    for given, known in ((annotations, _ANNOTATIONS), (labels, _LABELS)):
        for name, slug, reason, alternative in known:
            if given.get(name, "false") != "false":
                yield Manager(slug, reason, alternative)
    for prefix, slug, reason, alternative in _PREFIXES:
        if any(name.startswith(prefix) for name in annotations):
            yield Manager(slug, reason, alternative)
    if annotations.get("kustomize.config.k8s.io/behavior", "create") != "create":
        yield Manager(
            "patch", "kustomize merges it into another Secret", "put the values into the Secret that it changes"
        )
    yield from _owner(secret)


def _is_sops(mapping: Mapping) -> bool:
    """Where the file, or the object, has the block in which SOPS keeps its keys."""
    block = mapping_at(mapping, "sops")
    return block is not None and (lookup(block, "mac") is not None or lookup(block, "version") is not None)


def _owner(secret: Resource) -> Iterator[Manager]:
    metadata = mapping_at(secret.node, "metadata")
    owners = lookup(metadata, "ownerReferences") if metadata is not None else None
    target = resolve(owners) if owners is not None else None
    if not isinstance(target, Sequence) or not target.items:
        return
    first = resolve(target.items[0])
    kind = text_of(lookup(first, "kind")) if isinstance(first, Mapping) else ""
    if kind == "SealedSecret":
        yield Manager("sealed-secrets", "a SealedSecret owns it", _LEAVE)
    else:
        shown = f"a {kind}" if kind.isalnum() and len(kind) < 64 else "another object"
        yield Manager("operator", f"{shown} owns it: an operator made it", _LEAVE)
