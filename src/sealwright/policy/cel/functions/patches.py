"""What mutating policies need for JSON patches."""

from __future__ import annotations

from sealwright.policy.cel.definitions import define


def _escape_key(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


FUNCTIONS = (*define(_escape_key, "jsonpatch.escapeKey(string): string", since=32),)
