"""Values that are the same in several environments: who reads the one has the other.

Compared are digests under a random key that ends with the process, so that nothing of a value is kept. Two Secrets
stand in different environments if their namespaces differ, or their clusters, or if both have the same name and
namespace: one cluster has room for one of them.
"""

from __future__ import annotations

import hmac
import os
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.convert.advice import Advice, Judges, Subject
    from sealwright.finding import Location, ResourceRef

_SHORTEST: Final = 6
"""Bytes below which two values are the same by chance or by habit, as ports and names of users are."""
_SHARED: Final = frozenset(
    {"kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg", "kubernetes.io/tls", "helm.sh/release.v1"}
)
"""Types that people copy into each namespace on purpose."""


class _Seen(NamedTuple):
    resource: ResourceRef
    cluster: str
    location: Location


class EqualValues:
    """The digests of one run."""

    def __init__(self, judges: Judges) -> None:
        self._judges = judges
        self._key = os.urandom(32)
        self._seen: dict[tuple[str, bytes], _Seen] = {}

    def advice(self, subject: Subject, cluster: str) -> Iterator[Advice]:
        """On every value that another environment has under the same key; then the subject's own are remembered."""
        if subject.kind in _SHARED:
            return
        for key, value in subject.values.items():
            content = value.reveal().strip()
            if len(content) < _SHORTEST or not self._is_secret(key, content):
                continue
            own = _Seen(subject.resource, cluster, subject.place(key))
            known = self._seen.setdefault((key, hmac.digest(self._key, content, "sha256")), own)
            if known is not own and _elsewhere(known, own):
                message = f"`{key}` has the same value as in {known.resource}{_where(known, own)}"
                hint = "give each environment a value of its own: who can read the one has both"
                yield subject.advice("equal-value", key, message, hint)

    def _is_secret(self, key: str, content: bytes) -> bool:
        """Host names, users and public certificates are the same everywhere with good reason."""
        if not self._judges.is_credential(key) and b"PRIVATE KEY-----" not in content:
            return False
        try:
            return not self._judges.is_placeholder(key, content.decode())
        except UnicodeDecodeError:
            return True


def _elsewhere(one: _Seen, other: _Seen) -> bool:
    if one.cluster != other.cluster or one.resource.namespace != other.resource.namespace:
        return True
    return one.resource.name == other.resource.name and one.location != other.location


def _where(known: _Seen, own: _Seen) -> str:
    if known.cluster and known.cluster != own.cluster:
        return f" of cluster {known.cluster}"
    line = known.location.start.line
    return f" ({known.location.path}:{line})" if known.location.path != own.location.path else f" (line {line})"
