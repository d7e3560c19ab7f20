"""Google's Secret Manager: secrets of a project, global or in one location, whose versions hold any bytes.

The service has no way to put a version only if another is the newest. So the number of the newest is compared before,
and the new one's must be the next: who writes at the same moment is noticed, and both versions stay. Limits:
cloud.google.com/secret-manager/quotas, and the comments of google/cloud/secretmanager/v1/resources.proto.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.errors import AlreadyThere, Changed, ConfigurationError, StoreError
from sealwright.patterns import Pattern
from sealwright.plaintext import Plaintext
from sealwright.stores.gcp_crc32c import crc32c
from sealwright.stores.gcp_labels import flaw_of, meant, spelled
from sealwright.stores.gcp_line import Line, Refused
from sealwright.stores.late_labels import LateLabels
from sealwright.stores.putting import same_value
from sealwright.stores.remote_names import MANAGED_BY, MANAGER
from sealwright.stores.store import Stored, Traits

if TYPE_CHECKING:
    from sealwright import config
    from sealwright.stores.store import Remote

TRAITS = Traits(bundles=True, singles=True, binary=True, empty=False, largest=64 * 1024)

_NAME = Pattern(r"[A-Za-z0-9_-]{1,255}\Z")
_PLACE = Pattern(r"[a-z0-9][a-z0-9.:-]{0,62}\Z")
_VERSION = Pattern(r"[1-9][0-9]{0,17}\Z")
_PAGE = 1000


def open_store(store: config.Store) -> SecretManager:
    """The project and location that the configuration names. No network yet. Raises ConfigurationError, StoreError."""
    if not _PLACE.match(store.project) or (store.location and not _PLACE.match(store.location)):
        hint = "name the project's id (not its title), and a location such as europe-west3 for regional secrets"
        raise ConfigurationError(f"stores.{store.name} names no project, or no possible one", hint=hint)
    return SecretManager(store)


class SecretManager:
    """The secrets of one project. May be used from several threads at once."""

    traits = TRAITS

    def __init__(self, store: config.Store) -> None:
        place = f"/locations/{store.location}" if store.location else ""
        self._parent = f"projects/{store.project}{place}"
        self._replicated = not store.location
        self._kms_key = store.kms_key
        self._line = Line(store)

    def flaw(self, remote: Remote) -> str:
        """As `Store.flaw`."""
        size = len(remote.body.reveal())
        if not _NAME.match(remote.name):
            return "a name of Secret Manager has up to 255 letters, digits, - and _"
        if not size:
            return "Secret Manager keeps nothing that is empty"
        if size > TRAITS.largest:
            return f"it is larger than {TRAITS.largest:,} bytes"
        return flaw_of(remote.labels)

    def get(self, name: str, version: str = "") -> Stored | None:
        """As `Store.get`. A version that is disabled or destroyed is none."""
        path = self._version(name, version or "latest")
        if version and not _VERSION.match(version):
            return None
        found = self._line.ask(name, lambda client, options: client.access_secret_version(name=path, **options))
        if isinstance(found, Refused):
            self._refuse_closed(name, path, found)
            return None
        data = bytes(found.payload.data)
        if found.payload.data_crc32c and found.payload.data_crc32c != crc32c(data):
            raise StoreError(f"{name}: it was damaged on the way", hint="run it again")
        return Stored(Plaintext(data), _number(found.name), LateLabels(lambda: self._labels(name)))

    def create(self, remote: Remote) -> str:
        """As `Store.create`. A secret that has no version, or none that is enabled, gets its next one."""
        path = self._secret(remote.name)
        secret = {"labels": spelled(remote.labels), "annotations": dict(remote.labels), **self._kept()}
        made = self._line.ask(
            remote.name,
            lambda client, options: client.create_secret(
                parent=self._parent, secret_id=remote.name, secret=secret, **options
            ),
        )
        if not isinstance(made, Refused):
            return self._add(remote, "0")
        if made.why != "exists":
            raise _not_now(remote.name, "the project, its location or its organisation's policy does not permit it")
        found = self._newest(path)
        if found is not None and found.state == type(found).State.ENABLED:
            raise AlreadyThere(f"{remote.name}: there is such a secret")
        self._label(remote)
        return self._add(remote, "0" if found is None else _number(found.name))

    def update(self, remote: Remote, expected: str) -> str:
        """As `Store.update`."""
        found = self._newest(self._secret(remote.name))
        if found is None or _number(found.name) != expected:
            raise Changed(f"{remote.name}: somebody else has put a version", hint="run it again")
        version = self._add(remote, expected)
        self._label(remote)
        return version

    def discard(self, name: str, version: str) -> None:
        """As `Store.discard`: a secret that is this program's and has one version is deleted, for which there is no way
        back; of any other the version is disabled, which can be enabled again."""
        path, about = self._secret(name), self._about(name)
        found = self._newest(path)
        if about is None or found is None:
            return
        if _number(found.name) != version:
            raise Changed(f"{name}: somebody has put another version", hint="look at it before it is removed")
        ours = meant(about.labels, about.annotations).get(MANAGED_BY) == MANAGER
        if version == "1" and ours:
            request = {"name": path, "etag": about.etag}
            gone = self._line.ask(name, lambda client, options: client.delete_secret(request=request, **options))
        else:
            request = {"name": self._version(name, version), "etag": found.etag}
            gone = self._line.ask(name, lambda c, options: c.disable_secret_version(request=request, **options))
        if isinstance(gone, Refused) and gone.why != "missing":
            raise Changed(f"{name}: somebody changes it at the same time", hint="look at it before it is removed")

    def names(self) -> list[str]:
        """As `Store.names`, including those whose newest version is disabled."""
        names: list[str] = []
        token, seen = "", {""}
        while True:
            page = self._page(token)
            if isinstance(page, Refused):
                raise _not_now(self._parent, "there is no such project, or no such location")
            # The filter is a search by words; what it finds is looked at again.
            names += [one.name.rpartition("/")[2] for one in page.secrets if one.labels.get(MANAGED_BY) == MANAGER]
            token = page.next_page_token
            if token in seen:  # the last page names none
                return sorted(names)
            seen.add(token)

    def _page(self, token: str) -> Any:
        """Some of the secrets with our label, and where the next ones begin."""
        wanted = f"labels.{MANAGED_BY}={MANAGER}"
        request = {"parent": self._parent, "filter": wanted, "page_size": _PAGE, "page_token": token}

        def look(client: Any, options: dict[str, Any]) -> Any:
            return next(client.list_secrets(request, **options).pages)

        return self._line.ask(self._parent, look)

    def _kept(self) -> dict[str, Any]:
        """How the service keeps a new secret: where, and with which key."""
        encryption = {"kms_key_name": self._kms_key} if self._kms_key else None
        if not self._replicated:
            return {"customer_managed_encryption": encryption} if encryption else {}
        return {"replication": {"automatic": {"customer_managed_encryption": encryption} if encryption else {}}}

    def _add(self, remote: Remote, before: str) -> str:
        """Put the version after `before`. Raises Changed where it came out as another."""
        data = remote.body.reveal()
        request = {"parent": self._secret(remote.name), "payload": {"data": data, "data_crc32c": crc32c(data)}}
        added = self._line.ask(
            remote.name,
            lambda client, options: client.add_secret_version(request=request, **options),
            lambda: self._added(remote, before),
        )
        if isinstance(added, Refused):
            raise _not_now(remote.name, "it was deleted just now, or its versions cannot be added to")
        version = _number(added.name)
        if version != str(int(before) + 1):
            hint = f"both are there, and version {version} is the newest: look which is right"
            raise Changed(f"{remote.name}: somebody else has put a version at the same time", hint=hint)
        return version

    def _added(self, remote: Remote, before: str) -> Any | None:
        """The version whose answer got lost, if it is there: asking again would put another."""
        found = self._newest(self._secret(remote.name))
        if found is None or _number(found.name) == before:
            return None
        stored = self.get(remote.name, _number(found.name))
        if stored is None or not same_value(stored.body, remote):
            raise Changed(f"{remote.name}: somebody else has put a version", hint="run it again")
        return found

    def _label(self, remote: Remote) -> None:
        """Add the labels, unless they are there; those of others stay. The etag tells of changes in between."""
        about = self._about(remote.name)
        if about is None or meant(about.labels, about.annotations).items() >= remote.labels.items():
            return
        labels = {**about.labels, **spelled(remote.labels)}
        annotations = {**about.annotations, **remote.labels}
        secret = {"name": about.name, "etag": about.etag, "labels": labels, "annotations": annotations}
        request = {"secret": secret, "update_mask": {"paths": ["labels", "annotations"]}}

        def labelled() -> Any | None:
            now = self._about(remote.name)
            return now if now and meant(now.labels, now.annotations).items() >= remote.labels.items() else None

        done = self._line.ask(remote.name, lambda c, options: c.update_secret(request=request, **options), labelled)
        if isinstance(done, Refused):
            raise Changed(f"{remote.name}: somebody changes its labels at the same time", hint="run it again")

    def _about(self, name: str) -> Any | None:
        """The secret without its value, None where there is none."""
        path = self._secret(name)
        found = self._line.ask(name, lambda client, options: client.get_secret(name=path, **options))
        return None if isinstance(found, Refused) else found

    def _labels(self, name: str) -> dict[str, str]:
        about = self._about(name)
        return {} if about is None else meant(about.labels, about.annotations)

    def _newest(self, path: str) -> Any | None:
        """The newest version without its value, whatever its state."""
        name = path.rpartition("/")[2]
        latest = f"{path}/versions/latest"
        found = self._line.ask(name, lambda client, options: client.get_secret_version(name=latest, **options))
        return None if isinstance(found, Refused) else found

    def _refuse_closed(self, name: str, path: str, refused: Refused) -> None:
        """A version that is enabled and still not given out is there: only its key is not."""
        if refused.why != "inactive":
            return
        found = self._line.ask(name, lambda client, options: client.get_secret_version(name=path, **options))
        if not isinstance(found, Refused) and found.state == type(found).State.ENABLED:
            hint = "look at its KMS key: it must be enabled, and the service's own account must be allowed to use it"
            raise StoreError(f"{name}: it is there, but cannot be read", hint=hint)

    def _secret(self, name: str) -> str:
        """The resource's name. A slash in it would lead elsewhere."""
        if not _NAME.match(name):
            raise StoreError(f"{name}: no name of Secret Manager has such letters", hint="check the store's `key`")
        return f"{self._parent}/secrets/{name}"

    def _version(self, name: str, version: str) -> str:
        return f"{self._secret(name)}/versions/{version}"


def _number(path: str) -> str:
    """The version's number at the end of its name, '0' where there is none."""
    number = path.rpartition("/")[2]
    return number if _VERSION.match(number) else "0"


def _not_now(name: str, why: str) -> StoreError:
    return StoreError(
        f"{name}: {why}", hint="check `project` and `location`; `gcloud secrets list` shows what is there"
    )
