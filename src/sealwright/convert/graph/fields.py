"""Which fields name a Secret, by their own names.

Kubernetes and most custom resources say `secretRef`, `secretName`, `passwordSecret`, `existingSecret` and the like; the
few that say it otherwise are listed. A field too many does no harm: a use counts only where a Secret has that name.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from sealwright.patterns import Pattern


class Role(Enum):
    """What the value of a field is."""

    SECRET = "secret"  # noqa: S105 - a word
    """A name, or a mapping with one, or a list of either."""
    PULL = "pull"
    CERTIFICATE = "certificate"
    """An object, a Secret unless it says another kind."""


_ENDINGS = (
    "secret",
    "secretname",
    "secretsname",
    "secretref",
    "secretsref",
    "secretrefname",
    "secretreference",
    "secretkeyref",
    "secretkeyselector",
    "secretselector",
)
_OTHERS = {
    "certificaterefs": Role.CERTIFICATE,
    "certificateref": Role.CERTIFICATE,
    "cacertificaterefs": Role.CERTIFICATE,
    "clientcertificateref": Role.CERTIFICATE,
    "externalcertificate": Role.CERTIFICATE,  # OpenShift's Route
    "credentialname": Role.SECRET,  # Istio's Gateway and DestinationRule
}
_NOT = ("secretstore", "secretprovider", "secretengine", "secrettemplate", "secretgenerator")
_NAME = Pattern(r"(?:[a-z0-9]|\$\{)(?:[-a-zA-Z0-9._${}:=]*[a-z0-9}])?\Z")
_LONGEST = 253


@lru_cache(maxsize=4096)
def role_of(field: str) -> Role | None:
    """What a field of that name holds; None for most. What stands before a slash, as in annotations, does not count."""
    if len(field) > _LONGEST:
        return None
    word = field.rpartition("/")[2].lower().replace("-", "").replace("_", "")
    if "secret" not in word:
        return _OTHERS.get(word)
    if any(part in word for part in _NOT):
        return None
    single = word.removesuffix("s")
    if single.endswith("pullsecret"):
        return Role.PULL
    return Role.SECRET if word.endswith(_ENDINGS) or single.endswith(_ENDINGS) else None


def is_name(text: str) -> bool:
    """Whether a text may be the name of a Secret: a DNS subdomain, variables of Flux's substitution included."""
    return 0 < len(text) <= _LONGEST and _NAME.match(text) is not None
