"""Which cluster a path is for."""

from __future__ import annotations

import pytest

from sealwright.config import Cluster, Config
from sealwright.run.clusters import cluster_for

SPECIAL = Cluster("special", paths=("clusters/prod/special/**", "one.yaml"))
PROD = Cluster("prod", paths=("clusters/prod/**",))
NAMELESS = Cluster("by-name-only")
CONFIG = Config(clusters=(SPECIAL, PROD, NAMELESS))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("other/a.yaml", None),
        ("<stdin>", None),
        ("clusters/production/a.yaml", None),
        ("clusters/prod/a.yaml", "prod"),
        ("clusters/prod/special/a.yaml", "special"),
        ("deep/down/one.yaml", "special"),
    ],
)
def test_the_first_that_matches(path: str, name: str | None) -> None:
    cluster = cluster_for(path, CONFIG)
    assert (cluster.name if cluster else None) == name


def test_the_only_cluster_needs_no_paths() -> None:
    assert cluster_for("any.yaml", Config(clusters=(NAMELESS,))) == NAMELESS
    assert cluster_for("any.yaml", Config(clusters=(PROD,))) is None
    assert cluster_for("any.yaml", Config()) is None
