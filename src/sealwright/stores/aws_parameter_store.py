"""AWS Systems Manager Parameter Store: one encrypted parameter (SecureString) for each value.

The service has no compare-and-set. An update looks at the version right before it writes, and says so if the new one is
not the next: what somebody else wrote in between is in the parameter's history then. Tags can only be given to a new
parameter. Limits: PutParameter in the service's model (botocore, `ssm`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.errors import AlreadyThere, Changed, StoreError
from sealwright.patterns import Pattern
from sealwright.plaintext import Plaintext
from sealwright.stores.aws_client import AwsClient, flaw_of_labels, labels_of, tags_of
from sealwright.stores.aws_errors import Refused
from sealwright.stores.late_labels import LateLabels
from sealwright.stores.remote_names import MANAGED_BY, MANAGER
from sealwright.stores.store import Stored, Traits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright import config
    from sealwright.stores.store import Remote

LARGEST = 8192
"""Of an advanced parameter."""
TRAITS = Traits(bundles=False, singles=True, binary=False, empty=False, largest=LARGEST)

_LARGEST_STANDARD = 4096
_LONGEST_ARN = 1011
_ARN = "arn:aws-us-gov:ssm:{region}:123456789012:parameter/"
_LONGEST_REGION = "ap-southeast-99"
_MOST_LEVELS = 15
_MOST_TAGS = 50
_CHARACTERS = Pattern(r"[A-Za-z0-9_./-]+\Z")
_RESERVED = Pattern(r"(?i)/?(?:aws|ssm)")
_SECURE = "SecureString"
_ABSENT = ("ParameterNotFound", "ParameterVersionNotFound")


def open_store(store: config.Store) -> ParameterStore:
    """The service in the configured region. Raises ConfigurationError."""
    return ParameterStore(store)


class ParameterStore:
    """One account's parameters in one region. May be used from several threads at once."""

    traits = TRAITS

    def __init__(self, store: config.Store) -> None:
        self._store = store
        self._client = AwsClient(store, "ssm")

    def flaw(self, remote: Remote) -> str:
        """As `Store.flaw`."""
        body = remote.body.reveal()
        if not body:
            return "it is empty, which Parameter Store does not take"
        if len(body) > LARGEST:
            return f"it is larger than {LARGEST:,} bytes"
        if b"{{" in body and b"}}" in body:
            return "it has double braces, in which Parameter Store sees a reference"
        if len(remote.labels) > _MOST_TAGS:
            return f"it has more than {_MOST_TAGS} labels"
        return self._flaw_of_name(remote.name) or flaw_of_labels(remote.labels)

    def get(self, name: str, version: str = "") -> Stored | None:
        """As `Store.get`."""
        found = self._parameter(f"{name}:{version}" if version else name)
        if found is None:
            return None
        value, number = found.get("Value"), found.get("Version")
        if not isinstance(value, str) or not isinstance(number, int):
            raise self._client.strange(name)
        body = Plaintext(value.encode("utf-8", "surrogatepass"))
        return Stored(body, str(number), LateLabels(lambda: self._labels(name)))

    def create(self, remote: Remote) -> str:
        """As `Store.create`."""
        tier = "Standard" if len(remote.body.reveal()) <= _LARGEST_STANDARD else "Advanced"
        given = {"Tier": tier, "Overwrite": False, "Tags": tags_of(remote.labels)}
        try:
            return str(self._put(remote, given, ("ParameterAlreadyExists",)))
        except Refused:
            pass
        raise AlreadyThere(f"{remote.name}: there is such a parameter")

    def update(self, remote: Remote, expected: str) -> str:
        """As `Store.update`, as far as the service lets us."""
        name = remote.name
        found = self._parameter(name)
        if found is None or str(found.get("Version")) != expected:
            raise Changed(f"{name}: somebody has changed it", hint="run it again")
        if found.get("Type") != _SECURE:
            hint = "it is not encrypted: remove it, rotate what it held, and run this again"
            raise StoreError(f"store {self._store.name}: {name}: it is no {_SECURE}", hint=hint)
        # An advanced parameter stays one whatever its size: the service knows, and decides.
        version = self._put(remote, {"Tier": "Intelligent-Tiering", "Overwrite": True})
        if str(version - 1) != expected:
            hint = f"aws ssm get-parameter-history --name {name} has every version"
            raise StoreError(f"{name}: somebody else has put a version at the same moment; ours is newer", hint=hint)
        return str(version)

    def discard(self, name: str, version: str) -> None:
        """As `Store.discard`. There is no way back."""
        found = self._parameter(name)
        if found is None:
            return
        if str(found.get("Version")) != version:
            raise Changed(f"{name}: somebody has changed it", hint="look at it before it is removed")
        try:
            self._client.call("delete_parameter", name, _ABSENT, Name=name)
        except Refused:
            return

    def names(self) -> list[str]:
        """As `Store.names`."""
        filters = [{"Key": f"tag:{MANAGED_BY}", "Values": [MANAGER]}]
        pages = self._client.pages("describe_parameters", ParameterFilters=filters, MaxResults=50)
        names = (str(one.get("Name", "")) for page in pages for one in page.get("Parameters") or ())
        return sorted(name for name in names if name.startswith(self._store.prefix))

    def _flaw_of_name(self, name: str) -> str:
        if not _CHARACTERS.match(name) or name.endswith("/") or "//" in name:
            return "a name has letters, digits and _.- between single slashes"
        if "/" in name and not name.startswith("/"):
            return "a name with a slash in it must begin with one"
        if _RESERVED.match(name):
            return "no name begins with aws or ssm"
        if name.strip("/").count("/") >= _MOST_LEVELS:
            return f"its name has more than {_MOST_LEVELS} levels"
        before = len(_ARN.format(region=self._client.region or _LONGEST_REGION))
        if before + len(name.lstrip("/")) > _LONGEST_ARN:
            return f"its name is longer than {_LONGEST_ARN - before} characters"
        return ""

    def _put(self, remote: Remote, more: Mapping[str, Any], known: tuple[str, ...] = ()) -> int:
        key = {"KeyId": self._store.kms_key} if self._store.kms_key else {}
        given = {"Name": remote.name, "Value": remote.body.reveal().decode("utf-8"), "Type": _SECURE}
        version = self._client.call("put_parameter", remote.name, known, **given, **key, **more).get("Version")
        if not isinstance(version, int):
            raise self._client.strange(remote.name)
        return version

    def _parameter(self, name: str) -> Mapping[str, Any] | None:
        try:
            answer = self._client.call("get_parameter", name, _ABSENT, Name=name, WithDecryption=True)
        except Refused:
            return None
        found = answer.get("Parameter")
        if not isinstance(found, dict):
            raise self._client.strange(name)
        return found

    def _labels(self, name: str) -> Mapping[str, str]:
        given = {"ResourceType": "Parameter", "ResourceId": name}
        try:
            answer = self._client.call("list_tags_for_resource", name, ("InvalidResourceId",), **given)
        except Refused:
            return {}
        return labels_of(answer.get("TagList"))
