"""The scan: from a selection of files to findings and problems, as a generator. Memory does not grow with the files."""

from __future__ import annotations

import codecs
import io
from typing import TYPE_CHECKING, BinaryIO

from sealwright.detect.prefilter import ALLOWANCE, is_wide, may_matter, text_may_matter
from sealwright.detect.scanner import scan_source
from sealwright.errors import SealwrightError
from sealwright.finding import Problem
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, Selection, Target, discover, read_target, too_large
from sealwright.manifest.source import decode
from sealwright.run.results import FileDone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.manifest.git import Repository
    from sealwright.run.results import Result


_CHUNK = 1024 * 1024
_OVERLAP = 4096
"""More than any needle, and than the tag handles that stand between the `!` and the `binary` of one."""


def scan(
    selection: Selection, repository: Repository | None, *, stdin: bytes | None = None, jobs: int = 1
) -> Iterator[Result]:
    """Find plaintext secrets in everything the selection names, file by file, in a stable order.

    Raises UsageError for a selection that cannot be; what happens inside a file becomes a Problem.
    """
    max_bytes = selection.max_bytes or DEFAULT_MAX_BYTES
    found = targets(selection, repository, stdin)
    if jobs > 1:
        from sealwright.run.parallel import ordered_map

        work = ((target, max_bytes) for target in found)
        for results in ordered_map(_scan_one, work, jobs, weight=_weight):
            yield from results
        return
    for target in found:
        yield from _scan_one((target, max_bytes))


def targets(selection: Selection, repository: Repository | None, stdin: bytes | None) -> Iterator[Target | Problem]:
    """Standard input, if it is given, and what the selection names. No paths mean everything, unless it is given."""
    if stdin is not None:
        from sealwright.manifest.discover import STDIN_NAME

        yield Target(STDIN_NAME, content=stdin)
        if not selection.paths:
            return
    yield from discover(selection, repository)


def _weight(job: tuple[Target | Problem, int]) -> int:
    return len(job[0].content or b"") if isinstance(job[0], Target) else 0


def _scan_one(job: tuple[Target | Problem, int]) -> list[Result]:
    target, max_bytes = job
    if isinstance(target, Problem):
        return [target]
    try:
        data = read_target(target, max_bytes)
    except SealwrightError as error:
        return [Problem(target.path, error.message, hint=error.hint)]
    if len(data) > max_bytes:
        matters = large_may_matter(target, data[:_CHUNK], _piece_may_matter, text_may_matter)
        return [too_large(target.path, max_bytes)] if matters else [FileDone(target.path)]
    return scan_bytes(target.path, data)


def scan_bytes(path: str, data: bytes) -> list[Result]:
    """The results for one file's content: the byte test, then the full path."""
    if not may_matter(data):
        return [FileDone(path)]
    source = decode(path, data)
    if is_wide(data) and not text_may_matter(source.text):
        return [FileDone(path)]
    found = scan_source(source)
    findings = found.findings
    if ALLOWANCE in source.text:
        from sealwright.gate.allowance import apply_allowances

        findings = apply_allowances(source, findings)
    return [*findings, *found.problems, FileDone(path, found.documents)]


def large_may_matter(
    target: Target, beginning: bytes, test: Callable[[bytes], bool], text_test: Callable[[str], bool]
) -> bool:
    """A test over a file that is too large to parse, in pieces that overlap; over its text where it is wide.

    A file that can no longer be read matters.
    """
    encoding = decode(target.path, beginning).encoding if is_wide(beginning) else "utf-8"
    try:
        with _opened(target) as file:
            if encoding == "utf-8":
                return any(test(piece) for piece in _pieces(file))
            return any(text_test(piece) for piece in _texts(file, encoding))
    except OSError:
        return True


def _opened(target: Target) -> BinaryIO:
    return open(target.location, "rb") if target.content is None else io.BytesIO(target.content)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    tail = b""
    while chunk := file.read(_CHUNK):
        yield tail + chunk
        tail = chunk[-_OVERLAP:]


def _texts(file: BinaryIO, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    tail = ""
    while chunk := file.read(_CHUNK):
        text = tail + decoder.decode(chunk)
        yield text
        tail = text[-_OVERLAP:]


def _piece_may_matter(piece: bytes) -> bool:
    # The byte test takes NULs at the beginning for a wide encoding. In a piece from the middle they mean nothing.
    return may_matter(b"    " + piece)
