"""A plan carried out: values first, then files, each step in the journal; and the way on and the way back."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealwright.errors import RewriteError, UsageError
from sealwright.manifest.git_process import output
from sealwright.rewrite.transaction import FileChange, commit, tidy
from sealwright.run.convert.journal import UPDATED, Journal, Stage
from sealwright.run.ledger.file import state_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from sealwright.manifest.git import Repository
    from sealwright.run.convert.journal import Kept, Put
    from sealwright.run.convert.plan import Move
    from sealwright.stores.store import Store

_FOLDER = "sealwright"


def open_journal(repository: Repository | None) -> Journal:
    """The journal of the repository's last conversion. Raises UsageError where there is no place for one."""
    state = state_folder()
    if repository is None or not state:
        what = "a git repository" if repository is None else "a folder for state (HOME or XDG_STATE_HOME)"
        hint = "without a journal nothing could go on or go back after a crash"
        raise UsageError(f"converting needs {what}", hint=hint)
    folder = os.fsdecode(output(repository.root, "rev-parse", "--absolute-git-dir").rstrip(b"\r\n"))
    return Journal(os.path.join(folder, _FOLDER), state)


def apply(
    moves: Sequence[Move],
    changes: Sequence[FileChange],
    journal: Journal,
    arguments: dict[str, Any],
    upload: Callable[[], list[Put]],
) -> list[Put]:
    """Upload, read back, compare (all of which `upload` does), and only then rewrite; what became of each object.

    `moves` are those whose values go to stores, `changes` all files that change; `arguments` are what `--resume` needs
    to plan the same again. Raises StoreError, before any file has changed, or RewriteError, with every file
    as it was.
    """
    journal.begin(
        arguments, [(move.store, remote.name) for move in moves for remote in move.placement.remotes], changes
    )
    try:
        puts = upload()
        journal.enter(Stage.REWRITING)
        commit(changes)
        journal.enter(Stage.DONE)
    finally:
        journal.close()
    return puts


def finish(journal: Journal) -> list[str]:
    """Write the files that a conversion did not get to before it ended; their paths. Raises as `commit` does."""
    pending = [change for kept in journal.files if (change := _towards(journal, kept, back=False)) is not None]
    commit(pending)
    tidy([kept.location for kept in journal.files])
    journal.enter(Stage.DONE)
    journal.close()
    return [change.path for change in pending]


def put_back(journal: Journal) -> list[str]:
    """Give every file of the conversion the contents that it had before; the paths. Raises as `commit` does.

    A file that was changed since then stops it, and nothing is put back.
    """
    pending = [change for kept in journal.files if (change := _towards(journal, kept, back=True)) is not None]
    commit(pending)
    tidy([kept.location for kept in journal.files])
    return [change.path for change in pending]


def take_back(journal: Journal, store: Callable[[str], Store]) -> tuple[list[Put], list[Put]]:
    """Discard the objects that the conversion made: (discarded, updated ones, whose values before nobody kept)."""
    made = journal.created
    for put in made:
        store(put.store).discard(put.name, put.version)
    journal.enter(Stage.UNDONE)
    journal.close()
    return made, [put for put in journal.puts if put.what == UPDATED and put not in made]


def _towards(journal: Journal, kept: Kept, *, back: bool) -> FileChange | None:
    """The change that is left to do; None where it is done. Raises RewriteError for what is neither old nor new."""
    old, new = journal.content(kept.before), journal.content(kept.after)
    start, goal = (new, old) if back else (old, new)
    standing = _standing(kept.location)
    if standing == goal:
        return None
    if standing != start:
        hint = "put the conversion's contents there again, or settle this file by hand and remove it from the work tree"
        raise RewriteError("changed since the conversion; no file was touched", place=kept.location, hint=hint)
    return FileChange(kept.location, start, goal)


def _standing(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RewriteError(f"cannot be read: {error.strerror}", place=path) from None
