"""What a conversion to SecretProviderClasses consists of, before any text is written.

Source: apis/v1/secretproviderclass_types.go of the Secrets Store CSI driver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright import config
    from sealwright.convert.graph.use import Use
    from sealwright.convert.secret_facts import SecretFacts

API_VERSION = "secrets-store.csi.x-k8s.io/v1"
KIND = "SecretProviderClass"
DRIVER = "secrets-store.csi.k8s.io"
PROVIDERS = {
    "aws-secrets-manager": "aws",
    "aws-parameter-store": "aws",
    "vault": "vault",
    "gcp-secret-manager": "gcp",
    "azure-key-vault": "azure",
}
"""Which provider of the driver reads from each kind of store."""
DEFAULT_MODE = 0o644
"""Of the files in a Secret's volume: core/v1 SecretVolumeSource.defaultMode."""
UNREAD_MODE = 0o400
"""Of files that are mounted for the synced Secret's sake, or because the provider cannot leave them out."""


class Reason(NamedTuple):
    """Why a Secret cannot become a SecretProviderClass. `place` is path:line:column, or ''."""

    message: str
    hint: str
    place: str = ""


class Identity(NamedTuple):
    """How a pod proves who it is, as far as the store's settings do not say it. What a provider does not need is ''.

    `pod_identity`: EKS Pod Identity instead of IRSA. `role`, `audience` and `auth_mount` are Vault's, `tenant` and
    `client` Azure's.
    """

    pod_identity: bool = False
    role: str = ""
    audience: str = ""
    auth_mount: str = ""
    tenant: str = ""
    client: str = ""


class File(NamedTuple):
    """A file in the mounted volume: its name (with slashes below the volume), the key whose value it has, its mode."""

    name: str
    key: str
    mode: int = DEFAULT_MODE


class ProviderClass(NamedTuple):
    """A SecretProviderClass: its name, the files that it mounts, and the keys that the driver syncs to a Secret."""

    name: str
    files: tuple[File, ...]
    synced: tuple[str, ...] = ()
    synced_name: str = ""


class Plan(NamedTuple):
    """The classes of one Secret. The first takes the Secret's place and has every key; `volumes` maps the id() of a
    use's node to the name of the class that its volume gets."""

    classes: tuple[ProviderClass, ...]
    volumes: Mapping[int, str]


class Conversion(NamedTuple):
    """One Secret, who uses it, where its values are, and what becomes of it."""

    facts: SecretFacts
    uses: tuple[Use, ...]
    settings: config.Store
    identity: Identity
    plan: Plan
