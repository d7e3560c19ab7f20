"""How the External Secrets Operator is told where a value is, and what it makes of that."""

from __future__ import annotations

from typing import NamedTuple


class RemoteRef(NamedTuple):
    """The fields of `remoteRef` that differ; the others are the same everywhere. `decoding` is `None` or `Base64`."""

    key: str
    property: str = ""
    version: str = ""
    decoding: str = "None"
