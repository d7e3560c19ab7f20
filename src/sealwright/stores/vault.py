"""HashiCorp Vault and OpenBao: secrets of the key/value engine of version 2.

A secret there is a map already, so a bundle is kept as one. Writes name the version that they follow (check-and-set),
so that nobody is overwritten unseen. The labels are the secret's custom metadata, to which they are added.
Limits: developer.hashicorp.com/vault/docs/internals/limits; of labels, the engine's path_metadata.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.errors import AlreadyThere, Changed, StoreError
from sealwright.patterns import Pattern
from sealwright.stores.putting import same_value
from sealwright.stores.store import Form, Stored, Traits
from sealwright.stores.vault_line import Answer, Line
from sealwright.stores.vault_maps import map_of, shown, size_of
from sealwright.stores.vault_walk import walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import Response

    from sealwright import config
    from sealwright.stores.store import Remote

_LARGEST = 1024 * 1024 - 4096
"""What raft's max_entry_size (1 MiB) leaves once the engine has wrapped and encrypted the map."""

TRAITS = Traits(bundles=True, singles=False, binary=False, empty=True, largest=_LARGEST)

_SEGMENT = Pattern(r"[A-Za-z0-9._@=,:~-]{1,255}\Z")
_VERSION = Pattern(r"[1-9][0-9]{0,17}\Z")
_MOST_LABELS, _LONGEST_LABEL, _LONGEST_TEXT = 64, 128, 512


def open_store(store: config.Store) -> VaultStore:
    """The mount that the configuration names. No network yet, and no token is needed."""
    return VaultStore(store)


class VaultStore:
    """One mount. May be used from several threads at once."""

    traits = TRAITS

    def __init__(self, store: config.Store) -> None:
        self._store = store
        self._line = Line(store)

    def flaw(self, remote: Remote) -> str:
        """As `Store.flaw`."""
        if remote.form is not Form.BUNDLE:
            return "Vault keeps maps, not single values"
        content = map_of(remote.body)
        if content is None:
            return "it is not a flat map of texts"
        try:
            size = size_of(content)
        except UnicodeEncodeError:
            return "it is not a map of texts in UTF-8"
        if size > _LARGEST:
            return f"it is larger than {_LARGEST:,} bytes as Vault would keep it"
        return _flaw_of_name(remote.name) or _flaw_of_labels(remote.labels)

    def get(self, name: str, version: str = "") -> Stored | None:
        """As `Store.get`. Numbers and the like are shown as the texts that the operator takes them for."""
        if version and not _VERSION.match(version):
            return None
        self._check(name)

        def read(client: Any, mount: str) -> Response:
            number = int(version) if version else None
            found: Response = client.secrets.kv.v2.read_secret_version(
                path=name, version=number, mount_point=mount, raise_on_deleted_version=True
            )
            return found

        data = self._line.ask(name, read, None).data
        content, about = data.get("data"), data.get("metadata")
        if not isinstance(content, dict) or not isinstance(about, dict):
            return None
        return Stored(shown(content), str(about.get("version", "")), _labels(about))

    def create(self, remote: Remote) -> str:
        """As `Store.create`. Where the newest version is marked as deleted, the next one follows it.

        The labels come first: a write that is broken off leaves a secret without a version, and not without an owner.
        """
        there = self._metadata(remote.name)
        newest = _newest(there)
        if newest != "0" and self.get(remote.name) is not None:
            raise AlreadyThere(f"{remote.name}: there is such a secret")
        self._label(remote, there)
        try:
            return self._write(remote, newest)
        except Changed:
            pass
        raise AlreadyThere(f"{remote.name}: there is such a secret")

    def update(self, remote: Remote, expected: str) -> str:
        """As `Store.update`."""
        version = self._write(remote, expected)
        self._label(remote, self._metadata(remote.name))
        return version

    def discard(self, name: str, version: str) -> None:
        """As `Store.discard`: the version is marked as deleted; `vault kv undelete` brings it back."""
        there = self._metadata(name)
        if there is None:
            return
        if _newest(there) != version:
            raise Changed(f"{name}: somebody has put another version", hint="look at it before it is removed")

        def delete(client: Any, mount: str) -> Response:
            found: Response = client.secrets.kv.v2.delete_secret_versions(name, [int(version)], mount_point=mount)
            return found

        self._line.ask(name, delete, None)

    def names(self) -> list[str]:
        """As `Store.names`, below the part that all names have in common; not what is marked as deleted.

        Folders that the token may not look into are left out: it could not have put anything there.
        """
        return walk(self._line, self._store)

    def _check(self, name: str) -> None:
        """A name that leads elsewhere than it seems is not asked for."""
        flaw = _flaw_of_name(name)
        if flaw:
            raise StoreError(f"{name}: {flaw}", hint="check the store's `key` and `prefix`")

    def _metadata(self, name: str) -> dict[str, Any] | None:
        """What Vault knows about a secret besides its value, None where there is none."""
        self._check(name)

        def read(client: Any, mount: str) -> Response:
            found: Response = client.secrets.kv.v2.read_secret_metadata(name, mount_point=mount)
            return found

        answer = self._line.ask(name, read, None)
        return answer.data if answer.status == 200 else None

    def _label(self, remote: Remote, there: Mapping[str, Any] | None) -> None:
        """Add the labels. Only they are sent: hvac's own call would reset how long versions live."""
        before = _labels(there or {})
        after = {**before, **remote.labels}
        if after == before:
            return
        # OpenBao compares this with its own count; Vault does not look at it.
        count = str((there or {}).get("current_metadata_version") or 0)

        def write(client: Any, mount: str) -> Response:
            body = {"custom_metadata": after, "metadata_cas": int(count) if count.isdecimal() else 0}
            found: Response = client.adapter.post(f"/v1/{mount}/metadata/{remote.name}", json=body)
            return found

        def written() -> Answer | None:
            return Answer(204, {}, "") if _labels(self._metadata(remote.name) or {}) == after else None

        self._line.ask(remote.name, write, written)

    def _write(self, remote: Remote, expected: str) -> str:
        """Put the version after `expected`, '0' for the first. Raises Changed."""
        content = map_of(remote.body)
        self._check(remote.name)
        if content is None or not (expected == "0" or _VERSION.match(expected)):
            raise Changed(f"{remote.name}: it has no version {expected}", hint="run it again")

        def write(client: Any, mount: str) -> Response:
            found: Response = client.secrets.kv.v2.create_or_update_secret(
                path=remote.name, secret=content, cas=int(expected), mount_point=mount
            )
            return found

        answer = self._line.ask(remote.name, write, lambda: self._written(remote, expected))
        if answer.status != 200:
            raise Changed(f"{remote.name}: somebody else has put a version", hint="run it again")
        return str(answer.data.get("version", ""))

    def _written(self, remote: Remote, expected: str) -> Answer | None:
        """The answer that got lost, if the newest version is the one that was to be put."""
        stored = self.get(remote.name)
        if stored is None or stored.version != str(int(expected) + 1) or not same_value(stored.body, remote):
            return None
        return Answer(200, {"data": {"version": stored.version}}, "")


def _flaw_of_name(name: str) -> str:
    """`..` would be resolved on the way."""
    segments = name.split("/")
    if any(segment in {".", ".."} or not _SEGMENT.match(segment) for segment in segments):
        return "a path of Vault has up to 255 letters, digits and ._@=,:~- between single slashes"
    return ""


def _flaw_of_labels(labels: Mapping[str, str]) -> str:
    if len(labels) > _MOST_LABELS:
        return f"it has more than {_MOST_LABELS} labels"
    for label, text in labels.items():
        fits = 0 < len(label.encode()) <= _LONGEST_LABEL and 0 < len(text.encode()) <= _LONGEST_TEXT
        if not fits or not (label + text).isprintable():
            return f"the label {label} cannot be kept: Vault takes up to {_LONGEST_TEXT} printable bytes"
    return ""


def _labels(about: Mapping[str, Any]) -> dict[str, str]:
    found = about.get("custom_metadata")
    return {str(key): str(text) for key, text in found.items()} if isinstance(found, dict) else {}


def _newest(there: Mapping[str, Any] | None) -> str:
    return str((there or {}).get("current_version") or "0")
