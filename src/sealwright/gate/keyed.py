"""Keyed digests: whether a value is still the one of the baseline, for those who hold the key and for nobody else.

A plain hash of a password is nearly the password, since a guess can be checked against it; without the key, this one
checks no guess. The place goes into it too, so that equal values at two places do not look equal. Source: RFC 2104.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from sealwright.gate.offsets import Offsets
from sealwright.gate.value import read_value
from sealwright.plaintext import MASK

if TYPE_CHECKING:
    from sealwright.finding import Finding
    from sealwright.manifest.source import Source

SHORTEST = 16
"""Bytes that a key has at least."""
_LENGTH = 32
"""Hexadecimal digits that are kept: 16 bytes."""


class Key:
    """A key that does not show itself. It is pickled on its way to worker processes, and nowhere else."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __repr__(self) -> str:
        return f"Key({MASK})"

    def digest(self, finding: Finding, value: str) -> str:
        """32 hexadecimal digits for this value at this place."""
        message = f"{finding.fingerprint}\0{value}".encode("utf-8", "surrogatepass")
        return self._hashed(message)

    def mark(self, value: str) -> str:
        """The same for a value wherever it stands: under a key that nobody keeps."""
        return self._hashed(value.encode("utf-8", "surrogatepass"))

    def _hashed(self, message: bytes) -> str:
        return hmac.new(self._key, message, "sha256").hexdigest()[:_LENGTH]


def with_digests(source: Source, findings: list[Finding], key: Key) -> list[Finding]:
    """The findings, each with the digest of what stands at its place. Quotes and indentation make no difference."""
    offsets = Offsets(source)
    return [
        finding._replace(digest=key.digest(finding, read_value(offsets.text(finding.location)))) for finding in findings
    ]


def with_marks(source: Source, findings: list[Finding], key: Key) -> list[Finding]:
    """The findings, each with a mark by which its value is known again in another tree."""
    offsets = Offsets(source)
    return [finding._replace(mark=key.mark(read_value(offsets.text(finding.location)))) for finding in findings]
