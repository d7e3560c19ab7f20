"""Which engine looks at contents: its version, and a digest of its code, so that no other one's results are taken."""

from __future__ import annotations

import os
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_DECIDING = ("detect", "manifest", "gate", "run", "policy", "verify", "sealing", "config", "inventory")
"""The packages whose code says what is found."""
_ENDINGS = (".py", ".yaml", ".json", ".txt")


@lru_cache(maxsize=1)
def engine_name() -> str:
    """`VERSION+DIGEST`. Two machines have the same one where they would find the same in the same content."""
    from sealwright import __version__

    digest = sha256()
    for name, place in _files():
        with open(place, "rb") as file:
            data = file.read()
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    return f"{__version__}+{digest.hexdigest()[:16]}"


def _files() -> Iterator[tuple[str, str]]:
    import sealwright

    root = os.path.dirname(os.path.abspath(sealwright.__file__))
    found = []
    for package in (*_DECIDING, "policies"):
        for folder, _, names in os.walk(os.path.join(root, package)):
            places = (os.path.join(folder, name) for name in names if name.endswith(_ENDINGS))
            found += [(os.path.relpath(place, root).replace(os.sep, "/"), place) for place in places]
    return iter(sorted(found))
