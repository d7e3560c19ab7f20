"""`.sealwright.yaml`, the environment and the command line, in this order of precedence from low to high.

The file is data: nothing in it is executed, and an unknown key is an error that names the nearest known one.
`sealwright.schema.json` beside this package says the same for editors; a test holds the two together.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.finding import Position

FILE_NAME = ".sealwright.yaml"
BASELINE_NAME = ".sealwright-baseline.json"
"""What a scan accepts without a reason; see `gate.baseline`."""
LOCK_NAME = ".sealwright.lock"
"""Which key each item was sealed with, and for what; see `run.stamping`."""
ENVIRONMENT_PREFIX = "SEALWRIGHT_"

MAX_BYTES = 1024 * 1024
"""Of a configuration file."""


class Controller(NamedTuple):
    """How to reach a cluster's controller: by its own address, or through the cluster's API.

    `kubeconfig` is a path (from the file's folder), '' for the usual one; `namespace` and `name` are the Service's.
    `folder` is that of the configuration that names a kubeconfig, '' for the command line: what lies in it is no more
    to be trusted than the configuration.
    """

    url: str = ""
    kubeconfig: str = ""
    context: str = ""
    namespace: str = ""
    name: str = ""
    folder: str = ""


class Cluster(NamedTuple):
    """A cluster that SealedSecrets are made for. `certificate` is a path (from the file's folder) or an https URL.

    `paths` are globs from the repository's root: the files whose SealedSecrets are for this cluster. `previous` are
    the fingerprints of keys that the controller still opens with but does not hand out any more.
    """

    name: str
    certificate: str = ""
    fingerprint: str = ""
    paths: tuple[str, ...] = ()
    controller: Controller | None = None
    previous: tuple[str, ...] = ()


class Named(NamedTuple):
    """A name from the file, and where it stands there: what a name means is for others to check. `end` is one past."""

    name: str
    start: Position
    end: Position


def without_places(value: Any) -> Any:
    """What a Config or a part of it says, wherever that stands in the file: for comparing."""
    if isinstance(value, Named):
        return value.name
    return tuple(map(without_places, value)) if isinstance(value, tuple) else value


class Override(NamedTuple):
    """Other severities for some paths: (rule, `off` or the name of a severity) in the order of the file.

    `threshold` is the severity that fails there, '' for that of everywhere; overrides of a scan have none.
    """

    paths: tuple[str, ...]
    rules: tuple[tuple[Named, str], ...]
    threshold: str = ""


class ResourceSelector(NamedTuple):
    """Kubernetes objects by patterns with `*`, `?` and `[...]`; '' fits all."""

    kind: str = ""
    namespace: str = ""
    name: str = ""


class Waiver(NamedTuple):
    """Findings of one rule that are accepted: those that fit `path`, `resource` and `fingerprint`, where given.

    `path` is a glob from the root, '' for none; `fingerprint` has those of findings. `expires` is the last day on which
    it counts (YYYY-MM-DD), '' for no end; `created` the day since when, '' if that is not said.
    """

    rule: Named
    path: str = ""
    reason: str = ""
    owner: str = ""
    expires: str = ""
    resource: ResourceSelector = ResourceSelector()
    fingerprint: tuple[str, ...] = ()
    ticket: str = ""
    approved_by: tuple[str, ...] = ()
    created: str = ""


class WaiverLimits(NamedTuple):
    """What the gate asks of waivers, by severity of what they cover: (severity, number); what is not named is free.

    `maximum_days`: from `created` to `expires`. `approvals`: names in `approved-by` that are not the owner's.
    """

    maximum_days: tuple[tuple[str, int], ...] = ()
    approvals: tuple[tuple[str, int], ...] = ()


class Policy(NamedTuple):
    """What the gate asks for. `packs` are names of shipped packs or paths in the repository, None where none are said.

    `threshold` is the name of a severity, '' for the usual one. `params` are (name, JSON-like value) for the packs.
    """

    packs: tuple[Named, ...] | None = None
    threshold: str = ""
    overrides: tuple[Override, ...] = ()
    params: tuple[tuple[Named, Any], ...] = ()
    waivers: WaiverLimits = WaiverLimits()


class StampRules(NamedTuple):
    """Whether sealing keeps stamps, and which are believed: `trusted` are public keys (`ed25519:` and base64).

    `required`: a stamp without the signature of a trusted key proves nothing.
    """

    keep: bool = True
    trusted: tuple[str, ...] = ()
    required: bool = False


class Store(NamedTuple):
    """Where values live. What a backend does not need is ''; credentials come from the environment.

    `ref_kind` and `ref_name` are the object that ExternalSecrets point at. `key` is the remote name, in which
    `{cluster}`, `{namespace}`, `{name}` and `{key}` are filled in; '' is the backend's usual one. `prefix` stands
    before every remote name, and is part of the store object too. `path` is the folder of a local store.
    """

    name: str
    backend: str
    ref_kind: str = "ClusterSecretStore"
    ref_name: str = ""
    key: str = ""
    prefix: str = ""
    region: str = ""
    endpoint: str = ""
    profile: str = ""
    kms_key: str = ""
    path: str = ""
    address: str = ""
    mount: str = ""
    namespace: str = ""
    project: str = ""
    location: str = ""
    vault: str = ""


class ConvertRule(NamedTuple):
    """What becomes of the Secrets under some paths: `to` a SealedSecret, an ExternalSecret, a SecretProviderClass."""

    paths: tuple[str, ...]
    to: str
    store: str = ""
    scope: str = ""


class Config(NamedTuple):
    """What the configuration file says; empty where there is none. `path` is '' then."""

    path: str = ""
    clusters: tuple[Cluster, ...] = ()
    skip_files: tuple[str, ...] = ()
    max_bytes: int = 0
    overrides: tuple[Override, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    stamps: StampRules = StampRules()
    stores: tuple[Store, ...] = ()
    convert: tuple[ConvertRule, ...] = ()
    policy: Policy = Policy()

    def store(self, name: str) -> Store | None:
        """The store of that name, or None."""
        return next((store for store in self.stores if store.name == name), None)

    def cluster(self, name: str) -> Cluster | None:
        """The cluster of that name, or None."""
        return next((cluster for cluster in self.clusters if cluster.name == name), None)


def load_config(path: str, *, required: bool) -> Config:
    """Read a configuration file. A missing one is an empty Config unless `required`. Raises ConfigurationError."""
    try:
        # A pipe is welcome where somebody named it; the one that lies in a repository must not stop us for ever.
        if not required and os.path.lexists(path) and not os.path.isfile(path):
            raise ConfigurationError("it is not a regular file", place=path, hint="remove it, or name another")
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        if required:
            raise ConfigurationError("no such file", place=path, hint="check --config") from None
        return Config()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError(f"cannot be read: {reason}", place=path, hint="check --config") from None
    return parse_config(data, path)


def parse_config(data: bytes, path: str) -> Config:
    """Check and freeze the content of a configuration file. Raises ConfigurationError with place and hint."""
    from sealwright.config.reader import read_content

    content = read_content(data, path)
    if content is None:
        return Config(path=path)
    scan = content.get("scan") or {}
    return Config(
        path,
        tuple(_cluster(name, keys, path) for name, keys in (content.get("clusters") or {}).items()),
        scan.get("skip-files", ()),
        scan.get("max-bytes", 0),
        tuple(scan.get("overrides", ())),
        tuple(waiver for rules in content.get("waivers") or () for waiver in rules),
        content.get("stamps") or StampRules(),
        tuple(_store(name, keys, path) for name, keys in (content.get("stores") or {}).items()),
        tuple(content.get("convert") or ()),
        content.get("policy") or Policy(),
    )


def environment_value(option: str, environment: Mapping[str, str]) -> str | None:
    """The value of SEALWRIGHT_<OPTION> for an option such as `skip-files`; None where it is not set or empty."""
    return environment.get(ENVIRONMENT_PREFIX + option.upper().replace("-", "_")) or None


def _cluster(name: str, keys: dict[str, Any], path: str) -> Cluster:
    certificate = keys.get("certificate", "")
    if certificate and "://" not in certificate:
        certificate = os.path.join(os.path.dirname(path), certificate)
    fingerprint, paths = keys.get("fingerprint", ""), keys.get("paths", ())
    controller, previous = _controller(keys.get("controller"), path), keys.get("previous-fingerprints", ())
    return Cluster(name, certificate, fingerprint, paths, controller, previous)


def _controller(given: str | dict[str, str] | None, path: str) -> Controller | None:
    if given is None or isinstance(given, str):
        return Controller(url=given) if given else None
    controller = Controller(**given)
    if not controller.kubeconfig:
        return controller
    return controller._replace(
        kubeconfig=os.path.join(os.path.dirname(path), os.path.expanduser(controller.kubeconfig)),
        folder=os.path.dirname(os.path.abspath(path)),
    )


def _store(name: str, keys: dict[str, Any], path: str) -> Store:
    ref = keys.pop("ref", {})
    folder = keys.pop("path", "")
    where = os.path.join(os.path.dirname(path), os.path.expanduser(folder)) if folder else ""
    kind, shown = ref.get("kind", "ClusterSecretStore"), ref.get("name", name)
    return Store(name, ref_kind=kind, ref_name=shown, path=where, **{k.replace("-", "_"): v for k, v in keys.items()})
