"""The beginnings of known tokens, as bytes. Loaded only where a text holds a long run of letters and digits."""

from __future__ import annotations

from sealwright.detect.token_formats import FORMATS

ANCHORS = tuple(sorted({anchor.encode("ascii") for row in FORMATS for anchor in row.anchors}))
