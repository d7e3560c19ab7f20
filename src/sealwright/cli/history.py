"""`scan --history`: which options go together, what the range means, and a counter for who waits at a terminal."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from sealwright.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from sealwright.gate.source_checks import SourceChecks
    from sealwright.manifest.discover import Selection
    from sealwright.manifest.git import Repository
    from sealwright.run.results import Result

_EVERY = 0.1
_ERASE = "\r\x1b[K"


def history_results(
    options: argparse.Namespace,
    selection: Selection,
    repository: Repository | None,
    *,
    jobs: int,
    checks: SourceChecks | None,
) -> Iterator[Result]:
    """Scan the commits that the options name. Raises UsageError for what cannot be."""
    from sealwright.manifest.git import find_bare_repository
    from sealwright.manifest.history import resolve
    from sealwright.run.history import scan_history

    if selection.staged:
        raise UsageError("--history and --staged contradict each other", hint="leave one of them out")
    if "-" in selection.paths:
        raise UsageError("--history does not read standard input", hint="leave out `-`")
    repository = repository or find_bare_repository()
    if repository is None:
        raise UsageError("--history needs a git repository", hint="run it inside one, or name files")
    commits = resolve(repository.root, options.history)
    counter = _Counter(shown=_somebody_waits(options))
    yield from scan_history(commits, selection, jobs=jobs, checks=checks, progress=counter.show)


def _somebody_waits(options: argparse.Namespace) -> bool:
    # Hook managers run hooks on a terminal of their own, and show what was on it afterwards.
    quiet = any(os.environ.get(name) for name in ("CI", "PRE_COMMIT")) or os.environ.get("TERM") == "dumb"
    return not options.no_progress and not quiet and sys.stderr is not None and sys.stderr.isatty()


class _Counter:
    """One line on stderr that is written over, and gone at the end."""

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown
        self._next = 0.0

    def show(self, done: int, total: int) -> None:
        if not self._shown:
            return
        now = time.monotonic()
        if done == total:
            text = _ERASE
        elif now >= self._next:
            self._next = now + _EVERY
            text = f"{_ERASE}{done:,} of {total:,} versions of files"
        else:
            return
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except (OSError, ValueError):
            self._shown = False
