"""Two ways to learn what an RSA block was sealed with, for many blocks at once.

To try a label with a key takes two milliseconds at 4096 bits, and threads share the work. To look inside tells every
label, takes thirty times as long in Python, and holds other threads up, so that processes share it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.sealing.diagnosis import sealed_for
from sealwright.sealing.scheme import unwrap
from sealwright.verify.keys.forked import forked_map
from sealwright.verify.keys.threads import in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.sealing.keys import PrivateKey
    from sealwright.verify.labels import Label

_NUMBER_BYTES = 2
_ENOUGH_IN_VAIN = 16


class Probe(NamedTuple):
    """An RSA block, and the keys and labels that may be its own."""

    block: bytes
    keys: Sequence[int]
    labels: Sequence[Label] = ()


class Hit(NamedTuple):
    """The number of the key, and the label or its digest, whichever way it was found."""

    key: int
    label: Label | None = None
    digest: bytes = b""


class Prober:
    """Probes with one list of keys."""

    def __init__(self, keys: Sequence[PrivateKey], workers: int) -> None:
        self._keys = keys
        self._workers = workers

    def try_labels(self, probes: Sequence[Probe]) -> list[Hit | None]:
        """For each: the key and label that open it, label by label."""
        return list(in_order(self._try, probes, self._workers if len(probes) > 1 else 1))

    def look_inside(self, probes: Sequence[Probe]) -> list[Hit | None]:
        """For each: the first of its keys that it was sealed for, and the digest of whatever label."""
        seen = forked_map(self._look, probes, self._workers)
        return [
            Hit(int.from_bytes(found[:_NUMBER_BYTES], "big"), digest=found[_NUMBER_BYTES:]) if found else None
            for found in seen
        ]

    def try_rows(self, rows: Sequence[Sequence[Probe]]) -> list[list[int]]:
        """For each row: the numbers of the probes that open. After some in vain, the rest of a row is left out."""
        return list(in_order(self._try_row, rows, self._workers if len(rows) > 1 else 1))

    def _try(self, probe: Probe) -> Hit | None:
        for label in probe.labels:
            for key in probe.keys:
                if unwrap(self._keys[key].key, probe.block, label.data) is not None:
                    return Hit(key, label)
        return None

    def _try_row(self, row: Sequence[Probe]) -> list[int]:
        found: list[int] = []
        for number, probe in enumerate(row):
            if self._try(probe) is not None:
                found.append(number)
            elif number - (found[-1] if found else -1) > _ENOUGH_IN_VAIN:
                break
        return found

    def _look(self, probe: Probe) -> bytes:
        """The key's number and the digest of the label, as bytes that may be handed about; none for no key."""
        for key in probe.keys:
            digest = sealed_for(self._keys[key], probe.block)
            if digest is not None:
                return key.to_bytes(_NUMBER_BYTES, "big") + digest
        return b""
