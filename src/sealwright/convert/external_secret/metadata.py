"""Which labels and annotations of a Secret go where: to the ExternalSecret, or into the template of the new Secret.

What tells a GitOps tool how to handle the object must stand on the object that is in Git now. What somebody reads off
the Secret on the cluster must stay on the Secret. Sources: argo-cd docs (annotations-and-labels), fluxcd.io
(kustomize-controller), helm.sh (hooks), kustomize (api/konfig).
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from sealwright.convert.template_fields import LAST_APPLIED


class Goes(Enum):
    """Where a label or an annotation goes."""

    OBJECT = "object"
    TEMPLATE = "template"
    NOWHERE = "nowhere"


_CONTROL: Final = (
    "argocd.argoproj.io",
    "kustomize.toolkit.fluxcd.io",
    "helm.toolkit.fluxcd.io",
    "reconcile.fluxcd.io",
    "fluxcd.io",
    "helm.sh",
    "meta.helm.sh",
    "config.kubernetes.io",
    "config.k8s.io",
    "internal.config.kubernetes.io",
    "kustomize.config.k8s.io",
)
_CONTROL_LABELS: Final = frozenset({"argocd.argoproj.io/instance"})
_ON_THE_SECRET: Final = frozenset({"argocd.argoproj.io/skip-reconcile", "argocd.argoproj.io/refresh"})
"""Annotations that Argo CD reads off the Secrets in which it keeps its clusters."""
_TRACKING: Final = frozenset({"argocd.argoproj.io/tracking-id"})
"""Says that the object is a Secret of that name, and would be false on both."""


def place_of(field: str, name: str) -> Goes:
    """Where `name` goes; `field` is `labels` or `annotations`."""
    prefix = name.partition("/")[0]
    if field == "labels":
        # Argo CD's other labels say what a Secret is for (a cluster, a repository).
        by_tool = prefix.endswith(".toolkit.fluxcd.io") or name in _CONTROL_LABELS
        return Goes.OBJECT if by_tool else Goes.TEMPLATE
    if name in LAST_APPLIED or name in _TRACKING:
        return Goes.NOWHERE
    return Goes.OBJECT if prefix in _CONTROL and name not in _ON_THE_SECRET else Goes.TEMPLATE


def as_template(text: str) -> str:
    """A text that the operator's template engine turns into `text`: it executes labels and annotations, too."""
    return text.replace("{{", '{{ "{{" }}')
