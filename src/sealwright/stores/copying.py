"""The objects of one store put into another one, which may have other names, limits and forms.

What belongs to one Secret, by the labels, is read together and placed anew. A text stays the text that it is, base64 of
something or not, so that what reads it goes on reading it alike; bytes that are no text become base64 where the other
store cannot hold them, and then the reference changes. Nothing is removed from where it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from sealwright.errors import SealwrightError, StoreError
from sealwright.plaintext import Plaintext
from sealwright.stores.placement import place
from sealwright.stores.putting import put
from sealwright.stores.reference import Reference
from sealwright.stores.remote_names import KEY, SecretName, remote_name, secret_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sealwright import config
    from sealwright.stores.putting import What
    from sealwright.stores.store import Store, Stored

WORKERS = 8
"""Calls at the same time: enough to hide the distance, few enough for the quotas of the services."""

_HOPELESS = 2 * WORKERS
"""Failures without one success after which the rest is not tried."""

T = TypeVar("T")
R = TypeVar("R")


class Opened(NamedTuple):
    """A store with what the configuration says about it."""

    settings: config.Store
    store: Store


class Found(NamedTuple):
    """An object of the source, or why it could not be read."""

    name: str
    stored: Stored | None
    error: SealwrightError | None = None


class Kept(NamedTuple):
    """A Secret's values, with where each was found; `split` are the keys that had an object of their own there."""

    secret: SecretName
    values: tuple[tuple[str, Plaintext], ...]
    before: dict[str, Reference]
    split: frozenset[str]


class Moved(NamedTuple):
    """Where the value of a key was found, and where its copy is."""

    key: str
    before: Reference
    after: Reference


class Copied(NamedTuple):
    """What became of a Secret: each object in the target and what it took, and where each key is; or the error."""

    secret: SecretName
    objects: tuple[tuple[str, What], ...] = ()
    moved: tuple[Moved, ...] = ()
    error: SealwrightError | None = None


def read_objects(source: Store, names: Iterable[str]) -> Iterator[Found]:
    """Every object with its labels, in the order of the names."""

    def read(name: str) -> Found:
        try:
            stored = source.get(name)
            if stored is None:
                return Found(name, None, StoreError(f"{name}: it is gone", hint="run it again"))
            return Found(name, stored._replace(labels=dict(stored.labels)))
        except SealwrightError as error:
            return Found(name, None, error)

    yield from _at_once(read, names)


def secrets_of(source: Opened, found: Iterable[Found]) -> tuple[list[Kept], list[SealwrightError]]:
    """The values by Secret, sorted; and what cannot be copied because nobody could say what it is."""
    objects: dict[SecretName, list[tuple[str, Stored]]] = {}
    problems = []
    for name, stored, error in found:
        secret = secret_of(stored.labels) if stored is not None else None
        if stored is None or secret is None:
            problems.append(error or StoreError(f"{name}: its labels name no Secret", hint="copy it by hand"))
        else:
            objects.setdefault(secret, []).append((name, stored))
    together = [_together(source, secret, parts) for secret, parts in sorted(objects.items())]
    problems += [one for one in together if isinstance(one, SealwrightError)]
    return [one for one in together if isinstance(one, Kept)], problems


def copied(secrets: Iterable[Kept], target: Opened, *, update: bool) -> Iterator[Copied]:
    """Put every Secret into the target, and read it back. Ends early where nothing at all succeeds."""

    def copy(kept: Kept) -> Copied:
        try:
            return _copied(kept, target, update=update)
        except SealwrightError as error:
            return Copied(kept.secret, error=error)

    hopeful, failures = False, 0
    for one in _at_once(copy, secrets):
        yield one
        hopeful, failures = hopeful or one.error is None, failures + 1
        if failures == _HOPELESS and not hopeful:
            return


def _copied(kept: Kept, target: Opened, *, update: bool) -> Copied:
    placement = place(kept.secret, kept.values, target.settings, target.store.traits, split=kept.split)
    objects = [(remote.name, put(target.store, remote, update=update).what) for remote in placement.remotes]
    moved = tuple(Moved(key, kept.before[key], after) for key, after in placement.references.items())
    return Copied(kept.secret, tuple(objects), moved)


class _Held(NamedTuple):
    """A value, where it is, whether it has that object to itself, and whether this store would have put it there."""

    value: Plaintext
    reference: Reference
    alone: bool
    own: bool


def _together(source: Opened, secret: SecretName, parts: list[tuple[str, Stored]]) -> Kept | SealwrightError:
    """The bundle first, then what stood by itself."""
    try:
        held = _held(source, secret, sorted(parts, key=lambda part: (KEY in part[1].labels, part[0])))
    except SealwrightError as error:
        return error
    on_purpose = source.store.traits.bundles and "{key}" not in source.settings.key
    split = frozenset(key for key, one in held.items() if one.alone and on_purpose)
    values = tuple((key, one.value) for key, one in held.items())
    return Kept(secret, values, {key: one.reference for key, one in held.items()}, split)


def _held(source: Opened, secret: SecretName, parts: list[tuple[str, Stored]]) -> dict[str, _Held]:
    """Each key's value. Raises StoreError for a key that is there twice.

    Several stores may share one account: of two objects the one counts that this store would name in this way.
    """
    held: dict[str, _Held] = {}
    for name, stored in parts:
        label = stored.labels.get(KEY, "")
        own = name == remote_name(source.settings, secret, label)
        for key, value, reference in _values(source.store, name, label, stored):
            other = held.get(key)
            if other is not None and other.own == own:
                twice = f"Secret {secret}: {key} is there twice, in {other.reference.name} and in {name}"
                hint = "remove the object that nothing refers to any more, then run this again"
                raise StoreError(twice, hint=hint)
            if other is None or own:
                held[key] = _Held(value, reference, bool(label), own)
    return held


def _values(store: Store, name: str, key: str, stored: Stored) -> Iterator[tuple[str, Plaintext, Reference]]:
    """(key, value, where it is) of what an object holds."""
    if key and store.traits.singles:
        yield key, stored.body, Reference(name)
        return
    import json

    try:
        content = json.loads(stored.body.reveal()) if store.traits.bundles else None
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or not all(isinstance(value, str) for value in content.values()):
        hint = "somebody has put something else there: copy it by hand"
        raise StoreError(f"{name}: it does not hold a map of texts", hint=hint)
    for inner, value in content.items():
        yield inner, Plaintext(value.encode("utf-8", "surrogatepass")), Reference(name, inner)


def _at_once(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """The results in the order of the items; what was not begun when nobody wants more is not done."""
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(WORKERS)
    try:
        yield from pool.map(work, items)
    finally:
        pool.shutdown(cancel_futures=True)
