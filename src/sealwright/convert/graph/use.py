"""One place where an object names a Secret."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sealwright.manifest.nodes import Mapping, Node
    from sealwright.manifest.resource import Resource


class How(Enum):
    """In which way an object uses a Secret."""

    ENV = "env"
    """`env[].valueFrom.secretKeyRef`: one key."""
    ENV_FROM = "envFrom"
    VOLUME = "volume"
    """`volumes[].secret`."""
    PROJECTED = "projected"
    """`volumes[].projected.sources[].secret`."""
    IMAGE_PULL = "imagePullSecrets"
    """Of a pod or of a ServiceAccount."""
    TLS = "tls"
    """An Ingress, a Gateway, and their like."""
    BOOTSTRAP = "bootstrap"
    """What must be there before anything can be fetched or decrypted: a store's credentials, Flux `decryption`, ..."""
    OTHER = "other"
    """A custom resource's `*SecretRef`, a volume of a CSI driver, ..."""


class Use(NamedTuple):
    """`consumer` names Secret `namespace`/`name` in `how`; `node` is the mapping that holds the name.

    `field` is the dotted path of `node` in the consumer. `keys` are the keys that are asked for, () for all of them;
    `container` is the mapping of the container for ENV and ENV_FROM, None otherwise. `pod` is the pod's spec, None
    where the consumer has none. `optional`: the consumer starts without the Secret, too.

    What the graph as a whole knows: `others` are the places of Secrets that the same text names elsewhere, in other
    overlays; whoever edits the text must convert them all. `against` says why the text must not be edited at all.
    """

    consumer: Resource
    how: How
    namespace: str
    name: str
    node: Mapping
    field: str
    keys: tuple[str, ...] = ()
    optional: bool = False
    container: Mapping | None = None
    pod: Mapping | None = None
    name_node: Node | None = None
    """The scalar that is the name."""
    others: tuple[str, ...] = ()
    against: str = ""
