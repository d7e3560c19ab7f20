"""`scan --history`: which options go together, what the range means, and a counter while it takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.cli.progress import Counter, somebody_waits
from sealwright.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from sealwright.gate.source_checks import SourceChecks
    from sealwright.manifest.discover import Selection
    from sealwright.manifest.git import Repository
    from sealwright.run.results import Result


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
    commits = resolve(repository.root, _range(repository.root, options.history))
    counter = Counter("versions of files", shown=somebody_waits(options))
    yield from scan_history(commits, selection, jobs=jobs, checks=checks, progress=counter.show)


def _range(root: str, text: str) -> str:
    if text != "auto":
        return text
    from sealwright.cli.ci_change import history_of_event

    return history_of_event(root)
