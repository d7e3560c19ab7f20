"""Findings in documentation: samples look like the real thing, and only what looks made by a machine counts.

Everything else is still told, as `possible`, which blocks nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.credentials.assignments import assignments
from sealwright.detect.credentials.samples import looks_real
from sealwright.detect.decode import from_base64, to_text
from sealwright.finding import Confidence

if TYPE_CHECKING:
    from sealwright.detect.base import Hit

_BY_THEMSELVES = frozenset({"private-key", "known-token", "url-credentials", "shell-command"})
"""Rules that judge a value by itself, in documentation as anywhere else."""

_SHORTEST_KEY = 160
"""Characters of a private key and its two lines; documentation shows the first alone."""


def tempered(hit: Hit, rule: str, text: str) -> Hit:
    """The hit with the confidence that it deserves in documentation."""
    if rule in _BY_THEMSELVES or hit.confidence is Confidence.POSSIBLE:
        return hit
    value = text[hit.span.start : hit.span.end]
    return hit._replace(confidence=Confidence.LIKELY if is_telling(value) else Confidence.POSSIBLE)


def is_telling(value: str) -> bool:
    """Whether a value (in its quotes, under base64, or several lines of them) looks made by a machine."""
    bare = value.strip().strip("\"'").strip()
    if "PRIVATE KEY-----" in bare:
        return len(bare) > _SHORTEST_KEY
    if "\n" in bare:
        return any(looks_real(bare[found.span.start : found.span.end]) for found in assignments(bare))
    decoded = from_base64(bare)
    if decoded:
        plain = to_text(decoded)
        if plain is not None and plain.isprintable():
            return looks_real(plain)
        if plain is not None and "\n" in plain:
            return is_telling(f"\n{plain}\n.")
    return looks_real(bare)
