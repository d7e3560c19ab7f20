"""Secrets that must be there before anything can be fetched or decrypted, and what else speaks against a conversion.

A Secret that a store is opened with cannot come out of that store; one that Flux or Argo CD fetches the repository with
cannot be made by what is in the repository. Source: external-secrets.io, fluxcd.io and argo-cd.readthedocs.io on
declarative setup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.graph.use import How
from sealwright.manifest.nodes import Mapping, Sequence, lookup, mapping_at, resolve, text_of
from sealwright.manifest.resource import annotations_of, texts_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sealwright.convert.graph.finder import Graph
    from sealwright.convert.graph.use import Use
    from sealwright.manifest.resource import Resource

_SEAL = "seal it instead: sealwright convert --to sealed-secret"
_ARGO = "argocd.argoproj.io/secret-type"
_SEALING_KEY = "sealedsecrets.bitnami.com/sealed-secrets-key"
_HOOK = "argocd.argoproj.io/hook"
_HELM_HOOK = "helm.sh/hook"
_EARLY = frozenset({"PreSync", "pre-install", "pre-upgrade"})
_OPERATORS = ("external-secrets/external-secrets", "secrets-store/driver", "secrets-store-csi-driver-provider")
"""In the names of images: what fetches values for all others."""


class Reason(NamedTuple):
    """Why something is not to be converted, or what to know before: `message` for a sentence, `hint` what to do.

    `use` is the use that says so, if one does.
    """

    message: str
    hint: str
    use: Use | None = None


def bootstrap_reason(secret: Resource, graph: Graph) -> Reason | None:
    """Why the Secret has to be there before any store can be asked; None if it has not."""
    labels = texts_of(mapping_at(secret.node, "metadata", "labels"))
    if _SEALING_KEY in labels:
        return Reason("it is a key of the Sealed Secrets controller", "keep it out of Git; see `sealwright reseal`")
    if labels.get(_ARGO):
        return Reason("Argo CD reads it (a repository, a cluster) before it can apply what is in Git", _SEAL)
    if labels.get("app.kubernetes.io/part-of") == "argocd" and secret.ref.name == "argocd-secret":
        return Reason("Argo CD keeps its own keys in it and writes to it", "leave it to Argo CD")
    for use in graph.uses(secret.ref.namespace, secret.ref.name, secret.document.source.path):
        reason = _by_use(use)
        if reason is not None:
            return reason
    return None


def _by_use(use: Use) -> Reason | None:
    ref = use.consumer.ref
    if use.how is How.BOOTSTRAP:
        if "substituteFrom" in use.field:
            hint = "seal it, or put the ExternalSecret into a Kustomization with `wait: true` that this one depends on"
            return Reason(f"{ref} substitutes from it while it applies what is in Git", hint, use)
        if "decryption" in use.field:
            return Reason(f"{ref} decrypts other files with it", "keep it out of Git, or seal it", use)
        if ref.kind in {"SecretStore", "ClusterSecretStore"}:
            hint = "use a workload identity in place of it (IRSA, Pod Identity), another store, or"
            return Reason(f"{ref} opens its store with it", f"{hint} {_SEAL}", use)
        return Reason(f"{ref} needs it before anything can be fetched", _SEAL, use)
    if use.pod is not None and _is_operator(use.pod):
        return Reason(f"{ref} fetches the values of all others and needs it to start", _SEAL, use)
    return None


def _is_operator(pod: Mapping) -> bool:
    containers = lookup(pod, "containers")
    target = resolve(containers) if containers is not None else None
    found = [resolve(item) for item in target.items] if isinstance(target, Sequence) else []
    images = [text_of(lookup(item, "image")) for item in found if isinstance(item, Mapping)]
    return any(name in image for image in images for name in _OPERATORS)


def cautions(secret: Resource, graph: Graph, keys: Collection[str]) -> Iterator[Reason]:
    """What to know before the Secret is made by an operator: hooks that run before it, keys that it does not have.

    `keys` are those that the conversion produces.
    """
    for use in graph.uses(secret.ref.namespace, secret.ref.name, secret.document.source.path):
        ref = use.consumer.ref
        if hook := _early_hook(use.consumer):
            hint = "make it a Sync hook in a later wave than the ExternalSecret"
            yield Reason(f"{ref} is a {hook} hook: it runs before the Secret is made", hint, use)
        missing = sorted(key for key in use.keys if key not in keys)
        if missing and not use.optional:
            yield Reason(
                f"{ref} asks for key {missing[0]}, which the Secret does not have", "add it, or mend the name", use
            )


def _early_hook(consumer: Resource) -> str:
    annotations = annotations_of(consumer.node)
    for name in (_HOOK, _HELM_HOOK):
        for hook in annotations.get(name, "").split(","):
            if hook.strip() in _EARLY:
                return hook.strip()
    return ""


class Rival(NamedTuple):
    """Another object that makes the same Secret, or changes it by a patch.

    `surely`: both are applied together, so that converting this one alone would lose something.
    """

    resource: Resource
    surely: bool
    is_patch: bool = False

    @property
    def reason(self) -> Reason:
        """What to say about it."""
        source = self.resource.document.source
        place = f"{source.path}:{source.position(self.resource.node.start).line}"
        if self.is_patch:
            return Reason(f"{place} patches it", "put the patched values into the Secret, and drop the patch")
        made = f"{self.resource.ref} in {place} makes the same Secret"
        return Reason(made, "let one of the two make it: the other's keys would be lost")


def other_makers(secret: Resource, graph: Graph) -> tuple[Rival, ...]:
    """Every other object that makes the Secret or patches it, those first that are surely applied together with it.

    A Secret in another overlay, or for another cluster, is none that is surely applied with it.
    """
    path, roots = secret.document.source.path, graph.roots
    rivals = [Rival(patch.resource, surely=True, is_patch=True) for patch in graph.patches(secret.ref.name, path)]
    for maker in graph.makers(secret.ref.namespace, secret.ref.name, path):
        where = maker.resource.document.source.path
        if maker.resource.node is not secret.node:
            rivals.append(Rival(maker.resource, roots.together(path, where), roots.is_patch(where)))
    return tuple(sorted(rivals, key=lambda rival: not rival.surely))
