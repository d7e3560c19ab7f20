"""Which key a file's items are to be under: the named certificate's, the cluster's, or the newest of the backup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import CertificateError, UsageError
from sealwright.run.certificates import certificate_of, find_certificate
from sealwright.run.clusters import cluster_for
from sealwright.sealing.fingerprint import normalised
from sealwright.sealing.sealing_key import SealingKey, of_certificate, of_private_key

if TYPE_CHECKING:
    from sealwright.config import Cluster, Config
    from sealwright.verify.keys.keyring import Keyring


class NewestKeys:
    """Answers for one run. `named` is what --certificate says; `backups` is the number of key files that were given."""

    def __init__(
        self, config: Config, named: str, *, fingerprint: str = "", keyring: Keyring | None = None, backups: int = 0
    ) -> None:
        self._config = config
        self._named = named
        self._fingerprint = fingerprint
        self._keyring = keyring
        self._backups = backups
        self._known: dict[str, SealingKey] = {}

    def for_path(self, path: str) -> SealingKey:
        """The key for a file. Raises UsageError, CertificateError or NetworkError where there is none to use."""
        cluster = None if self._named else cluster_for(path, self._config)
        name = cluster.name if cluster is not None else ""
        if name not in self._known:
            self._known[name] = self._found(name)
        return self._known[name]

    def _found(self, name: str) -> SealingKey:
        if self._named:
            loaded = find_certificate(self._named, self._config, fingerprint=self._fingerprint)
            return of_certificate(loaded, self._named)
        cluster = self._config.cluster(name) if name else None
        if cluster is not None and cluster.certificate:
            loaded = certificate_of(cluster, self._config, fingerprint=self._fingerprint)
            key = of_certificate(loaded, f"cluster {name}")
            self._refuse_stranger(key)
            return key
        return self._of_backup(cluster)

    def _refuse_stranger(self, key: SealingKey) -> None:
        """Refuse a key that only the repository names: values would be sealed for whoever could change a file there."""
        keys = self._keyring.keys if self._keyring is not None else ()
        if self._keyring is not None and all(known.fingerprint != key.fingerprint for known in keys):
            message = f"the key {key.short} of {key.origin} is not among the given private keys"
            hint = "make the backup again, so that it has the newest key; or name the certificate with --certificate"
            raise CertificateError(message, place=self._config.path, hint=hint)

    def _of_backup(self, cluster: Cluster | None) -> SealingKey:
        hint = "give --certificate: a file, an https URL, or a cluster of .sealwright.yaml"
        if self._keyring is None:
            raise UsageError("no certificate to seal with", hint=hint)
        if self._backups > 1:  # they may be of several clusters, and the newest of them not be this file's
            raise UsageError("with several key files nobody can tell which key is the newest", hint=hint)
        if self._keyring.newest is None:
            raise UsageError("the key file does not say which of its keys is the newest", hint=hint)
        pin = self._fingerprint or (cluster.fingerprint if cluster is not None else "")
        newest = of_private_key(self._keyring.newest, "the newest of the given keys")
        if pin and normalised(pin) != newest.fingerprint:
            message = f"the newest of the given keys is {newest.fingerprint}, but {pin} is pinned"
            hint = "if the cluster's key was renewed, pin the new one; else these are keys of another cluster"
            raise CertificateError(message, place=self._config.path, hint=hint)
        return newest
