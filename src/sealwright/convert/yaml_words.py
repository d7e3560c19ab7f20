"""Strings of ours as YAML."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sealwright.manifest.nodes import Scalar
from sealwright.manifest.scalars import kind_of
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from re import Match

_SPECIAL = Pattern("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Line ends and invisible characters to YAML, ordinary ones to JSON."""
_PLAIN = Pattern(r"[A-Za-z](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?\Z")
"""Nothing that begins with a digit: what some readers take for a date or a time is a string to others."""


def word(text: str) -> str:
    """A string as a scalar: plain where every reader takes it for a string, else in quotes."""
    plain = _PLAIN.match(text) is not None and kind_of(Scalar(0, len(text), text)) == "string"
    return text if plain else in_quotes(text)


def in_quotes(text: str, *, ascii_only: bool = False) -> str:
    """A string in double quotes, the same to YAML and to JSON (`ascii_only`: to JSON, with escapes for all else)."""
    return _SPECIAL.sub(_escaped, json.dumps(text, ensure_ascii=ascii_only))


def _escaped(match: Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"
