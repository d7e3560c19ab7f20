"""Editing: the values of one SealedSecret to a text and back, and only what changed is sealed again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.editor_text import editor_text
from sealwright.convert.merge import Merge, Merged, merge
from sealwright.convert.sealer import Sealer
from sealwright.convert.secret_model import Value
from sealwright.errors import RewriteError, SealingError, UsageError
from sealwright.finding import Outcome, Verdict
from sealwright.manifest.documents import read_documents
from sealwright.manifest.source import Source
from sealwright.rewrite.transaction import FileChange
from sealwright.run.open import Picked, known_in, manifest_of, picked_objects
from sealwright.verify.examiner import at_first_sight
from sealwright.verify.keys.opened import sealed_objects

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sealwright.manifest.documents import Document
    from sealwright.plaintext import Plaintext
    from sealwright.run.sealed_manifests import Manifest
    from sealwright.sealing.sealing_key import SealingKey
    from sealwright.sealing.stamps import Stamp
    from sealwright.verify.keys.opened import Opener, SealedObject


class Session(NamedTuple):
    """One SealedSecret while it is edited."""

    manifest: Manifest
    sealed: SealedObject
    values: Mapping[str, Plaintext]
    picked: Picked

    def __repr__(self) -> str:
        return f"Session({self.sealed.ref})"

    @property
    def text(self) -> Plaintext:
        """What the person sees."""
        return editor_text(self.sealed.ref, self.values)


class Edited(NamedTuple):
    """What is to be written."""

    change: FileChange
    stamps: tuple[Stamp, ...]
    merged: Merged


def begin(manifest: Manifest, opener: Opener, picked: Picked) -> Session | list[Verdict]:
    """Open the one SealedSecret that is meant, or say why it does not open. Raises UsageError where several are."""
    found = picked_objects(manifest, picked)
    if len(found) > 1:
        hint = f"pick one with --name (and --namespace): {', '.join(str(sealed.ref) for sealed in found[:5])}"
        raise UsageError("several SealedSecrets could be meant", place=manifest.target.path, hint=hint)
    [sealed] = found
    if sealed.malformed is not None:
        verdict = at_first_sight(sealed.malformed, Outcome.FAILS)
        return [verdict] if verdict is not None else []
    if any(item.whole for item in sealed.items):
        hint = "open it (sealwright open), and seal the result"
        raise UsageError("it is in the format of before 2019", place=manifest.target.path, hint=hint)
    opened = dict(zip((item.name for item in sealed.items), opener.open(sealed.items), strict=True))
    failed = [item for item in sealed.items if opened[item.name] is None]
    if failed:
        return list(opener.reasons(failed, known_in(manifest)))
    values = {name: one.value for name, one in opened.items() if one is not None}
    return Session(manifest, sealed, values, picked)


def finish(session: Session, values: Mapping[str, Plaintext], key: SealingKey, opener: Opener) -> Edited | None:
    """Seal what was changed or added, take out what was removed; None where nothing was. Nothing is written here.

    The file is read again: somebody may have changed other parts of it meanwhile. Raises SealingError where the edit
    cannot be made exactly, RewriteError where the SealedSecret itself was changed.
    """
    before = session.values
    new = tuple(Value(name, value) for name, value in values.items() if name not in before or before[name] != value)
    gone = frozenset(before.keys() - values.keys())
    if not new and not gone:
        return None
    now = manifest_of(session.manifest.target)
    sealed = _same_object(session, now)
    sealer = Sealer(lambda: key)
    wanted = Merge(new, gone, namespace=session.picked.namespace)
    merged = merge(now.source, list(now.documents), sealed.resource, wanted, sealer)
    _prove(now, merged, values, opener, session)
    change = FileChange(now.target.location, now.data, now.source.encode(merged.text))
    return Edited(change, tuple(sealer.stamps), merged)


def _same_object(session: Session, now: Manifest) -> SealedObject:
    before = session.sealed
    for sealed in _objects(now.documents, session.picked):
        texts = [(item.name, item.text, item.scope) for item in sealed.items]
        if sealed.ref == before.ref and texts == [(item.name, item.text, item.scope) for item in before.items]:
            return sealed
    message = "it was changed by something else while it was being edited; it is as that has left it"
    raise RewriteError(message, place=now.target.path, hint="start again from what is there now")


def _prove(now: Manifest, merged: Merged, values: Mapping[str, Plaintext], opener: Opener, session: Session) -> None:
    """Open what is going to be written, as far as the keys reach, and compare it with what the person wrote."""
    source = Source(now.source.path, merged.text, encoding=now.source.encoding, mark=now.source.mark)
    for sealed in _objects(read_documents(source), session.picked):
        if sealed.ref != session.sealed.ref:
            continue
        opened = dict(zip((item.name for item in sealed.items), opener.open(sealed.items), strict=True))
        wrong = [name for name, one in opened.items() if one is not None and one.value != values.get(name)]
        if not wrong and opened.keys() == values.keys():
            return
    raise SealingError("the result is not what was written", place=now.target.path, hint="please report it")


def _objects(documents: Iterable[Document], picked: Picked) -> list[SealedObject]:
    return [sealed for document in documents for sealed in sealed_objects(document, namespace=picked.namespace)]
