"""Azure Key Vault: secrets, whose versions hold a text each.

The service puts a new version whatever is there. So what is there is looked at just before, and read back afterwards
by the caller: of two who write at the same moment, the one whose version is not the newest learns of it, and every
version stays in the vault's history. Names are not told apart by case, and have few letters: the tags say whose a
secret is. Limits: learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates, /secrets/about-secrets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.errors import AlreadyThere, Changed, StoreError
from sealwright.patterns import Pattern
from sealwright.plaintext import Plaintext
from sealwright.stores.azure_line import Line, Refused
from sealwright.stores.putting import same_value
from sealwright.stores.remote_names import MANAGED_BY, MANAGER, WHOSE, secret_of
from sealwright.stores.store import Form, Stored, Traits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright import config
    from sealwright.stores.store import Remote

TRAITS = Traits(bundles=True, singles=True, binary=False, empty=False, largest=25_000)

_NAME = Pattern(r"[0-9a-zA-Z-]{1,127}\Z")
_VERSION = Pattern(r"[0-9a-fA-F]{1,64}\Z")
_MOST_TAGS, _LONGEST_TAG, _LONGEST_TEXT = 15, 512, 256
_RECOVERED = "sealwright-recovered"
"""A tag of the version that follows those that had been deleted: to take it back is to delete the secret again."""
_BUNDLE_TYPE = "application/json"


def open_store(store: config.Store) -> KeyVault:
    """The vault that the configuration names. No network yet. Raises ConfigurationError."""
    return KeyVault(Line(store))


class KeyVault:
    """The secrets of one vault. May be used from several threads at once."""

    traits = TRAITS

    def __init__(self, line: Line) -> None:
        self._line = line

    def flaw(self, remote: Remote) -> str:
        """As `Store.flaw`."""
        body = remote.body.reveal()
        if not _NAME.match(remote.name):
            return "a name in Key Vault has up to 127 letters, digits and -"
        if remote.form is Form.BINARY or _text(body) is None:
            return "Key Vault keeps texts only"
        if not body:
            return "Key Vault keeps nothing that is empty"
        if len(body) > TRAITS.largest:
            return f"it is larger than {TRAITS.largest:,} bytes"
        return _flaw_of_tags(remote.labels)

    def get(self, name: str, version: str = "") -> Stored | None:
        """As `Store.get`. Raises StoreError for one that is disabled: somebody wants that nobody reads it."""
        if version and not _VERSION.match(version):
            return None
        found = self._read(name, version)
        if found is None or found.value is None:
            return None
        return Stored(Plaintext(found.value.encode()), str(found.properties.version), dict(found.properties.tags or {}))

    def create(self, remote: Remote) -> str:
        """As `Store.create`. What was deleted, but not purged, is recovered first if the tags say that it is the same
        Secret's."""
        found = self._read(remote.name)
        if found is not None:
            _refuse_others(remote, found.properties.tags or {})
            raise AlreadyThere(f"{remote.name}: there is such a secret")
        put = self._set(remote, remote.labels, "")
        if put == Refused("deleted"):
            self._recover(remote)
            put = self._set(remote, {**remote.labels, _RECOVERED: "true"}, self._newest(remote.name))
        return _version_of(remote.name, put)

    def update(self, remote: Remote, expected: str) -> str:
        """As `Store.update`. Tags that are there stay."""
        found = self._read(remote.name)
        if found is None or found.properties.version != expected:
            raise Changed(f"{remote.name}: somebody else has put a version", hint="run it again")
        _refuse_others(remote, found.properties.tags or {})
        tags = {**(found.properties.tags or {}), **remote.labels}
        tags.pop(_RECOVERED, None)
        flaw = _flaw_of_tags(tags)
        if flaw:
            raise StoreError(f"{remote.name}: {flaw}", hint="remove some of its tags")
        return _version_of(remote.name, self._set(remote, tags, expected))

    def discard(self, name: str, version: str) -> None:
        """As `Store.discard`: the secret is deleted, and can be recovered for as long as the vault keeps it.

        A version cannot be taken back by itself: raises StoreError where it is not ours, or where there are others,
        unless these had been deleted before it was put.
        """
        found = self._read(name)
        if found is None:
            return
        if found.properties.version != version:
            raise Changed(f"{name}: somebody has put another version", hint="look at it before it is removed")
        tags = found.properties.tags or {}
        if tags.get(MANAGED_BY) != MANAGER or not (_RECOVERED in tags or self._is_alone(name)):
            hint = "set the secret to what it was: `az keyvault secret list-versions` shows what there is"
            raise StoreError(f"{name}: Key Vault cannot take back one version of several", hint=hint)
        self._line.ask(name, lambda client: client.begin_delete_secret(name).result())

    def _is_alone(self, name: str) -> bool:
        """Whether a secret has one version."""
        count = self._line.ask(name, lambda client: len(list(client.list_properties_of_secret_versions(name))))
        return count == 1

    def names(self) -> list[str]:
        """As `Store.names`, without those that are disabled."""
        names: list[str] = []
        token: str | None = None
        seen: set[str] = set()
        while True:
            page = self._page(token)
            if isinstance(page, Refused):
                raise StoreError(f"{self._line.url}: there is no such vault", hint="check `vault`")
            found, token = page
            ours = (one for one in found if (one.tags or {}).get(MANAGED_BY) == MANAGER and one.enabled is not False)
            names += [str(one.name) for one in ours]
            if not token or token in seen:  # the last page names none
                return sorted(names)
            seen.add(token)

    def _page(self, token: str | None) -> tuple[list[Any], str | None] | Refused:
        """Some of the secrets, and what the next ones are asked for with."""

        def look(client: Any) -> tuple[list[Any], str | None]:
            pages = client.list_properties_of_secrets().by_page(token)
            found = list(next(pages, ()))
            return found, pages.continuation_token

        return self._line.ask(self._line.url, look)

    def _read(self, name: str, version: str = "") -> Any | None:
        """A version with its value, '' for the newest; None where there is none."""
        if not _NAME.match(name):
            raise StoreError(f"{name}: no name in Key Vault has such letters", hint="check the store's `key`")
        found = self._line.ask(name, lambda client: client.get_secret(name, version))
        return None if isinstance(found, Refused) else found

    def _newest(self, name: str) -> str:
        found = self._read(name)
        return "" if found is None else str(found.properties.version)

    def _set(self, remote: Remote, tags: Mapping[str, str], before: str) -> Any:
        """Put a version; `before` is the newest one's, '' for none. The answer, or a refusal."""
        text = _text(remote.body.reveal())
        kind = _BUNDLE_TYPE if remote.form is Form.BUNDLE else None

        def done() -> Any | None:
            found = self._read(remote.name)
            if found is None or found.properties.version == before:
                return None
            if not same_value(Plaintext(str(found.value).encode()), remote):
                raise Changed(f"{remote.name}: somebody else has put a version", hint="run it again")
            return found

        return self._line.ask(
            remote.name, lambda client: client.set_secret(remote.name, text, tags=dict(tags), content_type=kind), done
        )

    def _recover(self, remote: Remote) -> None:
        """Bring back a deleted secret that was for the same Secret. Raises StoreError for any other."""
        vault = self._line.url.removeprefix("https://").partition(".")[0]
        command = f"az keyvault secret recover --vault-name {vault} --name {remote.name}"
        hint = f"`{command}` brings it back; then run this again"
        deleted = self._line.ask(remote.name, lambda client: client.get_deleted_secret(remote.name))
        if not isinstance(deleted, Refused):
            tags = deleted.properties.tags or {}
            if any(tags.get(label, "") != remote.labels.get(label, "") for label in (MANAGED_BY, *WHOSE)):
                raise StoreError(f"{remote.name}: another secret of that name was deleted, and is kept", hint=hint)
        begun = self._line.ask(remote.name, lambda client: client.begin_recover_deleted_secret(remote.name).result())
        if isinstance(begun, Refused):
            raise StoreError(f"{remote.name}: it was deleted, and the name is kept", hint=hint)
        self._wait(remote.name)

    def _wait(self, name: str) -> None:
        """Until a secret that is being recovered is there; the vault says that there is none for some seconds."""
        import time

        for pause in _PAUSES:
            if self._read(name) is not None:
                return
            time.sleep(pause)
        raise StoreError(f"{name}: it is being recovered", hint="run it again in a minute")


_PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0)


def _text(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _flaw_of_tags(tags: Mapping[str, str]) -> str:
    if len(tags) > _MOST_TAGS:
        return f"it has more than {_MOST_TAGS} tags"
    long = next((tag for tag, text in tags.items() if len(tag) > _LONGEST_TAG or len(text) > _LONGEST_TEXT), "")
    return f"its tag {long[:40]} is too long" if long else ""


def _refuse_others(remote: Remote, tags: Mapping[str, str]) -> None:
    """Two Secrets can come to one name here."""
    if any(label in tags for label in WHOSE) and any(tags.get(one, "") != remote.labels.get(one, "") for one in WHOSE):
        hint = "names in Key Vault have letters, digits and - only: give one of the two another `key`"
        raise StoreError(f"{remote.name}: its tags say that it is Secret {secret_of(tags)}'s", hint=hint)


def _version_of(name: str, put: Any) -> str:
    if isinstance(put, Refused):
        raise StoreError(f"{name}: the vault has no place for it ({put.why})", hint="check `vault`, then run it again")
    return str(put.properties.version)
