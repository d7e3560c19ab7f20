"""Who uses a Secret, as commands and policies name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.manifest.nodes import lookup, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.convert.graph.use import Use

_ROLLED_OUT = frozenset({"Deployment", "StatefulSet", "DaemonSet"})
"""Kinds of which `kubectl rollout status` can tell when they are done."""


def workloads_of(uses: Iterable[Use]) -> tuple[str, ...]:
    """The workloads to wait for, as kubectl names them: `deployment/api`."""
    refs = {use.consumer.ref for use in uses if use.consumer.ref.kind in _ROLLED_OUT}
    return tuple(sorted(f"{ref.kind.lower()}/{ref.name}" for ref in refs))


def accounts_of(uses: Iterable[Use]) -> tuple[str, ...]:
    """The service accounts of their pods; `default` where a pod names none."""
    pods = [use.pod for use in uses if use.pod is not None]
    names = {text_of(lookup(pod, "serviceAccountName")) or text_of(lookup(pod, "serviceAccount")) for pod in pods}
    return tuple(sorted(name or "default" for name in names))
