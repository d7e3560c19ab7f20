"""What of a Secret's metadata goes into the template of a SealedSecret, and what is left out.

Follows kubeseal 0.38 (upstream sealedsecret_expansion.go, `NewSealedSecret`, `StripLastAppliedAnnotations`,
`UpdateScopeAnnotations`) with two exceptions. managedFields, which describe one live object only, are left out too.
And `--scope strict`, which kubeseal cannot tell from no --scope, is obeyed: annotations of another scope go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.sealing.scope import ANNOTATION_CLUSTER_WIDE, ANNOTATION_NAMESPACE_WIDE, annotations_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.sealing.scope import Scope

API_VERSION = "bitnami.com/v1alpha1"
KIND = "SealedSecret"

SERVER_FIELDS = frozenset(
    {
        "uid",
        "resourceVersion",
        "selfLink",
        "generation",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "ownerReferences",
        "managedFields",
    }
)
"""Written by the API server about one live object; false anywhere else."""

LAST_APPLIED = frozenset(
    {"kubectl.kubernetes.io/last-applied-configuration", "kubecfg.ksonnet.io/last-applied-configuration"}
)
"""Annotations that repeat the whole Secret in clear."""

_SCOPES = frozenset({ANNOTATION_CLUSTER_WIDE, ANNOTATION_NAMESPACE_WIDE})


def annotation_changes(
    written: Iterable[tuple[str, object]], scope: Scope, *, forced: bool
) -> tuple[set[str], dict[str, str]]:
    """Which of the Secret's annotations the template does not get, and which it gets on top of them.

    Where the scope was chosen by the caller (`forced`), the template says that scope and no other, so that the Secret
    on the cluster does not contradict the SealedSecret. Else both scope annotations stay as they are written.
    """
    wanted = annotations_for(scope) if forced else {}
    present = dict(written)
    dropped = {name for name in present if name in LAST_APPLIED}
    if forced:
        dropped |= {name for name, value in present.items() if name in _SCOPES and wanted.get(name) != value}
    return dropped, {name: value for name, value in wanted.items() if present.get(name) != value}
