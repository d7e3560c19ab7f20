"""Is what is configured for a cluster still right? Certificates expire, keys are renewed, files are exchanged."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import NetworkError, SealwrightError, UnreadableError
from sealwright.manifest.discover import Target, read_target
from sealwright.sealing.certificate import load_certificate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.config import Cluster, Config
    from sealwright.manifest.git import Repository
    from sealwright.sealing.certificate import SealingCertificate
    from sealwright.verify.keys.keyring import Keyring

WARNING_DAYS = 30
_LONG_AGO = datetime(1970, 1, 1, tzinfo=timezone.utc)
_GOOD_BITS = 3072
"""NIST SP 800-57: 2048 bits are for data that has to stay secret until 2030."""


class Remark(NamedTuple):
    """What is to be said about a cluster. `level` is error, unknown, warning or note; `check` a word for machines."""

    level: str
    check: str
    message: str
    hint: str = ""


class Health(NamedTuple):
    """A cluster and all remarks on it. `certificate` is None where it cannot be read."""

    cluster: Cluster
    certificate: SealingCertificate | None
    remarks: tuple[Remark, ...]

    @property
    def status(self) -> str:
        """The worst level of all remarks: error, unknown, warning, or ok."""
        levels = {remark.level for remark in self.remarks}
        return next((level for level in ("error", "unknown", "warning") if level in levels), "ok")


class Checks(NamedTuple):
    """What to check with. `keyring` None asks nothing about private keys; `network` allows to ask controllers."""

    config: Config
    repository: Repository | None = None
    keyring: Keyring | None = None
    network: bool = True
    days: int = WARNING_DAYS
    now: datetime | None = None


def health(cluster: Cluster, checks: Checks) -> Health:
    """Everything that can be known about one cluster. Never raises for what is wrong with it."""
    certificate, remarks = _certificate(cluster, checks)
    if certificate is not None:
        remarks += _dates(certificate, checks)
        remarks += _strength(certificate)
        remarks += _pin(cluster, certificate)
        remarks += _backup(certificate, checks)
    if cluster.controller is not None and checks.network:
        remarks += _controller(cluster, certificate, checks)
    return Health(cluster, certificate, tuple(remarks))


def _certificate(cluster: Cluster, checks: Checks) -> tuple[SealingCertificate | None, list[Remark]]:
    """The certificate, whatever its dates and its pin."""
    if not cluster.certificate:
        message = "it has no certificate, so nothing can be sealed for it by its name"
        return None, [Remark("warning", "certificate", message, f"sealwright cluster add {cluster.name}")]
    if "://" in cluster.certificate and not checks.network:
        return None, [Remark("note", "certificate", "its certificate is an address, which was not asked")]
    try:
        data = _bytes(cluster)
        return load_certificate(data, source=cluster.certificate, now=_LONG_AGO), []
    except NetworkError as error:
        return None, [Remark("unknown", "certificate", str(error), error.hint)]
    except SealwrightError as error:
        return None, [Remark("error", "certificate", str(error), error.hint)]


def _bytes(cluster: Cluster) -> bytes:
    if "://" in cluster.certificate:
        from sealwright.sealing.fetch import fetch_certificate

        return fetch_certificate(cluster.certificate, pinned=bool(cluster.fingerprint))
    try:
        return read_target(Target(cluster.certificate, cluster.certificate), 1024 * 1024)
    except UnreadableError as error:
        message = f"its certificate: {error.message}"
        raise SealwrightError(message, place=cluster.certificate, hint="check clusters.*.certificate") from None


def _dates(certificate: SealingCertificate, checks: Checks) -> Iterator[Remark]:
    now = checks.now or datetime.now(timezone.utc)
    left = certificate.not_after - now
    renew = "pin the current one: sealwright cluster add NAME --rotated"
    if left < timedelta(0):
        yield Remark("error", "expiry", f"its certificate expired on {certificate.not_after:%Y-%m-%d}", renew)
    elif left < timedelta(days=checks.days):
        days = "1 day" if left.days == 1 else f"{left.days} days"
        yield Remark("warning", "expiry", f"its certificate expires in {days}", renew)


def _strength(certificate: SealingCertificate) -> Iterator[Remark]:
    if certificate.bits < _GOOD_BITS:
        hint = "the controller makes keys of 4096 bits by default (--key-size)"
        yield Remark("note", "size", f"its key has {certificate.bits} bits, less than the {_GOOD_BITS} of today", hint)


def _pin(cluster: Cluster, certificate: SealingCertificate) -> Iterator[Remark]:
    if not cluster.fingerprint:
        hint = f'if it is the right one: fingerprint: "{certificate.fingerprint}"'
        yield Remark("error", "fingerprint", "its key is not pinned, so nobody can seal for it by its name", hint)
    elif cluster.fingerprint != certificate.fingerprint:
        message = f"its certificate is of key {certificate.fingerprint}, but {cluster.fingerprint} is pinned"
        yield Remark("error", "fingerprint", message, "find out who changed which of the two, and why")


def _backup(certificate: SealingCertificate, checks: Checks) -> Iterator[Remark]:
    """Whether the private keys at hand open what is sealed with the certificate."""
    if checks.keyring is None:
        return
    if certificate.fingerprint in {old.key.fingerprint for old in checks.keyring.retired}:
        message = "the backup marks its private key as out of use: the controller does not open what is sealed for it"
        yield Remark("error", "private-key", message, "pin the current certificate")
    elif certificate.fingerprint not in {key.fingerprint for key in checks.keyring.keys}:
        message = "none of the given private keys belongs to its certificate: they do not open what is sealed for it"
        yield Remark("error", "private-key", message, "give the backup of this cluster, a newer one, or mend the pair")


def _controller(cluster: Cluster, certificate: SealingCertificate | None, checks: Checks) -> Iterator[Remark]:
    """Whether the controller still hands out the same key."""
    from sealwright.run.controllers import controller_client

    if cluster.controller is None:
        return
    try:
        with controller_client(cluster.controller, checks.repository, plain=bool(cluster.fingerprint)) as client:
            current = load_certificate(client.certificate(), source=client.place, now=_LONG_AGO)
    except SealwrightError as error:
        yield Remark("unknown", "current", str(error), error.hint)
        return
    if certificate is None or current.fingerprint == certificate.fingerprint:
        return
    if current.not_before >= certificate.not_before:
        message = f"the controller has a newer key, {current.fingerprint}: the pinned one is stale, not broken"
        hint = f"sealwright cluster add {cluster.name} --rotated, then sealwright reseal"
        yield Remark("warning", "current", message, hint)
    else:
        message = f"the controller hands out an older key than the pinned one: {current.fingerprint}"
        hint = "is it the right cluster, or one that was restored from an old backup?"
        yield Remark("error", "current", message, hint)
