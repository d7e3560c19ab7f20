"""Values on their way to where they will live: put there, and read back by exactly what the manifests will say."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from itertools import islice
from typing import TYPE_CHECKING

from sealwright.errors import StoreError
from sealwright.run.convert.journal import Put
from sealwright.stores.putting import put

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future

    from sealwright.plaintext import Plaintext
    from sealwright.run.convert.journal import Journal
    from sealwright.run.convert.plan import Move
    from sealwright.stores.store import Store, Stored

WORKERS = 8
"""Calls at a time: most of each is waiting, and no service minds so many."""
RUN = "sealwright-run"
"""The label that says which conversion created an object."""
_AHEAD = 4 * WORKERS


class Reading:
    """A store of which each object is read once: one holds many values. For reading only.

    `read` are those that were read back when they were put there.
    """

    def __init__(self, store: Store, read: Mapping[str, Stored]) -> None:
        self._store = store
        self._read: dict[tuple[str, str], Stored | None] = {(name, ""): stored for name, stored in read.items()}

    def get(self, name: str, version: str = "") -> Stored | None:
        """As the store."""
        if (name, version) not in self._read:
            self._read[name, version] = self._store.get(name, version)
        return self._read[name, version]


class Uploader:
    """Uploads the values of moves. `read` gets a move's values back by what its manifest will say.

    `update`: another value that stands there already is replaced.
    """

    def __init__(
        self,
        stores: Mapping[str, Store],
        read: Callable[[Move, Reading], Mapping[str, Plaintext]],
        journal: Journal,
        *,
        update: bool,
    ) -> None:
        self._stores = stores
        self._read = read
        self._journal = journal
        self._update = update

    def upload(self, moves: Sequence[Move], shown: Callable[[int, int], None]) -> list[Put]:
        """Put every value where it will live, several at a time; what became of each object.

        `shown` is told how many of how many moves are done. Raises the first StoreError after the others that were
        under way have ended: nothing new is begun then.
        """
        puts: list[Put] = []
        done = 0
        remaining = iter(moves)
        with ThreadPoolExecutor(WORKERS) as pool:
            waiting: set[Future[list[Put]]] = set()
            try:
                while True:
                    waiting |= {pool.submit(self._moved, move) for move in islice(remaining, _AHEAD - len(waiting))}
                    if not waiting:
                        return puts
                    finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    for future in finished:
                        puts += future.result()
                        done += 1
                    shown(done, len(moves))
            except BaseException:
                for future in waiting:
                    future.cancel()
                raise

    def _moved(self, move: Move) -> list[Put]:
        store = self._stores[move.store]
        puts: list[Put] = []
        read: dict[str, Stored] = {}
        for remote in move.placement.remotes:
            marked = remote._replace(labels={**remote.labels, RUN: self._journal.run})
            outcome = put(store, marked, update=self._update)
            read[remote.name] = outcome.stored
            puts.append(Put(move.store, remote.name, outcome.version, outcome.what.value))
            self._journal.put(puts[-1])
        _compare(move, self._read(move, Reading(store, read)))
        return puts


def _compare(move: Move, found: Mapping[str, Plaintext]) -> None:
    """Raises StoreError unless what the references lead to is what was in Git, byte for byte."""
    for value in move.facts.values:
        if value.key not in found or found[value.key] != value.plaintext:
            hint = "nothing in the repository was changed; look whether something else writes to the store"
            message = f"`{value.key}` read back from store {move.store} is not what was put there"
            raise StoreError(message, place=f"{move.place}:{move.line}", hint=hint)
