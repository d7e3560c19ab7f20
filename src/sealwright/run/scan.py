"""The scan: from a selection of files to findings and problems, as a generator. Memory does not grow with the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.prefilter import may_matter, text_may_matter
from sealwright.detect.scanner import scan_source
from sealwright.errors import SealwrightError
from sealwright.finding import Problem
from sealwright.gate.allowance import apply_allowances
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, Selection, Target, discover, read_target, too_large
from sealwright.manifest.source import decode
from sealwright.run.results import FileDone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.manifest.git import Repository
    from sealwright.run.results import Result


_CHUNK = 1024 * 1024
_OVERLAP = 64


def scan(
    selection: Selection, repository: Repository | None, *, stdin: bytes | None = None, jobs: int = 1
) -> Iterator[Result]:
    """Find plaintext secrets in everything the selection names, file by file, in a stable order.

    Raises UsageError for a selection that cannot be; what happens inside a file becomes a Problem.
    """
    max_bytes = selection.max_bytes or DEFAULT_MAX_BYTES
    targets = _targets(selection, repository, stdin)
    if jobs > 1:
        from sealwright.run.parallel import ordered_map

        for results in ordered_map(_scan_one, ((target, max_bytes) for target in targets), jobs):
            yield from results
        return
    for target in targets:
        yield from _scan_one((target, max_bytes))


def _targets(selection: Selection, repository: Repository | None, stdin: bytes | None) -> Iterable[Target | Problem]:
    if stdin is not None:
        from sealwright.manifest.discover import STDIN_NAME

        yield Target(STDIN_NAME, content=stdin)
        if not selection.paths:
            return
    yield from discover(selection, repository)


def _scan_one(job: tuple[Target | Problem, int]) -> list[Result]:
    target, max_bytes = job
    if isinstance(target, Problem):
        return [target]
    try:
        data = read_target(target, max_bytes)
    except SealwrightError as error:
        return [Problem(target.path, error.message, hint=error.hint)]
    if len(data) > max_bytes:
        return [too_large(target.path, max_bytes)] if _large_may_matter(target) else [FileDone(target.path)]
    return scan_bytes(target.path, data)


def scan_bytes(path: str, data: bytes) -> list[Result]:
    """The results for one file's content: the byte test, then the full path."""
    if not may_matter(data):
        return [FileDone(path)]
    source = decode(path, data)
    if not source.text.isascii() and (source.mark or b"\0" in data[:4]) and not text_may_matter(source.text):
        return [FileDone(path)]
    found = scan_source(source)
    findings = apply_allowances(source, found.findings)
    return [*findings, *found.problems, FileDone(path, found.documents)]


def _large_may_matter(target: Target) -> bool:
    """The byte test over a file that is too large to parse, in pieces that overlap by more than any needle."""
    if target.content is not None:
        return may_matter(target.content)
    with open(target.location, "rb") as file:
        tail = b""
        while chunk := file.read(_CHUNK):
            if may_matter(tail + chunk):
                return True
            tail = chunk[-_OVERLAP:]
    return False
