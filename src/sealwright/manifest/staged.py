"""What the index has at a path: a run about the next commit goes by what is committed, not by what lies there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealwright.manifest.contents import contents
from sealwright.manifest.places import Places

if TYPE_CHECKING:
    from sealwright.manifest.git import Repository


def staged_content(repository: Repository, path: str, limit: int) -> bytes | None:
    """The bytes that the index has for a file of the work tree, of more than `limit` so many and one more.

    None where it has no such file, as for whatever lies outside of the repository.
    """
    shown = Places(repository).shown(path)
    if os.path.isabs(shown) or shown.startswith("..") or "\n" in shown:
        return None
    for content in contents(repository.root, [f":0:{shown}"]):
        if content.file is not None:
            return content.file.read(min(limit + 1, content.size))
    return None
