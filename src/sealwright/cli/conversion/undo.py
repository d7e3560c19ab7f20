"""The last conversion taken back: files as they were, and what was put into stores discarded."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from sealwright.cli.context import context
from sealwright.errors import ExitCode, UsageError
from sealwright.manifest.places import Places
from sealwright.report.wording import printable
from sealwright.run.convert.apply import open_journal, put_back, take_back
from sealwright.run.convert.goal import named_store
from sealwright.run.convert.journal import Stage

if TYPE_CHECKING:
    import argparse

    from sealwright.stores.store import Store


def undo(options: argparse.Namespace) -> ExitCode:
    """Files first, so that every value is in Git again before it leaves a store."""
    _, repository, config = context(options)
    journal = open_journal(repository)
    if journal.stage in {None, Stage.UNDONE}:
        raise UsageError("there is no conversion to take back", hint="the last one was taken back, or there was none")

    def store(name: str) -> Store:
        from sealwright.stores.registry import open_store

        return open_store(named_store(config, name))

    places = Places(repository)
    for path in put_back(journal):
        verb = "put back" if os.path.exists(path) else "removed"
        sys.stdout.write(f"{verb} {printable(places.shown(path))}\n")
    discarded, updated = take_back(journal, store)
    for put in discarded:
        sys.stdout.write(f"discarded {printable(f'{put.name} in {put.store}')}\n")
    for put in updated:
        sys.stdout.write(f"left {printable(f'{put.name} in {put.store}')}: it had another value before, kept nowhere\n")
    begun = {(put.store, put.name) for put in journal.puts}
    for name in (entry for entry in journal.planned if entry not in begun) if journal.unfinished else ():
        sys.stdout.write(f"look for {printable(f'{name[1]} in {name[0]}')}: it may have been put there\n")
    sys.stdout.write("The conversion was taken back.\n")
    return ExitCode.CLEAN
