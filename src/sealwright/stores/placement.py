"""Which objects hold the values of a Secret: one bundle if possible, single objects where one must stand by itself.

A bundle is a flat JSON object of texts: the operator finds values by their keys in it, and changes of several keys
become visible at once. What is not text is stored as base64 in a bundle, and as it is in an object of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import ConvertError
from sealwright.plaintext import Plaintext
from sealwright.stores.reference import Placement, Reference
from sealwright.stores.remote_names import labels, remote_name
from sealwright.stores.store import Form, Remote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright import config
    from sealwright.stores.remote_names import SecretName
    from sealwright.stores.store import Traits


class _Place(NamedTuple):
    """Where, for whom, and what can stand there."""

    secret: SecretName
    store: config.Store
    traits: Traits

    def problem(self, message: str, hint: str) -> ConvertError:
        return ConvertError(f"Secret {self.secret}: {message} (store {self.store.name})", hint=hint)


class _Held(NamedTuple):
    """A value: its key, its bytes, and whether they are text."""

    key: str
    value: bytes
    text: bool


def place(
    secret: SecretName,
    values: Sequence[tuple[str, Plaintext]],
    store: config.Store,
    traits: Traits,
    *,
    split: frozenset[str] = frozenset(),
) -> Placement:
    """Distribute the values of a Secret, given as (key, value), each key once.

    The keys in `split` get objects of their own, which hold the value's own bytes where the store can; so do the
    largest values where all of them together are too large. Raises ConvertError, naming the key and what else could be
    done, where the store cannot hold a value.
    """
    where = _Place(secret, store, traits)
    held = [_Held(key, value.reveal(), _is_text(value.reveal())) for key, value in values]
    # A template that has the key in it asks for one object for each.
    together = traits.bundles and "{key}" not in store.key
    bundled = [one for one in held if together and one.key not in split]
    while len(bundled) > (0 if traits.singles else 1) and _too_large(where, _bundle(bundled)):
        largest = max(bundled, key=lambda one: len(one.value))
        bundled = [one for one in bundled if one is not largest]
    inside = {one.key for one in bundled}
    remotes = [_bundle_of(where, bundled, remote_name(store, secret), labels(secret))] if bundled else []
    references = {}
    for one in held:
        if one.key in inside:
            references[one.key] = Reference(remotes[0].name, one.key, not one.text)
        else:
            remote, references[one.key] = _single(where, one)
            remotes.append(remote)
    _refuse_shared_names(where, remotes)
    return Placement(tuple(remotes), references)


def bundle(values: Sequence[tuple[str, str]]) -> Plaintext:
    """The JSON of a bundle from keys and texts, in ASCII. Lossless for every text: source of the measurements is ESO's
    own parser."""
    import json

    return Plaintext(json.dumps(dict(values), separators=(",", ":")).encode("ascii"))


def _bundle(held: Sequence[_Held]) -> Plaintext:
    return bundle([(one.key, one.value.decode() if one.text else _base64(one.value).decode()) for one in held])


def _bundle_of(where: _Place, held: Sequence[_Held], name: str, whose: dict[str, str]) -> Remote:
    body = _bundle(held)
    if _too_large(where, body):
        raise _too_much(where, held[0].key)
    return Remote(name, body, Form.BUNDLE, whose)


def _single(where: _Place, one: _Held) -> tuple[Remote, Reference]:
    """An object for one value. A store that has maps only gets a map with one entry."""
    name, own = remote_name(where.store, where.secret, one.key), labels(where.secret, one.key)
    if not where.traits.singles:
        return _bundle_of(where, [one], name, own), Reference(name, one.key, not one.text)
    if not one.value and not where.traits.empty:
        raise where.problem(f"{one.key} is empty, and an object by itself cannot be", _other_than_empty(where))
    encoded = not one.text and not where.traits.binary
    body = Plaintext(_base64(one.value) if encoded else one.value)
    if _too_large(where, body):
        raise _too_much(where, one.key)
    form = Form.TEXT if one.text or encoded else Form.BINARY
    return Remote(name, body, form, own), Reference(name, "", encoded)


def _other_than_empty(where: _Place) -> str:
    if where.traits.bundles:
        return "let it be stored together with the other keys, or leave the key out of the Secret if nobody needs it"
    return "leave the key out of the Secret if nobody needs it, or use a store that holds several values together"


def _too_much(where: _Place, key: str) -> ConvertError:
    limit = f"{where.traits.largest:,} bytes"
    hint = "use a store that holds more (Vault, or aws-secrets-manager for up to 64 KiB), or seal this Secret"
    return where.problem(f"{key} is larger than the {limit} that fit into one object", hint)


def _too_large(where: _Place, body: Plaintext) -> bool:
    return 0 < where.traits.largest < len(body.reveal())


def _refuse_shared_names(where: _Place, remotes: Sequence[Remote]) -> None:
    seen: dict[str, Remote] = {}
    for remote in remotes:
        other = seen.setdefault(remote.name, remote)
        if other is not remote:
            keys = " and ".join(one.labels.get("k8s-key", "its other keys") for one in (other, remote))
            hint = "rename one of the keys, put {key} into the store's `key`, or use another store"
            raise where.problem(f"{keys} would be one object, {remote.name}", hint)


def _is_text(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _base64(value: bytes) -> bytes:
    from base64 import b64encode

    return b64encode(value)
