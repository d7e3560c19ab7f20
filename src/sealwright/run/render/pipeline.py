"""Every rendering that a selection has a part in: what it puts out, and which files it speaks for."""

from __future__ import annotations

import os
from shlex import quote
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import UsageError
from sealwright.finding import Location, Problem
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, discover
from sealwright.manifest.documents import read_documents
from sealwright.manifest.neighbours import KUSTOMIZATIONS
from sealwright.manifest.places import Places
from sealwright.manifest.resource import resources
from sealwright.manifest.source import decode
from sealwright.run.refusals import refusals
from sealwright.run.render.charts import CHART, NAMESPACE, RELEASE, chart_reach, chart_roots, values_files
from sealwright.run.render.failures import failure_of
from sealwright.run.render.kustomizations import Kustomizations
from sealwright.run.render.programs import program_path, run_shut_in
from sealwright.verify.origins import origins
from sealwright.verify.rendered import Release, ciphertexts, digest_of_text, rendered_items
from sealwright.verify.sealed_items import KIND, Rendering, SealedItem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sealwright.finding import ResourceRef
    from sealwright.manifest.discover import Selection
    from sealwright.manifest.git import Repository
    from sealwright.run.render.kustomizations import Reach
    from sealwright.verify.sealed_items import Malformed

_KIND = KIND.encode()
_RELEASE = Release(RELEASE, NAMESPACE)
_INSTALL = {"kustomize": "install kustomize or kubectl", "helm": "install helm"}


class Rendered(NamedTuple):
    """What one rendering put out. `covered`: the files that it speaks for, and `whole` if for all that is in them."""

    items: tuple[SealedItem | Malformed, ...]
    known: frozenset[ResourceRef]
    covered: frozenset[str]
    digests: frozenset[str]
    whole: bool


class Output(NamedTuple):
    """What a renderer said. `own` is the file that stands for it: the kustomization, the values file, or the chart.

    `by` is `kustomize` or `helm`; `words` say what rendered it, `by_hand` is what a person would type to see it.
    `files` are the real paths of all that was read, `covered` the same as people see them.
    """

    by: str
    own: str
    folder: str
    words: str
    by_hand: str
    data: bytes
    files: tuple[str, ...]
    covered: frozenset[str]


class _Job(NamedTuple):
    """One thing to render: the folder, its files, and what to start. `by` is `kustomize` or `helm`."""

    by: str
    folder: str
    reach: Reach
    values: str = ""


def renderings(selection: Selection, repository: Repository | None) -> Iterator[Rendered | Problem]:
    """Each kustomization and each chart that reads a file of the selection and has SealedSecrets, rendered.

    Raises UsageError for --staged: programs that render read the work tree.
    """
    places, limit = Places(repository), selection.max_bytes or DEFAULT_MAX_BYTES
    for output in outputs(selection, repository, lambda data: _KIND in data):
        yield output if isinstance(output, Problem) else _rendered(output, places, limit)


def outputs(
    selection: Selection, repository: Repository | None, matters: Callable[[bytes], bool]
) -> Iterator[Output | Problem]:
    """What each kustomization and each chart comes to that reads a file of the selection, and one that `matters`.

    Raises UsageError for --staged: programs that render read the work tree.
    """
    if selection.staged:
        raise UsageError("--render reads the work tree, --staged the index", hint="leave one of them out")
    places = Places(repository)
    wanted = [os.path.realpath(path) for path in selection.paths]
    missing: dict[str, list[str]] = {}
    for job in _jobs(selection, repository):
        if not _is_wanted(job, wanted, matters):
            continue
        program = _program(job.by, repository)
        if job.reach.flaw is not None:
            flaw = job.reach.flaw
            path = places.shown(flaw.path)
            yield Problem(path, f"not rendered: {flaw.message}", flaw.line, 1 if flaw.line else 0, flaw.hint)
        elif not program:
            missing.setdefault(job.by, []).append(places.shown(job.folder))
        else:
            yield _output(job, program, places)
    for by, folders in missing.items():
        others = f" and {len(folders) - 1} more" if len(folders) > 1 else ""
        yield Problem(folders[0], f"not rendered{others}: there is no {by} on the PATH", hint=_INSTALL[by])


def _jobs(selection: Selection, repository: Repository | None) -> Iterator[_Job]:
    kustomized, charts = _folders(selection, repository)
    root = repository.root if repository is not None else ""
    known = Kustomizations(root)
    for folder in known.roots(kustomized):
        yield _Job("kustomize", folder, known.reach(folder))
    for folder in chart_roots(charts):
        reach = chart_reach(folder, root)
        for values in values_files(folder) if reach.flaw is None else [""]:
            yield _Job("helm", folder, reach, values)


def _folders(selection: Selection, repository: Repository | None) -> tuple[set[str], set[str]]:
    """The folders with kustomizations and those with charts: of the whole repository, since roots may lie anywhere."""
    selections = [selection] if repository is None else [selection._replace(paths=()), selection]
    kustomized, charts = set(), set()
    for each in selections:
        for target in discover(each._replace(depth=0), repository):
            if not isinstance(target, Problem):
                name = os.path.basename(target.location)
                if name in KUSTOMIZATIONS:
                    kustomized.add(os.path.dirname(target.location) or os.curdir)
                elif name == CHART:
                    charts.add(os.path.dirname(target.location) or os.curdir)
    return kustomized, charts


def _is_wanted(job: _Job, wanted: Sequence[str], matters: Callable[[bytes], bool]) -> bool:
    """Whether it reads a file of the selection, and one that matters."""
    files = job.reach.files
    if wanted and not any(
        file == path or file.startswith(path.rstrip(os.sep) + os.sep) for path in wanted for file in files
    ):
        return False
    return any(matters(content(file, DEFAULT_MAX_BYTES)) for file in files)


def content(path: str, limit: int) -> bytes:
    """The beginning of a file; nothing of one that cannot be read, about which the renderer complains."""
    try:
        with open(path, "rb") as file:
            return file.read(limit)
    except OSError:
        return b""


def _program(by: str, repository: Repository | None) -> str:
    root = repository.root if repository is not None else ""
    return program_path(by, root) or (program_path("kubectl", root) if by == "kustomize" else "")


def _output(job: _Job, program: str, places: Places) -> Output | Problem:
    shown = places.shown(job.folder)
    own = places.shown(os.path.join(job.folder, job.values or CHART)) if job.by == "helm" else ""
    own = own or places.shown(job.reach.files[0])
    command, by_hand = _command(job, program, shown)
    finished = run_shut_in(command, job.folder)
    if finished.code or finished.stopped:
        failure = failure_of(finished, job.by, job.folder, by_hand)
        at = f" (see {failure.place})" if failure.place else ""
        return Problem(own, f"not rendered: {failure.message}{at}", hint=failure.hint)
    with_values = f" with {job.values}" if job.values else ""
    words = f"as {job.by if shown == os.curdir else shown} renders it{with_values}"
    covered = frozenset(places.shown(path) for path in job.reach.files)
    return Output(job.by, own, shown, words, by_hand, finished.output, job.reach.files, covered)


def unparsed(output: Output) -> Problem:
    """A renderer has put out what is no manifest."""
    return Problem(
        output.own, f"what {output.folder} renders does not parse as a manifest", hint=f"look at `{output.by_hand}`"
    )


def _rendered(output: Output, places: Places, limit: int) -> Rendered | Problem:
    rendering = Rendering(output.own, output.words)
    source = decode(output.own, output.data)
    sources = _places(output.files, places, limit)
    items: list[SealedItem | Malformed] = []
    known: set[ResourceRef] = set()
    for document in read_documents(source):
        if document.flaw:
            return unparsed(output)
        items += rendered_items(document, rendering, sources, _RELEASE if output.by == "helm" else None)
        start = Location(output.own, *[source.position(0)] * 2)
        for refusal in refusals(resources(document), named=output.by != "helm"):
            items.append(refusal._replace(location=start, rendered=rendering))
        known.update(origins(document))
    digests = {digest_of_text(item.text) for item in items if isinstance(item, SealedItem) and item.text is not None}
    return Rendered(tuple(items), frozenset(known), output.covered, frozenset(digests), whole=output.by == "kustomize")


def _command(job: _Job, program: str, shown: str) -> tuple[list[str], str]:
    """What to start in the job's folder, and the same for a person to type."""
    if job.by == "helm":
        values = ["--values", job.values] if job.values else []
        words = ["template", RELEASE, ".", "--namespace", NAMESPACE, *values]
        by_hand = f" --values {quote(f'{shown}/{job.values}')}" if job.values else ""
        return [program, *words], f"helm template NAME {quote(shown)}{by_hand}"
    verb = "kustomize" if os.path.basename(program).startswith("kubectl") else "build"
    restricted = ["--load-restrictor", "LoadRestrictionsRootOnly"]
    return [
        program,
        verb,
        ".",
        *restricted,
    ], f"{'kubectl kustomize' if verb != 'build' else 'kustomize build'} {quote(shown)}"


def _places(files: Sequence[str], places: Places, limit: int) -> dict[str, Location]:
    """Where everything that looks sealed stands in the files; the first place of each."""
    found: dict[str, Location] = {}
    for path in files:
        for digest, location in ciphertexts(decode(places.shown(path), content(path, limit))):
            found.setdefault(digest, location)
    return found
