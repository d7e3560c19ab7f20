"""Base64; Kubernetes does not have these."""

from __future__ import annotations

from sealwright.policy.cel.definitions import NOT_IN_KUBERNETES, define
from sealwright.policy.cel.errors import EvaluationError


def _encode(data: bytes) -> str:
    from binascii import b2a_base64

    return b2a_base64(data, newline=False).decode("ascii")


def _decode(text: str) -> bytes:
    from base64 import b64decode

    bare = text.rstrip("=")
    try:
        return b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except ValueError:
        raise EvaluationError("base64.decode(): the string is not base64") from None


FUNCTIONS = (
    *define(_encode, "base64.encode(bytes): string", since=NOT_IN_KUBERNETES),
    *define(_decode, "base64.decode(string): bytes", since=NOT_IN_KUBERNETES),
)
