"""The verification: every item of every SealedSecret that the selection names, to a verdict."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealwright.detect.prefilter import is_wide
from sealwright.errors import SealwrightError
from sealwright.finding import STDIN_NAME, Problem, Verdict
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, read_target, too_large
from sealwright.manifest.documents import read_documents
from sealwright.manifest.resource import resources
from sealwright.manifest.source import Source, decode
from sealwright.run.refusals import no_key, refusals
from sealwright.run.results import FileDone
from sealwright.run.scan import large_may_matter, targets
from sealwright.verify.examiner import at_first_sight
from sealwright.verify.origins import origins
from sealwright.verify.sealed_items import KIND, SealedItem, sealed_items
from sealwright.verify.usual import Contents, usual

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterator, Sequence

    from sealwright.finding import Location, ResourceRef
    from sealwright.manifest.discover import Selection, Target
    from sealwright.manifest.documents import Document
    from sealwright.manifest.git import Repository
    from sealwright.verify.examiner import Examiner
    from sealwright.verify.sealed_items import Malformed, Rendering

_KIND = KIND.encode()
_ENDINGS = (".yaml", ".yml", ".json")


def verify(
    selection: Selection,
    repository: Repository | None,
    examiner_for: Callable[[str], Examiner],
    *,
    stdin: bytes | None = None,
    render: bool = False,
) -> Iterator[Verdict | Problem | FileDone]:
    """A verdict for each item, after the problems of all files. `examiner_for` chooses the evidence by a file's path.

    Items are collected first, without their documents: where one was moved from is looked for among all objects of
    the files that hold SealedSecrets. With `render`, what kustomizations and charts make of files counts instead.
    """
    items: list[SealedItem | Malformed] = []
    known: set[ResourceRef] = set()
    named = {os.path.normpath(path) for path in selection.paths}
    for target in targets(selection, repository, stdin):
        if isinstance(target, Problem):
            yield target
        elif _is_wanted(target, named):
            documents = 0
            source = _source(target, selection.max_bytes or DEFAULT_MAX_BYTES)
            if isinstance(source, Problem):
                yield source
            for found in _contents(source) if isinstance(source, Source) else ():
                if isinstance(found, Problem):
                    yield found
                    continue
                documents += 1
                items.extend(found.items)
                known.update(found.origins)
            yield FileDone(target.path, documents)
    if render and (stdin is None or selection.paths):
        items = yield from _as_rendered(items, known, selection, repository)
    yield from verdicts_of(items, known, examiner_for)


def _as_rendered(
    items: list[SealedItem | Malformed],
    known: set[ResourceRef],
    selection: Selection,
    repository: Repository | None,
) -> Generator[Problem, None, list[SealedItem | Malformed]]:
    """The items with those of every rendering, less those for which a rendering speaks; `known` grows."""
    from sealwright.run.render.deployers import deployers, doubted
    from sealwright.run.render.pipeline import renderings
    from sealwright.verify.rendered import superseded

    applying = deployers(selection, repository)
    root = repository.root if repository is not None else os.curdir
    for rendered in renderings(selection, repository):
        if isinstance(rendered, Problem):
            yield rendered
            continue
        covered, digests, whole = rendered.covered, rendered.digests, rendered.whole
        items = [item for item in items if item.rendered or not superseded(item, covered, digests, whole=whole)]
        items += rendered.items
        known.update(rendered.known)
    if applying:
        items = [doubted(item, applying, _applied(item, root)) for item in items]
    return sorted(items, key=_order)


def _applied(item: SealedItem | Malformed, root: str) -> str:
    """The real path of the file that is applied: the overlay's, or the item's own."""
    path = item.rendered.path if item.rendered is not None else item.location.path
    return os.path.realpath(os.path.join(root, path))


def _order(item: SealedItem | Malformed) -> tuple[str, str, Location]:
    """File by file, and in each what one rendering makes of it together."""
    return item.location.path, item.rendered.path if item.rendered is not None else "", item.location


def verdicts_of(
    items: Sequence[SealedItem | Malformed], known: Collection[ResourceRef], examiner_for: Callable[[str], Examiner]
) -> Iterator[Verdict | Problem]:
    """In the order of the items, after the problems; each examiner sees all of its items at once."""
    found: dict[int, Verdict] = {}
    waiting: dict[int, tuple[Examiner, list[int]]] = {}
    examiners: dict[str, Examiner] = {}
    for number, item in enumerate(items):
        path = item.rendered.path if item.rendered is not None else item.location.path
        examiner = examiners.get(path)
        if examiner is None:
            examiner = examiners[path] = examiner_for(path)
        verdict = at_first_sight(item, examiner.failure) or no_key(item, examiner.failure)
        if verdict is None:
            waiting.setdefault(id(examiner), (examiner, []))[1].append(number)
        else:
            found[number] = verdict
    for examiner, numbers in waiting.values():
        examined = [item for number in numbers if isinstance(item := items[number], SealedItem)]
        results = list(examiner.examine(examined, known))
        yield from (result for result in results if isinstance(result, Problem))
        found.update(zip(numbers, (result for result in results if isinstance(result, Verdict)), strict=True))
    for number, item in enumerate(items):
        yield found[number] if item.rendered is None else _told(found[number], item.rendered)


def _told(verdict: Verdict, rendering: Rendering) -> Verdict:
    """With the words that it is not about the object as its file has it."""
    return verdict._replace(reason=f"{verdict.reason}, {rendering.words}" if verdict.reason else rendering.words)


def _is_wanted(target: Target, named: set[str]) -> bool:
    """Whether the file is a manifest by its name, or by the user's word: other names count when they are given."""
    if target.path == STDIN_NAME or target.path.lower().endswith(_ENDINGS):
        return True
    return os.path.normpath(target.location or target.path) in named


def _source(target: Target, max_bytes: int) -> Source | Problem | None:
    """The text of a file that may hold SealedSecrets, or what is wrong with it where it does hold some."""
    try:
        data = read_target(target, max_bytes)
    except SealwrightError as error:
        return Problem(target.path, error.message, hint=error.hint)
    if len(data) > max_bytes:
        matters = large_may_matter(target, data[:4096], _may_hold, _text_may_hold)
        return too_large(target.path, max_bytes) if matters else None
    if not is_wide(data) and not _may_hold(data):
        return None
    source = decode(target.path, data)
    if source.flaw:
        return Problem(target.path, source.flaw, hint="convert it to UTF-8") if KIND in source.text else None
    return source


def _contents(source: Source) -> Iterator[Contents | Problem]:
    """What is in each document of a text, and what is wrong with it where it holds SealedSecrets."""
    if plain := usual(source):
        yield from plain
        return
    for document in read_documents(source):
        if document.flaw and KIND in source.text[document.start : document.end]:
            yield _broken(document, source)
        yield contents_of(document)


def contents_of(document: Document) -> Contents:
    """What is in a document, read as a parser reads it."""
    objects = list(resources(document))
    return Contents([*sealed_items(document, objects), *refusals(objects)], [*origins(document, objects)])


def _may_hold(data: bytes) -> bool:
    return _KIND in data or b"\\" in data  # a backslash may begin an escape within the word


def _text_may_hold(text: str) -> bool:
    return KIND in text or "\\" in text


def _broken(document: Document, source: Source) -> Problem:
    line, column = source.position(document.flaw_at)
    hint = "mend it; none of its items was verified"
    return Problem(source.path, f"this document does not parse: {document.flaw}", line, column, hint)
