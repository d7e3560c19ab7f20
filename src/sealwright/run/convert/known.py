"""What is known to be in a store without asking it: the lock file says where, this machine's ledger says what.

The ledger keeps a keyed digest of what was put there and read back (see `run.ledger`); without it nobody could say
whether a value in a manifest is the one in the store or a newer one, and converting would lose the newer one.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from sealwright.convert.sealer import Sealing
from sealwright.run.convert.lock import held_by

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.run.convert.lock import Held
    from sealwright.run.convert.plan import Move
    from sealwright.run.ledger import Ledger
    from sealwright.stores.store import Remote


class Known:
    """`held` is what the lock file says."""

    def __init__(self, held: set[Held], ledger: Ledger) -> None:
        self._held = held
        self._ledger = ledger

    def holds(self, move: Move) -> bool:
        """Whether all values of the move are surely in their store already."""
        return held_by([move]) <= self._held and all(
            self._ledger.made(*_entry(move, remote)) for remote in move.placement.remotes
        )

    def remember(self, moves: Iterable[Move]) -> None:
        """These were put there and read back."""
        for move in moves:
            for remote in move.placement.remotes:
                digest, what = _entry(move, remote)
                self._ledger.remember(what, digest)


def _entry(move: Move, remote: Remote) -> tuple[str, Sealing]:
    where = f"{move.store}\0{remote.name}".encode()
    return sha256(b"stored\0" + where).hexdigest(), Sealing("stored", where, remote.form.value, remote.body)
