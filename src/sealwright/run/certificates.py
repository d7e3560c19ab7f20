"""Which certificate to seal with: the one that the user named, or that of the cluster which a file is for."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from sealwright.errors import CertificateError, UsageError
from sealwright.run.clusters import cluster_for

if TYPE_CHECKING:
    from sealwright.config import Cluster, Config
    from sealwright.sealing.certificate import SealingCertificate

_MAX_CERTIFICATE = 1024 * 1024


class Certificates:
    """The certificate for each file of a run: the one that was named, else that of the cluster which the file is for.

    `wanted` is what the user named. `fallback` is for files that no cluster of the configuration is meant for. Each is
    loaded once.
    """

    def __init__(
        self, config: Config, *, wanted: str = "", fallback: str = "", fingerprint: str = "", network: bool = True
    ) -> None:
        self._config = config
        self._wanted = wanted
        self._fallback = fallback
        self._fingerprint = fingerprint
        self._network = network
        self._loaded: dict[str, SealingCertificate] = {}

    def cluster(self, path: str) -> str:
        """The name of the cluster that a file is sealed for, '' where a certificate was named that is no cluster's."""
        if self._wanted:
            return self._wanted if self._config.cluster(self._wanted) else ""
        cluster = cluster_for(path, self._config)
        return cluster.name if cluster else ""

    def contradicted(self, path: str) -> str:
        """The cluster that a file is for by its path, where another one was named; '' where nothing contradicts."""
        meant = cluster_for(path, self._config)
        named = self.cluster(path)
        return meant.name if meant and named and named != meant.name else ""

    def check(self) -> None:
        """Load what was named, so that what is wrong with it shows before anything else. Raises as `for_file` does."""
        if self._wanted:
            self.for_file("")

    def for_file(self, path: str) -> SealingCertificate:
        """The certificate for a file, by the path that people see. Raises what `find_certificate` raises."""
        name = self._wanted or self.cluster(path) or self._fallback
        if not name:
            raise self._nothing_for(path)
        if name not in self._loaded:
            self._loaded[name] = find_certificate(
                name, self._config, fingerprint=self._fingerprint, network=self._network
            )
        return self._loaded[name]

    def _nothing_for(self, path: str) -> UsageError:
        names = ", ".join(cluster.name for cluster in self._config.clusters)
        if not names:
            return UsageError("no certificate to seal with", hint="give --certificate: a file or an https URL")
        hint = f"give --certificate or --cluster ({names}), or add its path to clusters.*.paths in the configuration"
        return UsageError("no certificate to seal with: no cluster is meant for it", place=path, hint=hint)


def find_certificate(
    wanted: str, config: Config, *, fingerprint: str = "", network: bool = True, expired: bool = False
) -> SealingCertificate:
    """Load and check a certificate: a file, an https URL, or the name of a configured cluster with its pin.

    `expired`: one that has expired will do, since what is sealed with it still opens.

    Raises CertificateError, NetworkError or UsageError; never returns one that must not be used.
    """
    cluster = config.cluster(wanted)
    if cluster is not None:
        return certificate_of(cluster, config, fingerprint=fingerprint, network=network, expired=expired)
    return _load(wanted, config, fingerprint, network=network, expired=expired)


def certificate_of(
    cluster: Cluster, config: Config, *, fingerprint: str = "", network: bool = True, expired: bool = False
) -> SealingCertificate:
    """The certificate of a configured cluster, which must be pinned. Raises what `find_certificate` raises."""
    if not cluster.certificate:
        hint = "set clusters.*.certificate"
        raise UsageError(f"cluster {cluster.name} has no certificate", place=config.path, hint=hint)
    if not cluster.fingerprint:
        hint = "pin it: clusters.*.fingerprint in the configuration, so that nobody can put another in its place"
        raise CertificateError(f"cluster {cluster.name} has no pinned fingerprint", place=config.path, hint=hint)
    pin = fingerprint or cluster.fingerprint
    return _load(cluster.certificate, config, pin, network=network, expired=expired)


def checked_certificate(data: bytes, source: str, pin: str, *, expired: bool = False) -> SealingCertificate:
    """A certificate that may be sealed with; `expired`: or that could be once. Raises CertificateError."""
    from sealwright.sealing.certificate import load_certificate

    now = datetime.min.replace(tzinfo=timezone.utc) if expired else None
    return load_certificate(data, source=source, fingerprint=pin, now=now)


def certificate_bytes(wanted: str, config: Config, *, pinned: bool, network: bool = True) -> bytes:
    """What a file or an https URL holds, not checked yet. `pinned`: the fingerprint of what comes will be."""
    if "://" not in wanted:
        return _read(wanted, config)
    if not network:
        hint = "fetch it once, commit it, and name the file: hooks run without a network"
        raise UsageError("a hook does not fetch certificates", hint=hint)
    from sealwright.sealing.fetch import fetch_certificate

    return fetch_certificate(wanted, pinned=pinned)


def _load(wanted: str, config: Config, fingerprint: str, *, network: bool, expired: bool) -> SealingCertificate:
    data = certificate_bytes(wanted, config, pinned=bool(fingerprint), network=network)
    source = "the fetched certificate" if "://" in wanted else wanted
    return checked_certificate(data, source, fingerprint, expired=expired)


def _read(path: str, config: Config) -> bytes:
    if not os.path.exists(path):
        names = ", ".join(cluster.name for cluster in config.clusters)
        hint = f"give a file, an https URL or one of the configured clusters: {names}" if names else "check the path"
        raise CertificateError("no such certificate file", place=path, hint=hint)
    # A pipe is welcome where somebody named it; the one that a repository names must not stop us for ever.
    if not os.path.isfile(path) and any(cluster.certificate == path for cluster in config.clusters):
        raise CertificateError("it is not a regular file", place=path, hint="check clusters.*.certificate")
    try:
        with open(path, "rb") as file:
            return file.read(_MAX_CERTIFICATE)
    except OSError as error:
        raise CertificateError(f"cannot be read: {error.strerror}", place=path) from None
