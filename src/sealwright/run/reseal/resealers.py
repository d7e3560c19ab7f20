"""From what a person gives, private keys or a controller, to the way in which each file is re-encrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import CertificateError, UsageError
from sealwright.run.clusters import cluster_for
from sealwright.run.controllers import controller_client, controller_named
from sealwright.run.reseal.newest_key import NewestKeys
from sealwright.run.reseal.renewal import ControllerResealer, KeyResealer

if TYPE_CHECKING:
    from sealwright.config import Cluster, Config, Controller
    from sealwright.manifest.git import Repository
    from sealwright.run.reseal.renewal import Resealer
    from sealwright.sealing.controller.client import ControllerClient
    from sealwright.sealing.sealing_key import SealingKey
    from sealwright.sealing.stamps import Book
    from sealwright.verify.keys.keyring import Keyring

_NEITHER = "give --private-key FILE, a backup of the controller's key Secrets, or --controller URL"


class Wanted(NamedTuple):
    """What was asked for. `certificate` and `controller` are as on the command line, '' where nothing was said.

    `backups` counts the files that private keys come from. `asking` False: a controller is asked for its certificate
    only, and re-encrypts nothing.
    """

    certificate: str = ""
    backups: int = 0
    fingerprint: str = ""
    controller: str = ""
    workers: int = 1
    asking: bool = True
    only_old: bool = False


class Resealers:
    """Answers for one run. `keyring` None: the controllers re-encrypt. `notes` are lines for people."""

    def __init__(
        self,
        config: Config,
        repository: Repository | None,
        wanted: Wanted,
        stamps: Book,
        keyring: Keyring | None = None,
    ) -> None:
        self._config = config
        self._repository = repository
        self._wanted = wanted
        self._stamps = stamps
        self._keyring = keyring
        pin, backups = wanted.fingerprint, wanted.backups
        self._keys = NewestKeys(config, wanted.certificate, fingerprint=pin, keyring=keyring, backups=backups)
        self._known: dict[object, Resealer] = {}
        self.notes: list[str] = []
        self._opener = None
        if keyring is not None:
            from sealwright.verify.keys.opened import Opener

            self._opener = Opener(keyring, wanted.workers)

    def for_path(self, path: str) -> Resealer:
        """The way for a file, by the cluster that it is for. Raises what finding its key or controller raises."""
        if self._keyring is not None and self._opener is not None:
            new, cluster = self._keys.for_path(path), self._cluster(path)
            identity = new.fingerprint, cluster
            if identity not in self._known:
                self._note(self._keyring, new)
                foreign = self._foreign(cluster)
                self._known[identity] = KeyResealer(
                    self._opener, new, self._stamps, foreign=foreign, proving=self._wanted.asking
                )
            return self._known[identity]
        where, pin = self._controller(path)
        if (where, pin) not in self._known:
            self._known[where, pin] = self._by_controller(where, pin, path)
        return self._known[where, pin]

    def _note(self, keyring: Keyring, new: SealingKey) -> None:
        """What is remarkable about the new key, for people."""
        if all(key.fingerprint != new.fingerprint for key in keyring.keys):
            words = f"The private key of {new.short} ({new.origin}) is not among the given ones"
            self.notes.append(
                f"{words}: what is under it already fails here, and new items cannot be opened to prove them."
            )
        elif keyring.newest is not None and self._wanted.backups == 1 and keyring.newest.fingerprint != new.fingerprint:
            words = f"The given keys have a newer one ({keyring.newest.short}) than {new.short} ({new.origin})"
            self.notes.append(f"{words}: is it the current certificate?")

    def _cluster(self, path: str) -> Cluster | None:
        """The cluster that a file is for: by the name that was given, or by its path."""
        return self._config.cluster(self._wanted.certificate) or cluster_for(path, self._config)

    def _foreign(self, own: Cluster | None) -> dict[str, str]:
        """The keys of the other clusters, with their names; none where it is not known which one is meant."""
        others = [cluster for cluster in self._config.clusters if own is not None and cluster.name != own.name]
        mine = set() if own is None else {own.fingerprint, *own.previous}
        return {
            key: cluster.name
            for cluster in others
            for key in (cluster.fingerprint, *cluster.previous)
            if key and key not in mine
        }

    def _controller(self, path: str) -> tuple[Controller, str]:
        """Where to ask for a file, and the fingerprint that its cluster's key must have ('' for any)."""
        cluster = cluster_for(path, self._config)
        if self._wanted.controller:
            named = self._config.cluster(self._wanted.controller)
            where = controller_named(self._wanted.controller, self._config)
            return where, self._wanted.fingerprint or (named.fingerprint if named else "")
        if cluster is None or cluster.controller is None:
            of_cluster = f"; cluster {cluster.name} has no `controller`" if cluster else ""
            raise UsageError(f"nothing to re-encrypt with{of_cluster}", place=path, hint=_NEITHER)
        return cluster.controller, self._wanted.fingerprint or cluster.fingerprint

    def _by_controller(self, where: Controller, pin: str, path: str) -> Resealer:
        from sealwright.verify.by_controller import ControllerExaminer

        client = controller_client(where, self._repository)
        new = self._current_key(client, pin, path)
        examiner = ControllerExaminer(client)
        asking, only_old = self._wanted.asking, self._wanted.only_old
        return ControllerResealer(client, new, self._stamps, examiner, asking=asking, only_old=only_old)

    def _current_key(self, client: ControllerClient, pin: str, path: str) -> SealingKey:
        """The key that the controller seals with now. Refuses one that is not pinned, or not the one that was named."""
        from sealwright.sealing.certificate import load_certificate
        from sealwright.sealing.sealing_key import of_certificate

        current = of_certificate(
            load_certificate(client.certificate(), source=client.place, fingerprint=pin), client.place
        )
        if self._wanted.certificate:
            named = self._keys.for_path(path)
            if named.fingerprint != current.fingerprint:
                message = f"the controller's key is {current.short} now, but {named.origin} is of key {named.short}"
                raise CertificateError(message, place=client.place, hint="get the current certificate, and pin it")
        return current
