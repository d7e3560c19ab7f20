"""`.sealwright.yaml`, the environment and the command line, in this order of precedence from low to high.

The file is data: nothing in it is executed, and an unknown key is an error that names the nearest known one.
`sealwright.schema.json` beside this module says the same for editors; a test holds the two together.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE_NAME = ".sealwright.yaml"
ENVIRONMENT_PREFIX = "SEALWRIGHT_"

_FINGERPRINT = re.compile(r"sha256:[0-9a-f]{64}\Z")

# Sections of the file: what each may hold. `stores`, `convert`, `policy` and `waivers` are read by the commands
# that they belong to; here only their names are known, so that one file serves every version.
_SECTIONS = ("clusters", "scan", "stores", "convert", "policy", "waivers")
_CLUSTER_KEYS = ("paths", "certificate", "fingerprint", "controller")
_SCAN_KEYS = ("skip-files", "max-bytes")


class Cluster(NamedTuple):
    """A cluster that SealedSecrets are made for. `certificate` is a path (from the file's folder) or an https URL."""

    name: str
    certificate: str = ""
    fingerprint: str = ""
    paths: tuple[str, ...] = ()


class Config(NamedTuple):
    """What the configuration file says; empty where there is none. `path` is '' then."""

    path: str = ""
    clusters: tuple[Cluster, ...] = ()
    skip_files: tuple[str, ...] = ()
    max_bytes: int = 0

    def cluster(self, name: str) -> Cluster | None:
        """The cluster of that name, or None."""
        return next((cluster for cluster in self.clusters if cluster.name == name), None)


def load_config(path: str, *, required: bool) -> Config:
    """Read a configuration file. A missing one is an empty Config unless `required`. Raises ConfigurationError."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        if required:
            raise ConfigurationError("no such file", place=path, hint="check --config") from None
        return Config()
    except OSError as error:
        raise ConfigurationError(f"cannot be read: {error.strerror}", place=path) from None
    return parse_config(data, path)


def parse_config(data: bytes, path: str) -> Config:
    """Check and freeze the content of a configuration file. Raises ConfigurationError with place and hint."""
    import yaml

    try:
        content = yaml.load(data, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else path
        raise ConfigurationError(
            "it is not well-formed YAML", place=place, hint="check indentation and quotes"
        ) from None
    if content is None:
        return Config(path=path)
    top = _mapping(content, path, "", _SECTIONS)
    scan = _mapping(top.get("scan", {}), path, "scan", _SCAN_KEYS)
    clusters = _mapping(top.get("clusters", {}), path, "clusters", None)
    return Config(
        path,
        tuple(_cluster(name, value, path) for name, value in clusters.items()),
        _strings(scan.get("skip-files", []), path, "scan.skip-files"),
        _positive(scan.get("max-bytes", 0), path, "scan.max-bytes"),
    )


def _cluster(name: str, value: object, path: str) -> Cluster:
    where = f"clusters.{name}"
    keys = _mapping(value, path, where, _CLUSTER_KEYS)
    fingerprint = _string(keys.get("fingerprint", ""), path, f"{where}.fingerprint")
    if fingerprint and not _FINGERPRINT.match(fingerprint):
        raise ConfigurationError(
            f"{where}.fingerprint is not `sha256:` and 64 lower-case hexadecimal digits",
            place=path,
            hint="`sealwright seal` prints a certificate's fingerprint when it refuses one",
        )
    certificate = _string(keys.get("certificate", ""), path, f"{where}.certificate")
    if certificate and "://" not in certificate:
        certificate = os.path.join(os.path.dirname(path), certificate)
    return Cluster(name, certificate, fingerprint, _strings(keys.get("paths", []), path, f"{where}.paths"))


def environment_value(option: str, environment: Mapping[str, str]) -> str | None:
    """The value of SEALWRIGHT_<OPTION> for an option such as `skip-files`; None where it is not set or empty."""
    return environment.get(ENVIRONMENT_PREFIX + option.upper().replace("-", "_")) or None


def _mapping(value: object, path: str, where: str, known: tuple[str, ...] | None) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigurationError(f"{where or 'the file'} must be a mapping", place=path)
    for key in value:
        if not isinstance(key, str):
            raise ConfigurationError(f"{where or 'the file'}: every key must be a string", place=path, hint="quote it")
        if known is not None and key not in known:
            raise ConfigurationError(
                f"unknown key `{f'{where}.' if where else ''}{key}`", place=path, hint=_nearest(key, known)
            )
    return value


def _nearest(key: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(key, known, n=1)
    return f"did you mean `{close[0]}`?" if close else f"known here: {', '.join(known)}"


def _string(value: object, path: str, where: str) -> str:
    if not isinstance(value, str):
        raise ConfigurationError(f"{where} must be a string", place=path, hint="quote it")
    return value


def _strings(value: object, path: str, where: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ConfigurationError(f"{where} must be a list of strings", place=path, hint="write `- ` before each")
    return tuple(_string(item, path, f"{where}[{index}]") for index, item in enumerate(value))


def _positive(value: object, path: str, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ConfigurationError(f"{where} must be a whole number of bytes", place=path)
    return value
