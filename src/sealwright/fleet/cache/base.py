"""What a run asks of a cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class Cache(Protocol):
    """Bytes under keys of 16 bytes. What cannot be read is not there; what cannot be written is not kept."""

    @property
    def trouble(self) -> str:
        """Why something could not be kept, for people; '' where there was no trouble."""
        ...

    def get(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        """Those of the keys that are there."""
        ...

    def put(self, entries: Mapping[bytes, bytes]) -> None:
        """Keep them."""
        ...

    def close(self) -> None:
        """Everything is written that can be."""
        ...


class NoCache:
    """Keeps nothing."""

    trouble = ""

    def get(self, keys: Collection[bytes]) -> dict[bytes, bytes]:  # noqa: ARG002 - as every cache is asked
        """Nothing is there."""
        return {}

    def put(self, entries: Mapping[bytes, bytes]) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing to do."""
