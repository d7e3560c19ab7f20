"""A plan carried out: values first, then files, each step in the journal; and the way on and the way back."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import Changed, RewriteError, StoreError, UsageError
from sealwright.manifest.git_process import output
from sealwright.rewrite.exclusive import hold
from sealwright.rewrite.transaction import FileChange, check_room, commit, tidy
from sealwright.run.convert.journal import UPDATED, Journal, Stage
from sealwright.run.convert.upload import RUN, WORKERS
from sealwright.run.ledger.file import state_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sealwright.manifest.git import Repository
    from sealwright.run.convert.journal import Begun, Kept, Put
    from sealwright.stores.store import Store

_FOLDER = "sealwright"


class Held(NamedTuple):
    """The journal of a repository, and the lock that keeps its other conversions away while this process lives."""

    journal: Journal
    lock: int


def open_journal(repository: Repository | None) -> Held:
    """The journal of the repository's last conversion, for this process alone.

    Raises UsageError where there is no place for one, and where another conversion is running.
    """
    state = state_folder()
    if repository is None or not state:
        what = "a git repository" if repository is None else "a folder for state (HOME or XDG_STATE_HOME)"
        hint = "without a journal nothing could go on or go back after a crash"
        raise UsageError(f"converting needs {what}", hint=hint)
    folder = os.fsdecode(output(repository.root, "rev-parse", "--absolute-git-dir").rstrip(b"\r\n"))
    try:
        held = hold(os.path.join(folder, f"{_FOLDER}.lock"))
    except OSError as error:
        raise StoreError(f"cannot be written: {error.strerror}", place=folder) from None
    if held is None:
        raise UsageError("another conversion is running in this repository", hint="wait until it has ended")
    return Held(Journal(os.path.join(folder, _FOLDER), state), held)


def apply(begun: Begun, changes: Sequence[FileChange], journal: Journal, upload: Callable[[], list[Put]]) -> list[Put]:
    """Upload, read back, compare (all of which `upload` does), and only then rewrite; what became of each object.

    `changes` are all files that change. Raises StoreError, before any file has changed, or RewriteError, with every
    file as it was.
    """
    check_room(len(changes))
    try:
        journal.begin(begun, changes)
        puts = upload()
        journal.enter(Stage.REWRITING)
        try:
            commit(changes)
        except BaseException:
            if not any(_is_new(change) for change in changes):
                journal.enter(Stage.UPLOADING)  # as if nothing had been tried: there is nothing to go on with
            raise
        journal.enter(Stage.DONE)
    except OSError as error:  # of the journal: the others have errors of their own
        hint = "make room, then run again; --undo takes back what is in the store already"
        raise StoreError(f"the journal cannot be written: {error.strerror}", hint=hint) from None
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
    if journal.stage in {Stage.UPLOADING, Stage.WITHDRAWING}:
        return []
    pending = [change for kept in journal.files if (change := _towards(journal, kept, back=True)) is not None]
    commit(pending)
    tidy([kept.location for kept in journal.files])
    return [change.path for change in pending]


class Withdrawn(NamedTuple):
    """What became of the objects of a conversion, as (store, name).

    `left` were changed since, or had another value before, which nobody kept; `unsure` may be of this conversion.
    """

    discarded: list[tuple[str, str]]
    left: list[tuple[str, str]]
    unsure: list[tuple[str, str]]


def take_back(
    journal: Journal, store: Callable[[str], Store], shown: Callable[[int, int], None] = lambda _done, _all: None
) -> Withdrawn:
    """Discard what the conversion created: what bears its mark, and was not changed since; several at a time.

    `shown` is told how many of how many objects were looked at. Raises StoreError where a store cannot be asked, after
    the others; called again, it goes on.
    """
    from concurrent.futures import ThreadPoolExecutor

    journal.enter(Stage.WITHDRAWING)
    done = {(put.store, put.name): put for put in journal.puts}
    planned = journal.begun.planned
    stores = {name: store(name) for name in dict.fromkeys(where[0] for where in planned)}
    result = Withdrawn([], [], [])
    failed: list[StoreError] = []

    def one(where: tuple[str, str]) -> list[tuple[str, str]] | StoreError | None:
        """The list in which the object is to be named."""
        try:
            return _withdrawn(result, journal, stores[where[0]], where, done.get(where))
        except StoreError as error:
            return error

    with ThreadPoolExecutor(WORKERS) as pool:
        for number, (where, found) in enumerate(zip(planned, pool.map(one, planned), strict=True), 1):
            if isinstance(found, StoreError):
                failed.append(found)
            elif found is not None:
                found.append(where)
            shown(number, len(planned))
    if failed:
        hint = "run --undo again when that is mended; or settle it by hand, since the next --write forgets it"
        others = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        raise StoreError(f"{failed[0]}{others}", hint=f"{failed[0].hint}; {hint}" if failed[0].hint else hint)
    journal.enter(Stage.UNDONE)
    journal.close()
    return result


def _withdrawn(
    result: Withdrawn, journal: Journal, holder: Store, where: tuple[str, str], put: Put | None
) -> list[tuple[str, str]] | None:
    """Discard one object, if it is the conversion's; the list that it belongs to, None where there is nothing to say.

    Raises StoreError.
    """
    if put is not None and put.what == UPDATED:
        return result.left
    stored = holder.get(where[1])
    if stored is None or stored.labels.get(RUN) != journal.run:
        return None
    if put is None and journal.begun.arguments.get("update"):
        return result.unsure
    try:
        holder.discard(where[1], put.version if put is not None else stored.version)
    except Changed:
        return result.left
    return result.discarded


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


def _is_new(change: FileChange) -> bool:
    return change.before != change.after and _standing(change.path) == change.after


def _standing(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RewriteError(f"cannot be read: {error.strerror}", place=path) from None
