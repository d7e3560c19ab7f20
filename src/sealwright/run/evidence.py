"""What items are judged by where no private key and no controller is at hand: certificates and stamps, by path."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from sealwright.errors import UsageError
from sealwright.run.certificates import certificate_of, find_certificate
from sealwright.run.clusters import cluster_for
from sealwright.verify.by_certificate import CertificateExaminer, KnownKeys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.config import Cluster, Config
    from sealwright.sealing.certificate import SealingCertificate
    from sealwright.sealing.stamps import Book

_NOBODYS = "no cluster of .sealwright.yaml has this path; give it one, or name one with --cluster"


class Evidence:
    """Chooses the examiner for a file. `network`: certificates may be fetched from addresses in the configuration.

    `notes` takes lines for people while items are examined.
    """

    def __init__(self, config: Config, stamps: Book, *, network: bool, notes: list[str]) -> None:
        self._notes = notes
        self._config = config
        self._stamps = stamps
        self._network = network
        self._examiners: dict[str, CertificateExaminer] = {}
        self._unclaimed = CertificateExaminer(KnownKeys(elsewhere=self._elsewhere(None), gap=_NOBODYS), stamps)

    def by_path(self, path: str) -> CertificateExaminer:
        """For a file of whichever cluster the configuration says, or of none. Raises as `examine` goes, if at all."""
        cluster = cluster_for(path, self._config)
        return self._unclaimed if cluster is None else self._of(cluster)

    def of_cluster(self, name: str, fingerprint: str = "") -> CertificateExaminer:
        """For every file, whatever its path; with `fingerprint`, only if that is its certificate's.

        Raises UsageError for a cluster that is not configured, and what `find_certificate` raises.
        """
        cluster = self._config.cluster(name)
        if cluster is None:
            names = ", ".join(cluster.name for cluster in self._config.clusters)
            hint = f"one of {names}" if names else "clusters are configured in .sealwright.yaml"
            raise UsageError("--cluster names no cluster of the configuration", hint=hint)
        return self.of_certificates([name], fingerprint) if fingerprint else self._of(cluster)

    def of_certificates(self, wanted: Sequence[str], fingerprint: str) -> CertificateExaminer:
        """For every file; the keys of all certificates count. Raises what `find_certificate` raises."""
        if len(wanted) == 1 and not fingerprint and self._config.cluster(wanted[0]) is not None:
            return self.of_cluster(wanted[0])
        found = [
            find_certificate(each, self._config, fingerprint=fingerprint, network=self._network, expired=True)
            for each in wanted
        ]
        for each, certificate in zip(wanted, found, strict=True):
            self._note_expiry(f"The certificate {each if '://' not in each else 'that was fetched'}", certificate)
        current = frozenset(certificate.fingerprint for certificate in found)
        cluster = next((cluster for cluster in self._config.clusters if current <= _keys_of(cluster)), None)
        previous = _keys_of(cluster) - current if cluster is not None else frozenset()
        moduli = [certificate.public_key.public_numbers().n for certificate in found]
        name = cluster.name if cluster is not None else ""
        keys = KnownKeys(name, current, previous, self._elsewhere(cluster), lambda: moduli)
        return CertificateExaminer(keys, self._stamps)

    def _of(self, cluster: Cluster) -> CertificateExaminer:
        if cluster.name not in self._examiners:
            self._examiners[cluster.name] = CertificateExaminer(self._keys(cluster), self._stamps)
        return self._examiners[cluster.name]

    def _keys(self, cluster: Cluster) -> KnownKeys:
        elsewhere = self._elsewhere(cluster)
        if not cluster.fingerprint:
            gap = f"no key of cluster {cluster.name} is pinned: set its fingerprint in .sealwright.yaml"
            return KnownKeys(cluster.name, elsewhere=elsewhere, gap=gap)
        current, previous = frozenset({cluster.fingerprint}), frozenset(cluster.previous) - {cluster.fingerprint}
        return KnownKeys(cluster.name, current, previous, elsewhere, lambda: self._moduli(cluster))

    def _moduli(self, cluster: Cluster) -> Sequence[int]:
        if not cluster.certificate:
            return ()
        if "://" in cluster.certificate and not self._network:
            self._notes.append(
                f"The certificate of cluster {cluster.name} is an address, which is not fetched here: commit it as a "
                "file, and items without a stamp are judged by their form."
            )
            return ()
        certificate = certificate_of(cluster, self._config, network=self._network, expired=True)
        self._note_expiry(f"The certificate of cluster {cluster.name}", certificate)
        return (certificate.public_key.public_numbers().n,)

    def _note_expiry(self, which: str, certificate: SealingCertificate) -> None:
        if certificate.not_after < datetime.now(timezone.utc):
            day = f"{certificate.not_after:%Y-%m-%d}"
            self._notes.append(f"{which} expired on {day}: what was sealed with it still opens, but take the new one.")

    def _elsewhere(self, own: Cluster | None) -> dict[str, str]:
        """The keys of all other clusters, with their names; a key that two share is its first's."""
        others: dict[str, str] = {}
        mine = _keys_of(own) if own is not None else frozenset()
        for cluster in self._config.clusters:
            if cluster is not own:
                for key in sorted(_keys_of(cluster) - mine):
                    others.setdefault(key, cluster.name)
        return others


def _keys_of(cluster: Cluster) -> frozenset[str]:
    return frozenset(filter(None, (cluster.fingerprint, *cluster.previous)))
