"""Schemas of custom resources, which are most of the bytes of many repositories and hold no values."""

from __future__ import annotations

_KIND = b"\nkind: CustomResourceDefinition"
_MARKER = b"\n---"
_WORTH_IT = 16 * 1024
"""Bytes from which on taking the schemas out is cheaper than to search them."""


def without_schemas(data: bytes) -> bytes:
    """The text without the documents that say by a line of their own that they are schemas.

    Only in this plain form: a document that says its kind twice, or has a second one, stays.
    """
    if len(data) < _WORTH_IT or _KIND not in data:
        return data
    return _MARKER.join(piece for piece in data.split(_MARKER) if not _is_schema(piece))


def _is_schema(piece: bytes) -> bool:
    return _KIND in piece and piece.count(b"\nkind:") == 1 and b"\n..." not in piece and b"\nitems:" not in piece
