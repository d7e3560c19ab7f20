"""What an inventory holds. All of it is names, places, days and counts: no field can hold a value.

Paths are relative to the repository's root with `/`; days are YYYY-MM-DD, '' where they are not known; commits are
whole ids.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Finding, Location, Problem, ResourceRef, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping


class Held(Enum):
    """How a secret is held in Git, the worst first."""

    PLAINTEXT = "plaintext"
    """A Secret (or what becomes one) whose values anyone who reads the repository can read."""
    REFERENCE = "reference"
    """A Secret of placeholders that something fills in when it deploys (`<path:...>`, `ref+...`, `${VAR}`)."""
    SOPS = "sops"
    """Encrypted in the file; whoever has the age, PGP or KMS key decrypts it."""
    SEALED = "sealed"
    """A SealedSecret: only the controller's private key opens it."""
    EXTERNAL = "external"
    """An ExternalSecret: the values live in a store, and a Secret is made of them in the cluster."""
    CSI = "csi"
    """A SecretProviderClass: the values live in a store and are mounted into pods."""


class Item(NamedTuple):
    """One value: its key in the Secret, what it seems to be, and where it lives outside of Git ('' for nowhere).

    `material` is one of password, token, private-key, public-key, certificate, key, credential and other, as CycloneDX
    names related cryptographic material.
    """

    key: str
    material: str = "other"
    remote: str = ""


class Consumer(NamedTuple):
    """An object that uses a secret, `how` (env, envFrom, volume, ...), and where it says so."""

    ref: ResourceRef
    how: str
    location: Location


class Secret(NamedTuple):
    """One secret of the repository.

    `ref` is the object in the file (of any kind); `name` the Secret that a cluster gets of it, '' where it gets none.
    `store` and `key` are ids of a Store and of a Key of the inventory, '' where there is none or it is not known; where
    several keys protect it, `keys` has them all. `cluster` and `scope` are those of what is sealed.
    `findings` are the fingerprints of what is wrong with it; `accepted`: all of it is waived, or in the baseline.
    `since` is the day of the first commit that has it so.
    """

    ref: ResourceRef
    held: Held
    location: Location
    environment: str = ""
    name: str = ""
    type: str = ""
    items: tuple[Item, ...] = ()
    store: str = ""
    key: str = ""
    refresh: str = ""
    consumers: tuple[Consumer, ...] = ()
    findings: tuple[str, ...] = ()
    since: str = ""
    keys: tuple[str, ...] = ()
    cluster: str = ""
    scope: str = ""
    accepted: bool = False


class Store(NamedTuple):
    """Where values live: a SecretStore or its like. `provider` is aws-secrets-manager, vault, ...

    `place` is the region, the address or the project, as the manifest gives it; `identity` how it proves who it is
    (a service account, a role), never a credential.
    """

    id: str
    provider: str
    ref: ResourceRef = ResourceRef()
    location: Location | None = None
    place: str = ""
    identity: str = ""
    key: str = ""


class Key(NamedTuple):
    """A key that protects secrets: `kind` is sealing, kms, age or pgp. `id` is its public name (fingerprint, ARN)."""

    id: str
    kind: str
    name: str = ""
    algorithm: str = ""
    cluster: str = ""
    path: str = ""
    expires: str = ""


class Certificate(NamedTuple):
    """A certificate of the repository: what it is for (sealing, tls, ca), and until when it holds.

    `fingerprint` is the SHA-256 of the certificate, `key` that of its public key, which is the id of a Key, where there
    is one: `sha256:` and 64 hex digits both.
    """

    purpose: str
    subject: str
    fingerprint: str
    expires: str
    location: Location
    resource: ResourceRef = ResourceRef()
    algorithm: str = ""
    bits: int = 0
    key: str = ""
    begins: str = ""


class Point(NamedTuple):
    """How many secrets were held in which way on a day."""

    day: str
    commit: str
    counts: Mapping[Held, int]


class Rotation(NamedTuple):
    """A value that is, or was, in clear in Git, and has to be changed: known since `since`, gone at the tip or not."""

    ref: ResourceRef
    field: str
    path: str
    rule: str
    since: str
    until: str = ""
    first: str = ""
    at_tip: bool = True
    held: Held | None = None
    """How the same Secret is held now, None where it is not there any more."""


class Control(NamedTuple):
    """One control of a framework: the rules that serve it, and the findings that stand against it, by rule.

    `waived` counts those that are waived or were known before. `silent` are the rules that had nothing to be about.
    """

    framework: str
    control: str
    rules: tuple[str, ...]
    failing: Mapping[str, int] = {}
    waived: Mapping[str, int] = {}
    silent: tuple[str, ...] = ()

    @property
    def is_idle(self) -> bool:
        """Whether there was nothing that any of its rules is about."""
        return not self.failing and not self.waived and set(self.rules) <= set(self.silent)


class Inventory(NamedTuple):
    """All of a repository. `findings`, `verdicts` and `problems` are those of the gate over the same tree.

    `notes` are sentences about what cannot be known of the past, as in a shallow clone. `made` is the time in UTC,
    YYYY-MM-DDThh:mm:ssZ.
    """

    repository: str
    day: str
    commit: str = ""
    branch: str = ""
    secrets: tuple[Secret, ...] = ()
    stores: tuple[Store, ...] = ()
    keys: tuple[Key, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    progress: tuple[Point, ...] = ()
    rotations: tuple[Rotation, ...] = ()
    controls: tuple[Control, ...] = ()
    findings: tuple[Finding, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    problems: tuple[Problem, ...] = ()
    files: int = 0
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    made: str = ""
