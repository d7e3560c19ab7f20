"""Re-encryption: every item of every SealedSecret of a selection to the newest key, ciphertext alone.

No SealedSecret is ever half done: where one item fails, all of them stay as they are. Files are written in groups, each
group entirely or not at all; what is under the newest key already is not touched, so that a run which was stopped is
completed by another one.
"""

from __future__ import annotations

import time
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.ciphertext import Replacement, replaced
from sealwright.errors import SealingError, SealwrightError
from sealwright.finding import Outcome, Problem, Verdict
from sealwright.manifest.nodes import Scalar, resolve
from sealwright.rewrite.transaction import FileChange, commit
from sealwright.run.reseal.renewal import Fate, Renewal
from sealwright.run.sealed_manifests import Manifest, read_manifest
from sealwright.run.stamping import with_stamps
from sealwright.verify.examiner import at_first_sight
from sealwright.verify.keys.opened import sealed_objects
from sealwright.verify.origins import origins
from sealwright.verify.sealed_items import SealedItem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from sealwright.finding import ResourceRef
    from sealwright.manifest.discover import Target
    from sealwright.manifest.git import Repository
    from sealwright.run.reseal.renewal import Resealer
    from sealwright.run.stamping import Keeping
    from sealwright.verify.keys.opened import SealedObject

GROUP_FILES = 50
_AHEAD = 32
"""Files that are read before the first of them is re-encrypted."""
GROUP_SECONDS = 10.0
"""How much is written at once: a run that is stopped loses no more work than this."""


class _File(NamedTuple):
    """A file that was read, with its SealedSecrets."""

    manifest: Manifest
    objects: list[SealedObject]


class ResealedFile(NamedTuple):
    """One file before and after, and what became of its items. `known`: where its items may have come from."""

    target: Target
    before: bytes
    after: bytes
    renewals: tuple[Renewal, ...]
    known: frozenset[ResourceRef]
    problems: tuple[Problem, ...] = ()

    def __repr__(self) -> str:
        return f"ResealedFile({self.target.path!r})"

    @property
    def change(self) -> FileChange:
        """For the transaction."""
        return FileChange(self.target.location, self.before, self.after)


def reseal(
    targets: Iterable[Target], resealer_for: Callable[[str], Resealer], *, namespace: str = "", max_bytes: int
) -> Iterator[ResealedFile | Problem]:
    """Each file with its items re-encrypted; nothing is written. `resealer_for` chooses the way by a file's path.

    `namespace` is for SealedSecrets that name none. Raises what `resealer_for` raises, and NetworkError when no
    controller can be asked.
    """
    rest = iter(targets)
    while ahead := list(islice(rest, _AHEAD)):
        read = [_read(target, namespace, max_bytes) for target in ahead]
        files = [file for file in read if isinstance(file, _File)]
        for resealer, items in _by_resealer(files, resealer_for):
            resealer.expect(items)
        for file in read:
            if isinstance(file, _File):
                yield _resealed_or_problem(file, resealer_for(file.manifest.target.path))
            elif file is not None:
                yield file


def written(
    files: Iterable[ResealedFile | Problem], repository: Repository | None, keeping: Keeping
) -> Iterator[ResealedFile | Problem]:
    """The same files, once they stand on the disk, with their stamps. What was finished before an error is written."""
    group: list[ResealedFile] = []
    begun = time.monotonic()
    pending = iter(files)
    while True:
        try:
            file = next(pending, None)
        except SealwrightError:
            yield from _committed(group, repository, keeping)
            raise
        if file is None:
            break
        if isinstance(file, Problem) or file.before == file.after:
            yield file
            continue
        group.append(file)
        if len(group) >= GROUP_FILES or time.monotonic() - begun > GROUP_SECONDS:
            yield from _committed(group, repository, keeping)
            group, begun = [], time.monotonic()
    yield from _committed(group, repository, keeping)


def _committed(
    group: Sequence[ResealedFile], repository: Repository | None, keeping: Keeping
) -> Sequence[ResealedFile]:
    if group:
        stamps = [renewal.stamp for file in group for renewal in file.renewals if renewal.stamp is not None]
        commit(with_stamps([file.change for file in group], stamps, repository, keeping))
    return group


def explained(
    renewals: Sequence[Renewal], known: Collection[ResourceRef], resealer_for: Callable[[str], Resealer]
) -> list[Renewal]:
    """The same with the reason of each failure: looked for at the end, when all that an item may have been is known."""
    waiting: dict[int, tuple[Resealer, list[int]]] = {}
    for number, renewal in enumerate(renewals):
        if renewal.fate is Fate.FAILS and not renewal.reason:
            resealer = resealer_for(renewal.item.location.path)
            waiting.setdefault(id(resealer), (resealer, []))[1].append(number)
    result = list(renewals)
    for resealer, numbers in waiting.values():
        verdicts = resealer.reasons([renewals[number].item for number in numbers], known)
        for number, verdict in zip(numbers, verdicts, strict=True):
            result[number] = _judged(renewals[number], verdict)
    return result


def _judged(renewal: Renewal, verdict: Verdict) -> Renewal:
    if verdict.outcome is Outcome.OPENS:
        return renewal._replace(fate=Fate.LEFT, reason="it opens, but another item of its SealedSecret does not")
    fate = Fate.FAILS if verdict.outcome.is_failure else Fate.UNKNOWN
    return renewal._replace(fate=fate, reason=verdict.reason)


def _read(target: Target, namespace: str, max_bytes: int) -> _File | Problem | None:
    manifest = read_manifest(target, max_bytes)
    if not isinstance(manifest, Manifest):
        return manifest
    found = [found for document in manifest.documents for found in sealed_objects(document, namespace=namespace)]
    return _File(manifest, found)


def _by_resealer(
    files: Iterable[_File], resealer_for: Callable[[str], Resealer]
) -> list[tuple[Resealer, list[SealedItem]]]:
    items: dict[int, tuple[Resealer, list[SealedItem]]] = {}
    for file in files:
        of_file = [item for found in file.objects for item in found.items]
        if of_file:
            resealer = resealer_for(file.manifest.target.path)
            items.setdefault(id(resealer), (resealer, []))[1].extend(of_file)
    return list(items.values())


def _resealed_or_problem(file: _File, resealer: Resealer) -> ResealedFile | Problem:
    try:
        return _resealed(file, resealer)
    except SealingError as error:
        return Problem(file.manifest.target.path, error.message, hint=error.hint)


def _resealed(file: _File, resealer: Resealer) -> ResealedFile:
    manifest = file.manifest
    renewals: list[Renewal] = []
    replacements: list[Replacement] = []
    known = {ref for document in manifest.documents for ref in origins(document)}
    for found in file.objects:
        of_object = _renewed(found, resealer)
        renewals.extend(of_object)
        for node, renewal in zip(found.nodes, of_object, strict=False):
            target = resolve(node)
            if renewal.fate is Fate.RESEALED and renewal.text and isinstance(target, Scalar):
                replacements.append(Replacement(target, renewal.text))
    after = manifest.data
    if replacements:
        after = manifest.source.encode(replaced(manifest.source, manifest.documents, replacements))
    return ResealedFile(manifest.target, manifest.data, after, tuple(renewals), frozenset(known), manifest.problems)


def _renewed(found: SealedObject, resealer: Resealer) -> list[Renewal]:
    """What becomes of the items of one SealedSecret: re-encrypted all together, or none of them."""
    if found.malformed is not None:
        return [_refused(_placeholder(found), at_first_sight(found.malformed, Outcome.FAILS))]
    first = [at_first_sight(item, Outcome.FAILS) for item in found.items]
    if any(verdict is not None for verdict in first):
        renewals = [
            Renewal(item, Fate.RESEALED) if verdict is None else _refused(item, verdict)
            for item, verdict in zip(found.items, first, strict=True)
        ]
    else:
        renewals = resealer.renew(found.items)
    obstacle = next((one for one in renewals if one.fate in {Fate.FAILS, Fate.UNKNOWN}), None)
    return renewals if obstacle is None else [_left(renewal, obstacle) for renewal in renewals]


def _placeholder(found: SealedObject) -> SealedItem:
    """An item without a name stands for a SealedSecret of which none can be taken."""
    malformed = found.malformed
    assert malformed is not None  # noqa: S101 - the caller has looked
    from sealwright.sealing.scope import Scope

    return SealedItem(malformed.resource, Scope.STRICT, "", malformed.location, None)


def _refused(item: SealedItem, verdict: Verdict | None) -> Renewal:
    assert verdict is not None  # noqa: S101 - for what is refused there is one
    fate = Fate.FAILS if verdict.outcome.is_failure else Fate.UNKNOWN
    return Renewal(item, fate, reason=verdict.reason)


def _left(renewal: Renewal, obstacle: Renewal) -> Renewal:
    if renewal.fate is not Fate.RESEALED:
        return renewal
    reason = f"left with its SealedSecret, of which `{obstacle.item.name}` cannot be re-encrypted"
    return Renewal(renewal.item, Fate.LEFT, renewal.before, reason=reason)
