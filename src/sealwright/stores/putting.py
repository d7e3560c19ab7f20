"""To put an object where it will live: never over another's value, and never believed before it was read back."""

from __future__ import annotations

import time
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import AlreadyThere, Changed, StoreError
from sealwright.plaintext import Plaintext
from sealwright.stores.remote_names import MANAGED_BY, MANAGER, WHOSE, secret_of
from sealwright.stores.store import Form

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.stores.store import Remote, Store, Stored

_PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
"""Seconds between looks at a store that does not show yet what was put there."""

_ROUNDS = 3


class What(Enum):
    """What became of an object."""

    CREATED = "created"
    SAME = "same"
    UPDATED = "updated"


class Outcome(NamedTuple):
    """The object as it was read back, and what it took."""

    stored: Stored
    what: What

    @property
    def version(self) -> str:
        """The object's version now."""
        return self.stored.version


def put(store: Store, remote: Remote, *, update: bool) -> Outcome:
    """Create the object, or find it there with the same value; with `update`, put a new version over another value.

    In the end the store was read, and has given back the same bytes. May be called again after any failure: what an
    earlier call did is found and accepted. Raises StoreError for everything else, and changes nothing then except where
    the text says so.
    """
    flaw = store.flaw(remote)
    if flaw:
        raise StoreError(f"{remote.name}: {flaw}", hint="change the store's `key`, or use another store")
    try:
        version = _created(store, remote)
    except AlreadyThere:
        return _put_over(store, remote, update=update)
    return Outcome(_read_back(store, remote, version), What.CREATED)


def same_value(body: Plaintext, remote: Remote) -> bool:
    """Whether what stands there says the same: bundles are compared as maps. Takes as long for any difference."""
    if body == remote.body:
        return True
    if remote.form is not Form.BUNDLE:
        return False
    there, wanted = _canonical(body), _canonical(remote.body)
    return there is not None and there == wanted


def _created(store: Store, remote: Remote) -> str:
    """As `Store.create`; where the answer got lost, the object itself says whether it is there."""
    try:
        return store.create(remote)
    except AlreadyThere:
        raise
    except StoreError as error:
        failure = error
    try:
        stored = store.get(remote.name)
        if stored is not None and _is_ours(stored, remote) and same_value(stored.body, remote):
            return stored.version
    except StoreError:
        pass
    raise failure


def _put_over(store: Store, remote: Remote, *, update: bool) -> Outcome:
    """What to do about an object that is there already."""
    failure: StoreError | None = None
    for _ in range(_ROUNDS):
        stored = _there(store, remote)
        if same_value(stored.body, remote):
            return Outcome(stored, What.UPDATED if failure else What.SAME)
        if failure is not None and not isinstance(failure, Changed):
            break
        if not update:
            hint = "look which of the two is right; --update puts the one from Git over the other"
            raise StoreError(f"{remote.name}: another value is there already", hint=hint)
        _refuse_managed(stored, remote)
        try:
            version = store.update(remote, stored.version)
        except StoreError as error:
            failure = error  # somebody was faster, or the answer got lost: look again
            continue
        return Outcome(_read_back(store, remote, version), What.UPDATED)
    raise failure or Changed(f"{remote.name}: it changes again and again", hint="run it again later")


def _there(store: Store, remote: Remote) -> Stored:
    """What stands under the name, if it is not another Secret's."""
    stored = _shown(store, remote.name, lambda found: found is not None)
    if stored is None:
        hint = "if it was removed just now, run this again in a minute; else give it a value or remove it, in the store"
        raise StoreError(f"{remote.name}: there is such an object, but it shows no value", hint=hint)
    _refuse_others(stored, remote)
    return stored


def _read_back(store: Store, remote: Remote, version: str) -> Stored:
    """Look until the version is there, and compare; some services take a moment to show what they have."""
    stored = _shown(store, remote.name, lambda found: found is not None and found.version == version)
    if stored is None:
        hint = "the service may need a moment: run it again, which changes nothing that is there already"
        raise StoreError(f"{remote.name}: it was put there, but cannot be read back", hint=hint)
    if not same_value(stored.body, remote):
        hint = "somebody else may write the same object, or something changes what passes; look before running it again"
        raise StoreError(f"{remote.name}: the store gives back another value than was put there", hint=hint)
    return stored


def _shown(store: Store, name: str, is_it: Callable[[Stored | None], bool]) -> Stored | None:
    """The object, looked at until it is what is waited for or time is up."""
    stored = store.get(name)
    for pause in _PAUSES:
        if is_it(stored):
            break
        time.sleep(pause)
        stored = store.get(name)
    return stored


def _is_ours(stored: Stored, remote: Remote) -> bool:
    return all(stored.labels.get(label, "") == remote.labels.get(label, "") for label in (MANAGED_BY, *WHOSE))


def _refuse_others(stored: Stored, remote: Remote) -> None:
    """Names of different Secrets can come out the same; the labels cannot."""
    if not any(label in stored.labels for label in WHOSE) or _is_named_alike(stored, remote):
        return
    whose = secret_of(stored.labels)
    hint = "put {cluster}, {namespace}, {name} or {key} into the store's `key`, so that the names differ"
    raise StoreError(f"{remote.name}: it belongs to Secret {whose or 'of another name'}", hint=hint)


def _is_named_alike(stored: Stored, remote: Remote) -> bool:
    return all(stored.labels.get(label, "") == remote.labels.get(label, "") for label in WHOSE)


def _refuse_managed(stored: Stored, remote: Remote) -> None:
    """Another program would put its own value back."""
    if stored.labels.get(MANAGED_BY, MANAGER) != MANAGER:
        hint = "let that program give it up, or let the store's `key` lead to another name"
        raise StoreError(f"{remote.name}: its labels say that another program manages it", hint=hint)


def _canonical(body: Plaintext) -> Plaintext | None:
    """The entries of a bundle in one order and spelling, None for what is no flat map of texts."""
    import json

    try:
        content = json.loads(body.reveal())
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or not all(isinstance(value, str) for value in content.values()):
        return None
    return Plaintext(json.dumps(content, sort_keys=True).encode("ascii"))
