"""The last conversion taken back: files as they were, and what was put into stores discarded."""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from typing import TYPE_CHECKING

from sealwright.cli.context import context
from sealwright.cli.conversion.bar import Bar
from sealwright.cli.progress import somebody_waits
from sealwright.config import Store
from sealwright.errors import ExitCode, UsageError
from sealwright.manifest.places import Places
from sealwright.report.wording import printable
from sealwright.run.convert.apply import open_journal, put_back, take_back
from sealwright.run.convert.journal import Stage
from sealwright.run.convert.known import Known
from sealwright.run.ledger import load_ledger

if TYPE_CHECKING:
    import argparse


def undo(options: argparse.Namespace) -> ExitCode:
    """Files first, so that every value is in Git again before it leaves a store."""
    from sealwright.stores.registry import open_store

    _, repository, _ = context(options)
    journal = open_journal(repository).journal
    if journal.stage in {None, Stage.UNDONE}:
        raise UsageError("there is no conversion to take back", hint="the last one was taken back, or there was none")
    places = Places(repository)
    files = {places.shown(path): os.path.exists(path) for path in put_back(journal)}
    bar = Bar("objects", shown=somebody_waits(options))
    try:
        withdrawn = take_back(journal, cache(lambda name: open_store(Store(**journal.begun.stores[name]))), bar.show)
    finally:
        bar.close()
    ledger = load_ledger(repository.root if repository else "")
    Known(set(), ledger).forget(journal.run)
    ledger.save()
    code = ExitCode.FINDINGS if withdrawn.left or withdrawn.unsure else ExitCode.CLEAN
    if options.format == "json":
        report = {"version": 1, "undone": True, "files": sorted(files)} | {
            kind: [{"store": store, "name": name} for store, name in found]
            for kind, found in withdrawn._asdict().items()
        }
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
        return code
    lines = [f"{'put back' if there else 'removed'} {path}" for path, there in files.items()]
    lines += [f"discarded {name} in {store}" for store, name in withdrawn.discarded]
    lines += [
        f"left {name} in {store}: it had another value before, or was changed since" for store, name in withdrawn.left
    ]
    lines += [f"look for {name} in {store}: it may have been put or changed there" for store, name in withdrawn.unsure]
    sys.stdout.write("".join(f"{printable(line)}\n" for line in [*lines, "The conversion was taken back."]))
    return code
