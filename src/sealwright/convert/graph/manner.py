"""In which way a Secret is used, by where its name stands: how, which keys, and in which container of which pod."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.graph.fields import Role, role_of
from sealwright.convert.graph.step import pointer_of
from sealwright.convert.graph.use import How
from sealwright.manifest.nodes import FILL, Mapping, Sequence, lookup, resolve, text_of

if TYPE_CHECKING:
    from sealwright.convert.graph.context import Context
    from sealwright.convert.graph.step import Step
    from sealwright.manifest.resource import Resource

_STORES = frozenset({"SecretStore", "ClusterSecretStore"})
_STORE_GROUP = "external-secrets.io"
_SOURCES = frozenset({"GitRepository", "OCIRepository", "HelmRepository", "Bucket", "HelmChart"})
_SOURCE_GROUP = "source.toolkit.fluxcd.io"
_FLUX_GROUP = "kustomize.toolkit.fluxcd.io"
_FLUX_FIELDS = frozenset({"decryption", "substituteFrom", "kubeConfig"})
_CSI_DRIVER = "secrets-store.csi.k8s.io"
_PAIRS = frozenset({"Ingress", "Gateway"})
"""What reads the two keys of a `kubernetes.io/tls` Secret, and no others."""


class Manner(NamedTuple):
    """One use, but for the name. `pod` is a real pod's spec: that of a Pod, or of a template for pods."""

    plain: How
    step: Step
    consumer: Resource
    container: Mapping | None = None
    pod: Mapping | None = None

    @property
    def prefers_secret_name(self) -> bool:
        """Whether `secretName` is the field that counts where `name` stands beside it."""
        return self.plain is How.VOLUME

    def how(self, context: Context) -> How:
        """How the Secret is used, once it is known by what kind of object."""
        return How.BOOTSTRAP if self.plain is How.OTHER and _is_bootstrap(self.step, context) else self.plain

    def keys(self, node: Mapping) -> tuple[str, ...]:
        """The keys that are asked for, () for all."""
        if self.plain is How.TLS:
            return ("tls.crt", "tls.key") if self.consumer.ref.kind in _PAIRS else ()
        items = lookup(node, "items")
        if items is not None and self.plain in {How.VOLUME, How.PROJECTED}:
            target = resolve(items)
            listed = [resolve(item) for item in target.items] if isinstance(target, Sequence) else []
            found = [text_of(lookup(item, "key")) for item in listed if isinstance(item, Mapping)]
            return tuple(key for key in found if key and FILL not in key)
        for field in ("key", "valuesKey", "secretKey"):
            key = text_of(lookup(node, field))
            if key and FILL not in key and self.plain in {How.ENV, How.OTHER}:
                return (key,)
        return ()


def manner_of(consumer: Resource, step: Step, field: str = "") -> Manner:
    """The manner of a use: `step` is the mapping that holds the name, under `field` where that is no mapping."""
    last = field or step.field
    if role_of(last) is Role.PULL:
        holder = step if field else step.holder
        return Manner(How.IMAGE_PULL, step, consumer, pod=_pod(consumer, holder))
    if role_of(last) is Role.CERTIFICATE:
        plain = How.TLS if last == "certificateRefs" else How.OTHER
        return Manner(plain, step, consumer)
    if field:
        return Manner(How.TLS if _is_tls(step, field) else How.OTHER, step, consumer)
    above = step.parent
    if last == "secretKeyRef" and above is not None and above.key == "valueFrom":
        container = _holder_of_list(above.parent, "env")
        if container is not None or "env" in step.way():
            return Manner(How.ENV, step, consumer, *_container(consumer, container))
    if last == "secretRef" and above is not None and above.field == "envFrom":
        return Manner(How.ENV_FROM, step, consumer, *_container(consumer, _holder_of_list(above, "envFrom")))
    if last == "secret" and above is not None and above.position >= 0:
        if above.field == "volumes":
            return Manner(How.VOLUME, step, consumer, pod=_pod(consumer, _holder_of_list(above, "volumes")))
        if above.field == "sources":
            projected = _holder_of_list(above, "sources")
            volume = projected.parent if projected is not None else None
            return Manner(How.PROJECTED, step, consumer, pod=_pod(consumer, _holder_of_list(volume, "volumes")))
    return Manner(How.OTHER, step, consumer)


def _holder_of_list(item: Step | None, field: str) -> Step | None:
    """The mapping that has the list `field` that this is an item of."""
    if item is None or item.position < 0 or item.field != field:
        return None
    holder = item.holder
    return holder if holder is not None and not _is_pointed(item) else None


def _is_pointed(item: Step) -> bool:
    """Whether the way to an item was named by a JSON patch: then nothing of the real list is there."""
    return item.parent is not None and not isinstance(item.parent.node, Sequence)


def _container(consumer: Resource, holder: Step | None) -> tuple[Mapping | None, Mapping | None]:
    """The mapping of the container, and the pod's."""
    if holder is None or not isinstance(holder.node, Mapping):
        return None, None
    field = holder.field
    listed = field in {"containers", "initContainers", "ephemeralContainers"} and holder.position >= 0
    return holder.node, _pod(consumer, holder.holder) if listed else None


def _pod(consumer: Resource, step: Step | None) -> Mapping | None:
    """The node of a step, if it is a pod's spec."""
    if step is None or not isinstance(step.node, Mapping) or step.key != "spec" or step.parent is None:
        return None
    if pointer_of(step.node):
        return None
    above = step.parent
    if above.parent is None:
        return step.node if consumer.ref.kind == "Pod" else None
    return step.node if above.position < 0 and above.key.endswith("emplate") else None


def _is_tls(step: Step, field: str) -> bool:
    if field == "credentialName":
        return True
    return field == "secretName" and step.field in {"tls", "defaultCertificate", "certificates"}


def _is_bootstrap(step: Step, context: Context) -> bool:
    keys = step.way()
    if context.group == _STORE_GROUP and context.kind in _STORES:
        return True
    if context.group == _FLUX_GROUP:
        return not _FLUX_FIELDS.isdisjoint(keys)
    if context.group == _SOURCE_GROUP and context.kind in _SOURCES:
        return True
    above = step.parent
    if keys[-1:] == ("nodePublishSecretRef",) and above is not None and isinstance(above.node, Mapping):
        return text_of(lookup(above.node, "driver")) == _CSI_DRIVER
    return False
