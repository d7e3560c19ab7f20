"""How secrets were held at some commits of the branch's past, by the same code as those of the tree that is there.

Every content is looked at once, however many of the commits have it. What takes several files to know is left out of it
where it needs more than their names: namespaces, stores, and who uses a secret.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.prefilter import may_matter
from sealwright.finding import Finding
from sealwright.inventory.model import Point
from sealwright.manifest.contents import contents
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, Target
from sealwright.manifest.first_parents import first_parents, spread
from sealwright.manifest.history import cut_off, everything
from sealwright.manifest.neighbours import KUSTOMIZATIONS
from sealwright.manifest.past import Past
from sealwright.manifest.purposes import WHOLLY_SECRET, purposes_in, read_as
from sealwright.manifest.selected import Selected
from sealwright.manifest.source import decode
from sealwright.run.inventory.file import FileSecrets, may_be_secret, may_hold_secrets, read_file
from sealwright.run.inventory.joining import joined, shows_value
from sealwright.run.scan import scan_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sealwright.gate.source_checks import SourceChecks
    from sealwright.manifest.first_parents import Step
    from sealwright.run.gate.asked import Asked

_MOST_CONTENTS = 40_000
"""Above this, every second commit is left out until there are fewer: each content takes about a millisecond."""


class Seen(NamedTuple):
    """A value in clear at some of the commits: from the first to the last of `History.steps` that have it."""

    finding: Finding
    first: int
    last: int


class PastSecrets(NamedTuple):
    """`points` from the oldest to the newest; `steps` are their commits. `notes` say what cannot be known."""

    points: tuple[Point, ...] = ()
    steps: tuple[Step, ...] = ()
    values: tuple[Seen, ...] = ()
    notes: tuple[str, ...] = ()


class _Version(NamedTuple):
    """One content, and where it stood: (path, what a kustomization says that it is for)."""

    oid: str
    places: tuple[tuple[str, str], ...]
    data: bytes
    checks: SourceChecks | None

    def __repr__(self) -> str:
        return f"_Version({self.oid!r})"  # the bytes may hold secrets


class _Looked(NamedTuple):
    """What a content holds at a path."""

    file: FileSecrets
    findings: tuple[Finding, ...]


def look_back(asked: Asked, count: int, progress: Callable[[int, int], None]) -> PastSecrets:
    """Count at so many commits of the branch, the newest of which is the one that is checked out."""
    repository = asked.repository
    steps = spread(first_parents(repository.root), count) if repository is not None and count else []
    if repository is None or not steps:
        return PastSecrets()
    wanted = Selected(asked.selection, repository)
    trees, steps = _trees(repository.root, steps, wanted)
    absent: list[str] = []
    looked = _look(repository.root, trees, asked, absent, progress)
    points: list[Point] = []
    seen: dict[tuple[object, ...], Seen] = {}
    for number, (step, tree) in enumerate(zip(steps, trees, strict=True)):
        here = [looked[oid, path] for path, oid in tree.items() if (oid, path) in looked]
        findings = [finding for one in here for finding in one.findings]
        held = Counter(secret.held for secret in joined((one.file for one in here), findings))
        points.append(Point(step.day, step.oid, dict(held)))
        for finding in filter(shows_value, findings):
            place = (finding.rule, finding.location.path, finding.resource, finding.field, finding.occurrence)
            before = seen.get(place)
            seen[place] = Seen(finding, before.first if before is not None else number, number)
    return PastSecrets(tuple(points), tuple(steps), tuple(seen.values()), tuple(_notes(repository.root, steps, absent)))


def _trees(root: str, steps: list[Step], wanted: Selected) -> tuple[list[dict[str, str]], list[Step]]:
    """The files of each step, path to content; of fewer steps, where there are too many contents."""
    trees = [_tree(root, step.oid, wanted) for step in steps]
    while len(trees) > 2 and len({oid for tree in trees for oid in tree.values()}) > _MOST_CONTENTS:
        trees, steps = trees[::-1][::2][::-1], steps[::-1][::2][::-1]
    return trees, steps


def _tree(root: str, commit: str, wanted: Selected) -> dict[str, str]:
    paths = ((os.fsdecode(path), oid) for path, oid in everything(root, commit))
    return {path: oid for path, oid in paths if wanted(path)}


def _look(
    root: str, trees: list[dict[str, str]], asked: Asked, absent: list[str], progress: Callable[[int, int], None]
) -> dict[tuple[str, str], _Looked]:
    """What every content holds at every path; nothing for those that hold nothing. `absent` takes those not there."""
    places: dict[str, set[str]] = {}
    for tree in trees:
        for path, oid in tree.items():
            places.setdefault(oid, set()).add(path)
    looked: dict[tuple[str, str], _Looked] = {}
    versions = _versions(root, places, asked, absent, progress)
    for oid, path, found in (one for batch in _mapped(versions, asked.jobs) for one in batch):
        looked[oid, path] = found
    return looked


def _mapped(versions: Iterable[_Version], jobs: int) -> Iterator[list[tuple[str, str, _Looked]]]:
    if jobs > 1:
        from sealwright.run.parallel import ordered_map

        return ordered_map(_look_at, versions, jobs, weight=lambda version: len(version.data))
    return map(_look_at, versions)


def _versions(
    root: str, places: dict[str, set[str]], asked: Asked, absent: list[str], progress: Callable[[int, int], None]
) -> Iterator[_Version]:
    """Every content that may hold a secret; kustomizations come first, since they say what others are for."""
    limit = asked.selection.max_bytes or DEFAULT_MAX_BYTES
    naming = [oid for oid, paths in places.items() if any(path.endswith(KUSTOMIZATIONS) for path in paths)]
    first = set(naming)
    order = [*naming, *(oid for oid in places if oid not in first)]
    past = Past()
    purpose = purposes_in(past)
    for number, content in enumerate(contents(root, order), 1):
        progress(number, len(order))
        if content.file is None:
            absent.append(content.oid)
            continue
        if content.size > limit:
            continue
        data, paths = content.file.read(), sorted(places[content.oid])
        for path in paths if number <= len(naming) else ():
            past.tell(path, data)
        found = [(path, purpose(Target(path)) if number > len(naming) else "") for path in paths]
        if any(_may_hold(path, use, data) for path, use in found):
            yield _Version(content.oid, tuple(found), data, asked.checks)
    progress(len(order), len(order))


def _may_hold(path: str, purpose: str, data: bytes) -> bool:
    return purpose in WHOLLY_SECRET or may_hold_secrets(path, data) or may_matter(data, read_as(path, purpose))


def _look_at(version: _Version) -> list[tuple[str, str, _Looked]]:
    found = []
    for path, purpose in version.places:
        results = scan_bytes(path, version.data, purpose=purpose, checks=version.checks)
        findings = tuple(result for result in results if isinstance(result, Finding) and shows_value(result))
        file = FileSecrets(path)
        source = decode(path, version.data) if may_hold_secrets(path, version.data) else None
        if source is not None and may_be_secret(source.text):
            file = read_file(source, users=False)._replace(resources=(), stores=(), keys=())
        if findings or file.entries:
            found.append((version.oid, path, _Looked(file, findings)))
    return found


def _notes(root: str, steps: list[Step], absent: list[str]) -> Iterator[str]:
    if absent:
        # An older git stops at the first content that a partial clone has left out.
        count = "1 version of a file" if len(absent) == 1 else f"{len(absent):,} versions of files"
        yield f"{count} could not be read: what they held is not counted (git fetch --refetch --no-filter)."
    if steps and cut_off(root):
        yield f"This clone is shallow: nothing is known of what was before {steps[0].day} (git fetch --unshallow)."
