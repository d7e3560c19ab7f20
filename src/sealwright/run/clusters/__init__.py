"""Which of the configured clusters a file's SealedSecrets are for, by its path. The one place that decides it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sealwright.manifest.globs import Globs

if TYPE_CHECKING:
    from sealwright.config import Cluster, Config


def cluster_for(path: str, config: Config) -> Cluster | None:
    """The cluster whose `paths` match the file's path (from the repository's root, with `/`), or None.

    The first in the order of the configuration wins, so that exceptions stand above what they are exceptions to.
    A cluster without `paths` is meant by its name only, unless it is the only one: then every file is for it.
    """
    if len(config.clusters) == 1 and not config.clusters[0].paths:
        return config.clusters[0]
    return next((cluster for cluster in config.clusters if _globs(cluster.paths).match(path)), None)


@cache
def _globs(paths: tuple[str, ...]) -> Globs:
    return Globs(paths)
