"""Private keys as evidence, cluster by cluster: a key of staging that opens an item of prod proves a mistake.

Whose a key is says the person (`--private-key prod=FILE`) or the configuration, by the fingerprints of its clusters. A
key of which neither says anything counts for every cluster.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealwright.errors import KeyFileError, UsageError
from sealwright.run.clusters import cluster_for
from sealwright.verify.keys.examiner import KeyExaminer
from sealwright.verify.keys.keyring import Keyring, read_keyring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.config import Cluster, Config
    from sealwright.finding import Problem
    from sealwright.sealing.stamps import Stamp


class KeyEvidence:
    """Chooses the examiner for a file. `given`: paths of key files, with the name of a cluster and `=` before some.

    `asked`: the cluster that every file is judged for; '' goes by their paths. Raises what `read_keyring` raises,
    UsageError for a cluster that is not configured, KeyFileError for a key that is pinned as another cluster's.
    """

    def __init__(
        self, given: Sequence[str], config: Config, *, asked: str = "", any_key: bool = False, workers: int = 1
    ) -> None:
        if asked and config.cluster(asked) is None:
            raise UsageError("--cluster names no cluster of the configuration", hint=_names_hint(config))
        self._config = config
        self._asked = asked
        self._any_key = any_key
        self._workers = workers
        self._given: dict[str, set[str]] = {}
        named = [_split(each, config) for each in given]
        rings = [(cluster, path, read_keyring([path], retired_suffice=True)) for cluster, path in named]
        for cluster, path, ring in rings:
            if cluster is not None:
                self._take(cluster, path, ring)
        self._keyring = _joined([ring for _, _, ring in rings], retired_suffice=any_key)
        self._examiners: dict[str, KeyExaminer] = {}

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with single entries of backups, for the report."""
        return self._keyring.problems

    @property
    def proved(self) -> list[Stamp]:
        """Stamps for what has opened so far, with a key in use of the cluster that it is for."""
        return [stamp for examiner in self._examiners.values() for stamp in examiner.proved]

    def by_path(self, path: str) -> KeyExaminer:
        """For a file of the cluster that is asked about, or of the one that its path belongs to, or of none."""
        cluster = None if self._asked else cluster_for(path, self._config)
        name = cluster.name if cluster is not None else self._asked
        if name not in self._examiners:
            names = self._names(name)
            self._examiners[name] = KeyExaminer(
                self._keyring, names=names, cluster=name, any_key=self._any_key, workers=self._workers
            )
        return self._examiners[name]

    def _take(self, cluster: Cluster, path: str, keyring: Keyring) -> None:
        for fingerprint in {key.fingerprint for key in (*keyring.keys, *(old.key for old in keyring.retired))}:
            others = [other.name for other in self._config.clusters if fingerprint in _pinned(other)]
            if others and cluster.name not in others:
                message = f"given for cluster {cluster.name}, but it holds the key of cluster {others[0]}"
                hint = "check which file is which, or list the key under clusters.*.previous-fingerprints of both"
                raise KeyFileError(message, place=path, hint=hint)
            self._given.setdefault(fingerprint, set()).add(cluster.name)

    def _names(self, own: str) -> dict[str, str]:
        """The cluster of each key by fingerprint; what several have is the asked one's if it is one of them."""
        owners = {fingerprint: set(clusters) for fingerprint, clusters in self._given.items()}
        for cluster in self._config.clusters:
            for fingerprint in _pinned(cluster):
                owners.setdefault(fingerprint, set()).add(cluster.name)
        return {fingerprint: own if own in names else min(names) for fingerprint, names in owners.items()}


def _split(given: str, config: Config) -> tuple[Cluster | None, str]:
    """The cluster that a key file is given for, and its path. A file whose name has a `=` is a file first."""
    name, equals, path = given.partition("=")
    if not equals or os.path.exists(given):
        return None, given
    cluster = config.cluster(name)
    if cluster is None and os.path.exists(path):
        raise UsageError("--private-key names no cluster of the configuration", hint=_names_hint(config))
    return (cluster, path) if cluster is not None else (None, given)


def _joined(rings: Sequence[Keyring], *, retired_suffice: bool) -> Keyring:
    """One keyring of all, each key once. Every file is read once only, since it may be a pipe.

    Raises KeyFileError where all keys are out of use, unless those do.
    """
    keys = {key.fingerprint: key for ring in rings for key in ring.keys}
    retired = {old.key.fingerprint: old for ring in rings for old in ring.retired if old.key.fingerprint not in keys}
    if retired and not keys and not retired_suffice:
        label = next(iter(retired.values())).label
        hint = "the controller uses keys without that label, or with the label `active`"
        raise KeyFileError(f"every key is out of use: labelled `{label}`", hint=hint)
    unread = tuple(entry for ring in rings for entry in ring.unread)
    return Keyring(tuple(keys.values()), tuple(retired.values()), unread=unread)


def _pinned(cluster: Cluster) -> frozenset[str]:
    return frozenset(filter(None, (cluster.fingerprint, *cluster.previous)))


def _names_hint(config: Config) -> str:
    names = ", ".join(cluster.name for cluster in config.clusters)
    return f"one of {names}" if names else "clusters are configured in .sealwright.yaml"
