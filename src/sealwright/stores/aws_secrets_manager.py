"""AWS Secrets Manager.

The service has no compare-and-set. An update looks at the current version right before it writes, and at what it has
replaced right after: if that is another's version, it is made the current one again. Names that end with a hyphen and
six characters look like the service's own identifiers. Limits: CreateSecret in the service's model (botocore,
`secretsmanager`); the service checks names by `[A-Za-z0-9/_+=.@-]`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from sealwright.errors import AlreadyThere, Changed, StoreError
from sealwright.patterns import Pattern
from sealwright.plaintext import Plaintext
from sealwright.stores.aws_client import AwsClient, flaw_of_labels, labels_of, tags_of
from sealwright.stores.aws_errors import Refused
from sealwright.stores.late_labels import LateLabels
from sealwright.stores.putting import same_value
from sealwright.stores.remote_names import MANAGED_BY, MANAGER, WHOSE
from sealwright.stores.store import Form, Stored, Traits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright import config
    from sealwright.stores.store import Remote

LARGEST = 65_536
TRAITS = Traits(bundles=True, singles=True, binary=True, empty=False, largest=LARGEST)

_NAME = Pattern(r"[A-Za-z0-9/_+=.@-]{1,512}\Z")
_LIKE_ARN = Pattern(r".*-[^/]{6}\Z")
_CURRENT = "AWSCURRENT"
_PREVIOUS = "AWSPREVIOUS"
_RECOVERY_DAYS = 30
_MOST_TAGS = 50
_NOT_FOUND = ("ResourceNotFoundException",)
_PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
"""Seconds between looks at a secret that was just restored."""
_NO_VALUE = (*_NOT_FOUND, "InvalidRequestException")
"""What a read says of a secret that is not there, has no value yet, or is marked for deletion."""


def open_store(store: config.Store) -> SecretsManager:
    """The service in the configured region. Raises ConfigurationError."""
    return SecretsManager(store)


class SecretsManager:
    """One account's secrets in one region. May be used from several threads at once."""

    traits = TRAITS

    def __init__(self, store: config.Store) -> None:
        self._store = store
        self._client = AwsClient(store, "secretsmanager")

    def flaw(self, remote: Remote) -> str:
        """As `Store.flaw`."""
        size = len(remote.body.reveal())
        if not _NAME.match(remote.name):
            return "a name has 1 to 512 letters, digits and /_+=.@-"
        if _LIKE_ARN.match(remote.name):
            return "its name ends with a hyphen and six characters, as the service's own identifiers do"
        if not size:
            return "it is empty, which Secrets Manager does not take"
        if size > LARGEST:
            return f"it is larger than {LARGEST:,} bytes"
        if len(remote.labels) > _MOST_TAGS:
            return f"it has more than {_MOST_TAGS} labels"
        return flaw_of_labels(remote.labels)

    def get(self, name: str, version: str = "") -> Stored | None:
        """As `Store.get`."""
        pinned = {"SecretId": name} | ({"VersionId": version} if version else {})
        try:
            answer = self._client.call("get_secret_value", name, _NO_VALUE, **pinned)
        except Refused:
            return None
        body = _body(answer)
        if body is None or not isinstance(answer.get("VersionId"), str):
            raise self._client.strange(name)
        return Stored(body, answer["VersionId"], LateLabels(lambda: self._labels(name)))

    def create(self, remote: Remote) -> str:
        """As `Store.create`. What is scheduled for deletion is restored if its tags name the same Secret, as after a
        conversion that was taken back."""
        token = _token()
        more = {"KmsKeyId": self._store.kms_key} if self._store.kms_key else {}
        known = ("ResourceExistsException", "InvalidRequestException")
        given = _value(remote) | {"ClientRequestToken": token, "Tags": tags_of(remote.labels)} | more
        try:
            answer = self._client.call("create_secret", remote.name, known, Name=remote.name, **given)
        except Refused as refusal:
            code = refusal.code
        else:
            return self._version(answer, remote.name)
        about = self._described(remote.name)
        if about.get("DeletedDate") is not None:
            return self._revived(remote, about)
        if code == "ResourceExistsException":
            raise AlreadyThere(f"{remote.name}: there is such a secret")
        hint = "if it was just deleted for good, run this again in a minute"
        raise StoreError(f"store {self._store.name}: {remote.name}: the service cannot create it now", hint=hint)

    def update(self, remote: Remote, expected: str) -> str:
        """As `Store.update`."""
        token, name = _token(), remote.name
        if _CURRENT not in self._stages(name).get(expected, ()):
            raise Changed(f"{name}: somebody has changed it", hint="run it again")
        given = _value(remote) | {"ClientRequestToken": token}
        self._client.call("put_secret_value", name, (), SecretId=name, **given)
        stages = self._stages(name)
        replaced = next((version for version, labels in stages.items() if _PREVIOUS in labels), expected)
        if _CURRENT in stages.get(token, ()) and replaced != expected:
            back = {"VersionStage": _CURRENT, "MoveToVersionId": replaced, "RemoveFromVersionId": token}
            self._client.call("update_secret_version_stage", name, (), SecretId=name, **back)
            raise Changed(f"{name}: somebody has changed it", hint="run it again")
        return token

    def discard(self, name: str, version: str) -> None:
        """As `Store.discard`. It can be restored for 30 days."""
        try:
            stages = self._stages(name, _NOT_FOUND)
            if not stages:
                return
            if _CURRENT not in stages.get(version, ()):
                raise Changed(f"{name}: somebody has changed it", hint="look at it before it is removed")
            days = _RECOVERY_DAYS
            self._client.call("delete_secret", name, _NO_VALUE, SecretId=name, RecoveryWindowInDays=days)
        except Refused:
            return  # it is gone, or marked for deletion, already

    def names(self) -> list[str]:
        """As `Store.names`."""
        filters = [{"Key": "tag-key", "Values": [MANAGED_BY]}, {"Key": "tag-value", "Values": [MANAGER]}]
        found = []
        for page in self._client.pages("list_secrets", Filters=filters, MaxResults=100):
            for secret in page.get("SecretList") or ():
                name = str(secret.get("Name", ""))
                if labels_of(secret.get("Tags")).get(MANAGED_BY) == MANAGER and name.startswith(self._store.prefix):
                    found.append(name)
        return sorted(found)

    def _revived(self, remote: Remote, about: Mapping[str, Any]) -> str:
        """Bring back what was scheduled for deletion, with the value of `remote`; the version. Raises StoreError for
        what is another's."""
        name, tags = remote.name, labels_of(about.get("Tags"))
        if any(tags.get(label, "") != remote.labels.get(label, "") for label in (MANAGED_BY, *WHOSE)):
            hint = f"`aws secretsmanager restore-secret --secret-id {name}` brings it back; or choose another `key`"
            raise StoreError(f"store {self._store.name}: {name}: it is scheduled for deletion", hint=hint)
        self._client.call("restore_secret", name, (), SecretId=name)
        self._client.call("tag_resource", name, (), SecretId=name, Tags=tags_of(remote.labels))
        stored = self.get(name)
        for pause in _PAUSES if _staged(about) else ():
            if stored is not None:
                break
            time.sleep(pause)
            stored = self.get(name)
        if stored is not None:
            return stored.version if same_value(stored.body, remote) else self.update(remote, stored.version)
        if _staged(about):
            hint = "the service may need a moment: run it again"
            raise StoreError(f"{name}: it was restored, but cannot be read", hint=hint)
        token = _token()
        self._client.call("put_secret_value", name, (), SecretId=name, ClientRequestToken=token, **_value(remote))
        return token

    def _labels(self, name: str) -> Mapping[str, str]:
        return labels_of(self._described(name).get("Tags"))

    def _described(self, name: str) -> Mapping[str, Any]:
        """What the service says of a secret without its value, nothing where there is none."""
        try:
            return self._client.call("describe_secret", name, _NOT_FOUND, SecretId=name)
        except Refused:
            return {}

    def _stages(self, name: str, known: tuple[str, ...] = ()) -> Mapping[str, Any]:
        return _staged(self._client.call("describe_secret", name, known, SecretId=name))

    def _version(self, answer: Mapping[str, Any], name: str) -> str:
        version = answer.get("VersionId")
        if not isinstance(version, str) or not version:
            raise self._client.strange(name)
        return version


def _staged(about: Mapping[str, Any]) -> Mapping[str, Any]:
    """The versions of a description, and the labels of each."""
    stages = about.get("VersionIdsToStages")
    return stages if isinstance(stages, dict) else {}


def _value(remote: Remote) -> dict[str, Any]:
    body = remote.body.reveal()
    return {"SecretBinary": body} if remote.form is Form.BINARY else {"SecretString": body.decode("utf-8")}


def _body(answer: Mapping[str, Any]) -> Plaintext | None:
    text, data = answer.get("SecretString"), answer.get("SecretBinary")
    if isinstance(text, str):
        return Plaintext(text.encode("utf-8", "surrogatepass"))
    return Plaintext(data) if isinstance(data, bytes) else None


def _token() -> str:
    """What makes a call safe to repeat, and becomes the version's name: random, so that it says nothing of a value."""
    from uuid import uuid4

    return str(uuid4())
