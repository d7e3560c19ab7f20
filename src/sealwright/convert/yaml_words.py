"""Strings of ours as YAML."""

from __future__ import annotations

import json

from sealwright.manifest.nodes import Scalar
from sealwright.manifest.scalars import kind_of
from sealwright.patterns import Pattern

_PLAIN = Pattern(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?\Z")


def word(text: str) -> str:
    """A string as a scalar: plain where every reader takes it for a string, else in quotes."""
    plain = _PLAIN.match(text) is not None and kind_of(Scalar(0, len(text), text)) == "string"
    return text if plain else json.dumps(text)
