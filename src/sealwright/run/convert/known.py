"""What is known to be in a store without asking it: the lock file says where, this machine's ledger says what.

The ledger keeps a keyed digest of what was put there and read back (see `run.ledger`); without it nobody could say
whether a value in a manifest is the one in the store or a newer one, and converting would lose the newer one.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from sealwright.convert.sealer import Sealing
from sealwright.plaintext import Plaintext
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
        self._runs = {one._replace(run=""): one.run for one in held}
        self._ledger = ledger

    def holds(self, move: Move) -> bool:
        """Whether all values of the move are surely in their store already."""
        runs = {self._runs.get(one) for one in held_by([move])}
        if None in runs or any(self._ledger.made(*_undone(run)) for run in runs if run is not None):
            return False
        return all(
            any(self._ledger.made(*_entry(move, remote, run)) for run in runs if run is not None)
            for remote in move.placement.remotes
        )

    def remember(self, moves: Iterable[Move], run: str) -> None:
        """The conversion has put these there and read them back."""
        for move in moves:
            for remote in move.placement.remotes:
                digest, what = _entry(move, remote, run)
                self._ledger.remember(what, digest)

    def forget(self, run: str) -> None:
        """The conversion was taken back, whatever a lock file says that comes back from Git."""
        digest, what = _undone(run)
        self._ledger.remember(what, digest)


def _entry(move: Move, remote: Remote, run: str) -> tuple[str, Sealing]:
    where = f"{run}\0{move.store}\0{remote.name}".encode()
    return sha256(b"stored\0" + where).hexdigest(), Sealing("stored", where, remote.form.value, remote.body)


def _undone(run: str) -> tuple[str, Sealing]:
    return sha256(f"undone\0{run}".encode()).hexdigest(), Sealing("undone", run.encode(), "", Plaintext(b""))
