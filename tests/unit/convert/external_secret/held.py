"""A store whose objects are whatever a test says, also what no program of ours would put there."""

from __future__ import annotations

from collections.abc import Mapping

from sealwright.plaintext import Plaintext
from sealwright.stores.store import Remote, Stored, Traits


class Held:
    """`objects` maps a name, or (name, version), to a body."""

    traits = Traits(bundles=True, singles=True, binary=True, empty=True, largest=0)

    def __init__(self, objects: Mapping[str | tuple[str, str], bytes]) -> None:
        self._objects = dict(objects)

    def pin(self, version: str) -> None:
        """Every object is there under that version, too."""
        self._objects |= {(name, version): body for name, body in self._objects.items() if isinstance(name, str)}

    def get(self, name: str, version: str = "") -> Stored | None:
        body = self._objects.get((name, version) if version else name)
        return None if body is None else Stored(Plaintext(body), version or "1")

    def flaw(self, remote: Remote) -> str:
        raise NotImplementedError

    def create(self, remote: Remote) -> str:
        raise NotImplementedError

    def update(self, remote: Remote, expected: str) -> str:
        raise NotImplementedError

    def discard(self, name: str, version: str) -> None:
        raise NotImplementedError

    def names(self) -> list[str]:
        raise NotImplementedError
