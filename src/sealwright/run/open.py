"""Opening: the Secrets of a file for who holds the keys, all of their items or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.opened_secret import OpenedSecret, opened_secret, opened_whole
from sealwright.errors import SealwrightError, UnreadableError, UsageError
from sealwright.finding import Location, Outcome, Position, Problem, ResourceRef, Verdict
from sealwright.run.sealed_manifests import read_manifest
from sealwright.sealing.scope import Scope
from sealwright.verify.examiner import at_first_sight
from sealwright.verify.keys.opened import sealed_objects
from sealwright.verify.origins import origins
from sealwright.verify.sealed_items import KIND, SealedItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.manifest.discover import Target
    from sealwright.plaintext import Plaintext
    from sealwright.run.sealed_manifests import Manifest
    from sealwright.verify.keys.opened import Opener, SealedObject


class Picked(NamedTuple):
    """Which objects are meant, '' for any. A namespace is also given to objects that name none."""

    name: str = ""
    namespace: str = ""


class Opening(NamedTuple):
    """What came out: the Secrets, or what failed. `notes` are for people."""

    secrets: tuple[OpenedSecret, ...]
    failures: tuple[Verdict, ...]
    notes: tuple[str, ...] = ()


def manifest_of(target: Target) -> Manifest:
    """A file that is to be opened. Raises UnreadableError unless all of it can be read, and holds a SealedSecret."""
    manifest = read_manifest(target)
    if manifest is None:
        raise _none_in(target.path)
    for problem in [manifest] if isinstance(manifest, Problem) else manifest.problems:
        place = f"{problem.path}:{problem.line}:{problem.column}" if problem.line else problem.path
        raise UnreadableError(problem.message, place=place, hint=problem.hint)
    assert not isinstance(manifest, Problem)  # noqa: S101 - raised above
    return manifest


def picked_objects(manifest: Manifest, picked: Picked) -> list[SealedObject]:
    """The SealedSecrets that are meant. Raises SealwrightError where there are none."""
    found = [
        sealed for document in manifest.documents for sealed in sealed_objects(document, namespace=picked.namespace)
    ]
    if not found:
        raise _none_in(manifest.target.path)
    meant = [
        sealed
        for sealed in found
        if picked.name in {"", sealed.ref.name} and picked.namespace in {"", sealed.ref.namespace}
    ]
    if not meant:
        there = ", ".join(str(sealed.ref) for sealed in found[:5])
        raise UsageError("no SealedSecret of that name", place=manifest.target.path, hint=f"it has {there}")
    return meant


def opened_file(manifest: Manifest, opener: Opener, picked: Picked) -> Opening:
    """Every SealedSecret that is meant, opened."""
    secrets: list[OpenedSecret] = []
    failures: list[Verdict] = []
    failed: list[SealedItem] = []
    notes: list[str] = []
    for sealed in picked_objects(manifest, picked):
        if sealed.malformed is not None:
            verdict = at_first_sight(sealed.malformed, Outcome.FAILS)
            failures += [verdict] if verdict is not None else []
            continue
        values: dict[str, Plaintext] = {}
        for item, opened in zip(sealed.items, opener.open(sealed.items), strict=True):
            if opened is None:
                failed.append(item)
                continue
            values[item.name] = opened.value
            if opened.retired:
                notes.append(_retired(item, opened.key.short, opened.retired))
        if len(values) < len({item.name for item in sealed.items}):
            continue
        whole = next((values[item.name] for item in sealed.items if item.whole), None)
        node = sealed.resource.node
        secret = opened_secret(sealed.ref, node, values) if whole is None else opened_whole(sealed.ref, whole)
        secrets.append(secret)
        if secret.templated:
            notes.append(f"{sealed.ref}: what its `template.data` adds is not shown; the controller renders it")
    failures += opener.reasons(failed, known_in(manifest))
    return Opening(tuple(secrets), tuple(failures), tuple(notes))


def opened_key(manifest: Manifest, opener: Opener, picked: Picked, key: str) -> Plaintext | Verdict:
    """One value, whatever becomes of the others. Raises UsageError where it is not there, or there more than once."""
    found = [item for sealed in picked_objects(manifest, picked) for item in sealed.items if item.name == key]
    owners = {item.resource for item in found}
    if not found:
        raise UsageError("no item of that name", place=manifest.target.path, hint="`sealwright verify` lists them all")
    if len(owners) > 1:
        hint = f"pick one with --name: {', '.join(sorted(owner.name for owner in owners))}"
        raise UsageError("several SealedSecrets have an item of that name", place=manifest.target.path, hint=hint)
    [opened] = opener.open(found[-1:])
    return opened.value if opened is not None else opener.reasons(found[-1:], known_in(manifest))[0]


def opened_raw(text: str, scope: Scope, picked: Picked, opener: Opener, path: str) -> Plaintext | Verdict:
    """One item without its object. Raises UsageError where the scope needs what is not given."""
    for what, value, needed in (
        ("--namespace", picked.namespace, scope is not Scope.CLUSTER_WIDE),
        ("--name", picked.name, scope is Scope.STRICT),
    ):
        if needed and not value:
            hint = "give it, or --scope if the value was sealed for a wider one"
            raise UsageError(f"--raw needs {what} with scope {scope.value}", hint=hint)
    ref = ResourceRef("bitnami.com/v1alpha1", KIND, picked.namespace, picked.name)
    place = Location(path, Position(1, 1), Position(1, 1))
    item = SealedItem(ref, scope, "(raw)", place, text.strip())
    [opened] = opener.open([item])
    return opened.value if opened is not None else opener.reasons([item], [ref])[0]


def known_in(manifest: Manifest) -> set[ResourceRef]:
    """Every object of a file that one of its items may have been sealed for."""
    return {ref for document in manifest.documents for ref in origins(document)}


def _retired(item: SealedItem, key: str, label: str) -> str:
    return f"{item.resource}: `{item.name}` opens with key {key} only, which is out of use (labelled `{label}`)"


def _none_in(path: str) -> SealwrightError:
    hint = "SealedSecrets have `kind: SealedSecret` and an apiVersion of bitnami.com"
    return SealwrightError("there is no SealedSecret in it", place=path, hint=hint)


def failure_words(failures: Sequence[Verdict]) -> list[str]:
    """One line for each failure: where, what, why."""
    return [
        f"{verdict.location.path}:{verdict.location.start.line}: {verdict.resource}: "
        f"{f'`{verdict.item}` does not open: ' if verdict.item else ''}{verdict.reason}"
        for verdict in failures
    ]
