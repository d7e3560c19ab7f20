"""SUP004: a controller of secrets in a version that its project supports no more.

The oldest supported versions are a parameter, since they change with every release; what is newer than the table is
supported. Source: External Secrets, support policy (the newest minor, and a short time for the one before).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.policy.relations.images import repository_of, version_in, version_of
from sealwright.policy.relations.index import index_of
from sealwright.policy.relations.releases import releases
from sealwright.policy.relations.values import text
from sealwright.policy.subject import Blame

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sealwright.policy.world import World

PARAM = "oldestVersions"
DEFAULT: tuple[str, ...] = ("external-secrets/external-secrets=2.7",)
_CHART = "external-secrets"
"""A chart whose version is that of its program."""


def check(world: World) -> Iterator[Blame]:
    """Every container's image and every chart's version that is below the oldest one."""
    oldest = _table(world.params)
    index = index_of(world)
    for pod in index.pods:
        for path, container in pod.containers():
            image = text(container, "image")
            least, found = oldest.get(_short(repository_of(image))), version_of(image)
            if least and found and found < (version_in(least) or found):
                yield Blame(pod.subject, ((*path, "image"),), f"{found}; {least} is the oldest supported")
    least = oldest.get(f"{_CHART}/{_CHART}")
    for release in releases(index):
        found = version_in(release.version)
        if release.chart == _CHART and least and found and found < (version_in(least) or found):
            yield Blame(release.subject, (release.version_path,), f"{found}; {least} is the oldest supported")


def _table(params: Mapping[str, object]) -> dict[str, str]:
    """`name=version` by the last two parts of the image's name."""
    entries = params.get(PARAM, DEFAULT)
    pairs = (str(entry).partition("=") for entry in (entries if isinstance(entries, (list, tuple)) else ()))
    return {_short(name): version for name, _, version in pairs}


def _short(repository: str) -> str:
    return "/".join(repository.split("/")[-2:])
