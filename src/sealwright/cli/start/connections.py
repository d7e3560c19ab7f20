"""The clusters and stores of the configuration: is what they need there, and do they answer where that is asked for?"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from sealwright.cli.start.check import BAD, GOOD, NOTE, Check, failed
from sealwright.errors import SealwrightError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright import config
    from sealwright.config import Cluster, Config
    from sealwright.manifest.git import Repository

_PACKAGES = {
    "aws-secrets-manager": ("aws", "boto3"),
    "aws-parameter-store": ("aws", "boto3"),
    "vault": ("vault", "hvac"),
    "gcp-secret-manager": ("gcp", "google.cloud.secretmanager"),
    "azure-key-vault": ("azure", "azure.keyvault.secrets"),
}
"""Of each kind of store: the extra that it needs, and a module of it."""
_PROBE = "sealwright-doctor"
"""The Secret that is asked for. Nothing is ever put there: that there is none is the answer of a store that works."""
_AT_ONCE = 8


def clusters(config: Config, repository: Repository | None, *, network: bool) -> Iterator[Check]:
    """What is pinned for each cluster, and with `network` whether its controller still says the same."""
    for cluster in config.clusters:
        yield from _cluster(cluster, config, repository, network=network)


def stores(config: Config, *, network: bool) -> Iterator[Check]:
    """Each store; with `network` one question to each, several at a time, since a dead one takes its time."""
    if not network:
        yield from (_installed(store) for store in config.stores)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from pool.map(_reached, config.stores)


def _cluster(cluster: Cluster, config: Config, repository: Repository | None, *, network: bool) -> Iterator[Check]:
    from sealwright.run.clusters.health import Checks, health

    found = health(cluster, Checks(config, repository, network=network))
    about = f"cluster {cluster.name}"
    remarks = [remark for remark in found.remarks if remark.level != "note"]
    for remark in remarks:
        yield Check(BAD if remark.level in ("error", "unknown") else NOTE, about, remark.message, remark.hint)
    if not remarks and found.certificate is None:
        yield Check(NOTE, about, "its certificate is an address, which was not asked", "sealwright doctor --network")
    elif not remarks and found.certificate is not None:
        ends = f"{found.certificate.not_after:%Y-%m-%d}"
        yield Check(GOOD, about, f"its certificate is the pinned one, until {ends}{_asked(cluster, network=network)}")


def _asked(cluster: Cluster, *, network: bool) -> str:
    if cluster.controller is None:
        return ""
    return ", and its controller's" if network else "; its controller was not asked (--network asks it)"


def _installed(store: config.Store) -> Check:
    """Without a network: whether the package is there that talks to the service."""
    about = f"store {store.name}"
    extra, module = _PACKAGES.get(store.backend, ("", ""))
    if extra and not _is_there(module):
        hint = f"pip install 'sealwright[{extra}]'"
        return Check(BAD, about, f"{store.backend}: its client library is not installed", hint)
    rest = "; it was not asked (--network asks it)" if extra else ""
    return Check(GOOD, about, f"{store.backend}: what it needs is installed{rest}")


def _reached(store: config.Store) -> Check:
    """Ask for one object that is not there, under the name that the store's own pattern gives it."""
    from sealwright.stores.registry import open_store
    from sealwright.stores.remote_names import SecretName, remote_name

    about, lacking = f"store {store.name}", _installed(store)
    if lacking.level == BAD:
        return lacking
    try:
        key = _PROBE if "{key}" in store.key or store.backend == "aws-parameter-store" else ""
        open_store(store).get(remote_name(store, SecretName(_PROBE, _PROBE, _PROBE), key))
    except SealwrightError as error:
        return failed(about, error)
    return Check(GOOD, about, f"{store.backend}: it answers, and lets you read")


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
