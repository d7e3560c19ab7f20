"""The scan: from a selection of files to findings and problems, as a generator. Memory does not grow with the files."""

from __future__ import annotations

import codecs
import io
from itertools import chain, islice
from typing import TYPE_CHECKING, BinaryIO

from sealwright.detect.prefilter import ALLOWANCE, is_wide, may_matter, text_may_matter
from sealwright.detect.relevance import SMALL as WORTH_NARROWING
from sealwright.errors import SealwrightError
from sealwright.finding import STDIN_NAME, Finding, Problem
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, Selection, Target, discover, read_target, too_large
from sealwright.manifest.purposes import WHOLLY_SECRET, read_as, with_purposes
from sealwright.manifest.source import decode
from sealwright.run.results import FileDone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from sealwright.gate.source_checks import SourceChecks
    from sealwright.manifest.git import Repository
    from sealwright.manifest.purposes import Job
    from sealwright.manifest.source import Source
    from sealwright.run.results import Result

    _Job: TypeAlias = tuple[Job, int, SourceChecks | None]


_CHUNK = 1024 * 1024
_OVERLAP = 4096
"""More than any needle, and than the tag handles that stand between the `!` and the `binary` of one."""


def scan(  # noqa: PLR0913 - what a scan is asked for
    selection: Selection,
    repository: Repository | None,
    *,
    stdin: bytes | None = None,
    jobs: int = 1,
    worth: int = 0,
    checks: SourceChecks | None = None,
) -> Iterator[Result]:
    """Find plaintext secrets in everything the selection names, file by file, in a stable order.

    Fewer than `worth` files are looked at in this process, however many `jobs` are allowed: others take time to start.
    `checks` are applied to each file's findings where its text is at hand.

    Raises UsageError for a selection that cannot be; what happens inside a file becomes a Problem.
    """
    max_bytes = selection.max_bytes or DEFAULT_MAX_BYTES
    links: list[Target] = []
    found = with_purposes(targets(selection, repository, stdin, links), selection, repository, links=links)
    work = ((job, max_bytes, checks) for job in found)
    first = list(islice(work, worth)) if jobs > 1 else []
    if jobs > 1 and len(first) == worth:
        from sealwright.run.parallel import ordered_map

        for results in ordered_map(_scan_one, chain(first, work), jobs, weight=_weight):
            yield from results
        return
    for one in chain(first, work):
        yield from _scan_one(one)


def targets(
    selection: Selection, repository: Repository | None, stdin: bytes | None, links: list[Target] | None = None
) -> Iterator[Target | Problem]:
    """Standard input, if it is given, and what the selection names. No paths mean everything, unless it is given.

    An empty standard input is a problem: whatever was to fill it has failed, and nothing must not pass for clean.
    `links` takes symbolic links, as with `discover`.
    """
    if stdin is not None:
        hint = "did what renders fail? In a shell: set -o pipefail"
        nothing = Problem(STDIN_NAME, "there is nothing on standard input", hint=hint)
        yield Target(STDIN_NAME, content=stdin) if stdin.strip() else nothing
        if not selection.paths:
            return
    yield from discover(selection, repository, links)


def _weight(work: _Job) -> int:
    target = work[0].target
    return len(target.content or b"") if isinstance(target, Target) else 0


def _scan_one(work: _Job) -> list[Result]:
    (target, purpose, before), max_bytes, checks = work
    if isinstance(target, Problem):
        return [target]
    try:
        data = read_target(target, max_bytes)
    except SealwrightError as error:
        return [Problem(target.path, error.message, hint=error.hint)]
    if len(data) > max_bytes:
        matters = purpose in WHOLLY_SECRET or large_may_matter(
            target, data[:_CHUNK], *_tests(read_as(target.path, purpose))
        )
        return [too_large(target.path, max_bytes)] if matters else [FileDone(target.path, passed_over=True)]
    results = scan_bytes(target.path, data, purpose=purpose, checks=checks)
    if before is None:
        return results
    known = scan_bytes(target.path, data, purpose=before, checks=checks)
    return [result for result in results if isinstance(result, Finding) and result not in known]


def scan_bytes(path: str, data: bytes, *, purpose: str = "", checks: SourceChecks | None = None) -> list[Result]:
    """The results for one file's content: the byte test, then the full path.

    `purpose` is what another file says this one is for; of what becomes a Secret as a whole every byte matters.
    """
    whole, name = purpose in WHOLLY_SECRET, read_as(path, purpose)
    if not whole and not may_matter(data, name):
        return [FileDone(path, passed_over=True)]
    source = decode(path, data)
    if not whole and is_wide(data) and not text_may_matter(source.text, name):
        return [FileDone(path, passed_over=True)]
    if purpose or len(source.text) <= WORTH_NARROWING:
        return [*_results(source, purpose, checks)]
    from sealwright.detect.narrowing import narrowed

    narrow = narrowed(source)
    return [narrow.widened(result) for result in _results(narrow.source, purpose, checks)]


def _results(source: Source, purpose: str, checks: SourceChecks | None) -> Iterator[Result]:
    from sealwright.detect.scanner import scan_source  # what the byte test passes over needs none of it

    name = read_as(source.path, purpose)
    found = scan_source(source if name == source.path else source.named(name), purpose=purpose)
    findings, problems = found.findings, found.problems
    if name != source.path:
        findings = [each._replace(location=each.location._replace(path=source.path)) for each in findings]
        problems = [each._replace(path=source.path) for each in problems]
    if ALLOWANCE in source.text:
        from sealwright.gate.allowance import apply_allowances

        findings = apply_allowances(source, findings)
    if checks is not None and findings:
        findings = checks.apply(source, findings)
    yield from findings
    yield from problems
    yield FileDone(source.path, found.documents)


def large_may_matter(
    target: Target, beginning: bytes, test: Callable[[bytes], bool], text_test: Callable[[str], bool]
) -> bool:
    """A test over a file that is too large to parse, in pieces that overlap; over its text where it is wide.

    A file that can no longer be read matters.
    """
    try:
        with _opened(target) as file:
            return _any_piece(file, _encoding(target.path, beginning), test, text_test)
    except OSError:
        return True


def stream_may_matter(paths: Sequence[str], file: io.BufferedReader) -> bool:
    """The same test as for a file, over what a stream holds from here on, for content that stands at several paths."""
    tests = [_tests(path) for path in paths]
    try:
        encoding = _encoding(paths[0], file.peek(_CHUNK))
        return _any_piece(
            file,
            encoding,
            lambda piece: any(test(piece) for test, _ in tests),
            lambda text: any(test(text) for _, test in tests),
        )
    except OSError:
        return True


def _encoding(path: str, beginning: bytes) -> str:
    return decode(path, beginning).encoding if is_wide(beginning) else "utf-8"


def _any_piece(file: BinaryIO, encoding: str, test: Callable[[bytes], bool], text_test: Callable[[str], bool]) -> bool:
    if encoding == "utf-8":
        return any(test(piece) for piece in _pieces(file))
    return any(text_test(piece) for piece in _texts(file, encoding))


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


def _tests(path: str) -> tuple[Callable[[bytes], bool], Callable[[str], bool]]:
    """The byte test and the test on text for pieces of a large file."""

    def piece_may_matter(piece: bytes) -> bool:
        # The byte test takes NULs at the beginning for a wide encoding. In a piece from the middle they mean nothing.
        return may_matter(b"    " + piece, path)

    def text_of_piece_may_matter(text: str) -> bool:
        return text_may_matter(text, path)

    return piece_may_matter, text_of_piece_may_matter
