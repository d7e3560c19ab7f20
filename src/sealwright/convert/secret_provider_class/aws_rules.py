"""The rules of the AWS provider (ASCP) for the parameters of a SecretProviderClass.

Source: provider/secret_descriptor.go and server/server.go of secrets-store-csi-driver-provider-aws 3.1.1. Where the
provider writes the files itself, which is usual, it cannot make folders either (os.CreateTemp).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.secret_provider_class.embedded import Malformed, list_of_objects, text_in
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.scalars import Plain

_BAD_PATH = Pattern(r"/\.\./|\A\.\./|/\.\.\Z")
_MODE = Pattern(r"[0-7]{4}\Z")
_BOOLEANS = frozenset({"1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False"})
_TYPES = {"secretsmanager": "secretsmanager", "ssmparameter": "ssm"}
"""Each objectType, and the service in the ARN of such an object."""
_PATH = Pattern(r"(?:[A-Za-z_][A-Za-z0-9_]*|\"(?:[^\"\\\x00-\x1f]|\\[\"\\/bfnrt]|\\u[0-9a-fA-F]{4})*\")\Z")
_ARN_PARTS = 6


class Entry(NamedTuple):
    """One key that is taken out of an object's JSON: the expression, and the file that it goes to."""

    path: str
    alias: str


class Descriptor(NamedTuple):
    """One object that is read. `name` is the remote name or ARN, `file` the name of the file that has all of it."""

    name: str
    kind: str
    version: str
    label: str
    file: str
    entries: tuple[Entry, ...]


def aws_files(parameters: dict[str, str]) -> list[str]:
    """The names of all files that the parameters mount. Raises Malformed for what the provider would refuse."""
    found = descriptors(parameters)
    return [name for one in found for name in (one.file, *(entry.alias for entry in one.entries))]


def descriptors(parameters: dict[str, str]) -> list[Descriptor]:
    """The objects that the parameters name, in their order. Raises Malformed for what the provider would refuse."""
    regions = _regions(parameters)
    slash = _slash(parameters.get("pathTranslation", ""))
    identity = parameters.get("usePodIdentity", "")
    if identity and identity not in _BOOLEANS:
        raise Malformed("usePodIdentity is neither true nor false")
    if parameters.get("preferredAddressType", "").lower() not in {"", "ipv4", "ipv6"}:
        raise Malformed("preferredAddressType is neither ipv4 nor ipv6")
    written = [_lowered(item) for item in list_of_objects(parameters.get("objects", ""))]
    if not written:
        raise Malformed("there are no objects")
    aliases: set[str] = set()
    named: dict[str, tuple[str, str]] = {}
    result = []
    for item in written:
        result.append(_descriptor(item, regions, slash))
        _refuse_twins(item, named)
        for alias in _aliases(item):
            if alias in aliases:
                raise Malformed(f"two objects have the alias `{alias}`")
            aliases.add(alias)
    return result


def _regions(parameters: dict[str, str]) -> tuple[str, ...]:
    region, failover = parameters.get("region", ""), parameters.get("failoverRegion", "")
    if failover and failover == region:
        raise Malformed("failoverRegion is the region itself")
    return (region, failover) if failover else (region,)


def _slash(translation: str) -> str:
    """What stands for a slash in a file's name, '' for the slash itself."""
    if translation.lower() == "false":
        return ""
    if len(translation.encode()) > 1:
        raise Malformed("pathTranslation is neither False nor one character")
    return translation or "_"


def _lowered(item: dict[str, Plain]) -> dict[str, Plain]:
    """Go takes the names of fields in any case."""
    return {name.lower(): value for name, value in item.items()}


def _text(item: dict[str, Plain], field: str) -> str:
    return text_in({field: item.get(field.lower())}, field)


def _descriptor(item: dict[str, Plain], regions: tuple[str, ...], slash: str) -> Descriptor:
    name, kind = _text(item, "objectName"), _text(item, "objectType")
    version, label = _text(item, "objectVersion"), _text(item, "objectVersionLabel")
    if not name:
        raise Malformed("an object has no objectName")
    found = _checked_type(name, kind, regions[0])
    _refuse_both(found, version, label)
    file = _text(item, "objectAlias") or name
    file = file.replace("/", slash) if slash else file.lstrip("/")
    if _BAD_PATH.search(file):
        raise Malformed("a file's name leads out of the volume (`../`)")
    _check_mode(item)
    _check_failover(item, regions, found)
    entries = tuple(_entries(item, slash))
    if any("/" in one for one in (file, *(entry.alias for entry in entries))):
        raise Malformed("a file's name has a slash, and the provider makes no folders")
    return Descriptor(name, found, version, label, file, entries)


def _checked_type(name: str, kind: str, region: str) -> str:
    """secretsmanager or ssmparameter: what is said, or what the ARN is of."""
    is_arn = name.startswith("arn:")
    parts = name.split(":", _ARN_PARTS - 1)
    if is_arn and len(parts) < _ARN_PARTS:
        raise Malformed("an objectName begins like an ARN, but is none")
    if is_arn and parts[3] != region:
        raise Malformed("the region of an ARN is not the one that is read from")
    if not kind and not is_arn:
        raise Malformed("an object has no objectType")
    if kind and kind not in _TYPES:
        raise Malformed("objectType is neither secretsmanager nor ssmparameter")
    by_service = {service: name for name, service in _TYPES.items()}
    if not is_arn:
        return kind
    if parts[2] not in by_service:
        raise Malformed("an ARN is of another service")
    if kind and by_service[parts[2]] != kind:
        raise Malformed("objectType and the ARN name different services")
    return by_service[parts[2]]


def _refuse_both(kind: str, version: str, label: str) -> None:
    if kind == "ssmparameter" and version and label:
        raise Malformed("a parameter has both an objectVersion and an objectVersionLabel")


def _check_mode(item: dict[str, Plain]) -> None:
    mode = _text(item, "filePermission")
    if mode and not _MODE.match(mode):
        raise Malformed("filePermission is not four octal digits")


def _check_failover(item: dict[str, Plain], regions: tuple[str, ...], kind: str) -> None:
    written = item.get("failoverobject")
    if written is None:
        return
    failover = _lowered(written) if isinstance(written, dict) else {}
    name = _text(failover, "objectName")
    if not name:
        return
    if not _text(item, "objectAlias"):
        raise Malformed("an object with a failoverObject has no objectAlias")
    if len(regions) == 1:
        raise Malformed("there is a failoverObject, but no failoverRegion")
    _checked_type(name, _text(item, "objectType"), regions[1])
    version, label = _text(failover, "objectVersion"), _text(failover, "objectVersionLabel")
    _refuse_both(kind, version, label)
    if version != _text(item, "objectVersion"):
        raise Malformed("an object and its failoverObject have different versions")


def _entries(item: dict[str, Plain], slash: str) -> Iterator[Entry]:
    written = item.get("jmespath")
    if written is None:
        return
    if not isinstance(written, list):
        raise Malformed("jmesPath is not a list")
    for one in written:
        fields = _lowered(one) if isinstance(one, dict) else {}
        path, alias = _text(fields, "path"), _text(fields, "objectAlias")
        if not path or not alias:
            raise Malformed("an entry of jmesPath has no path or no objectAlias")
        if not _PATH.match(path):
            raise Malformed("a path of jmesPath is not a name; put it in double quotes inside of the text")
        _check_mode(fields)
        yield Entry(path, alias.replace("/", slash) if slash else alias.lstrip("/"))


def _refuse_twins(item: dict[str, Plain], named: dict[str, tuple[str, str]]) -> None:
    """One remote name twice: the two must differ in alias or label, and the same of the two must be there."""
    name = _text(item, "objectName")
    alias, label = _text(item, "objectAlias"), _text(item, "objectVersionLabel")
    other = named.get(name)
    named[name] = alias, label
    if other is None:
        return
    alike = bool(alias) == bool(other[0]) and bool(label) == bool(other[1]) and (alias, label) == other
    if alike:
        raise Malformed("one object is there twice, with nothing that tells the two apart")
    if _text(item, "objectType") == "ssmparameter" or ":ssm:" in name:
        raise Malformed("a parameter is there twice, and the provider mounts it once")  # it keeps them by name


def _aliases(item: dict[str, Plain]) -> Iterator[str]:
    alias = _text(item, "objectAlias")
    if alias:
        yield alias
    written = item.get("jmespath")
    for one in written if isinstance(written, list) else ():
        yield _text(_lowered(one) if isinstance(one, dict) else {}, "objectAlias")
