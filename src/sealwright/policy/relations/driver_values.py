"""CSI007: the values of the Secrets Store CSI driver's chart: no rotation, polling too often, copies nobody asked for.

Source: the chart's values.yaml (`enableSecretRotation: false`, `rotationPollInterval: 2m`,
`syncSecret.enabled: false`); the AWS provider's advice to poll once an hour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.patterns import Pattern
from sealwright.policy.relations.index import Index, index_of
from sealwright.policy.relations.releases import Release, releases
from sealwright.policy.relations.values import at, items, text
from sealwright.policy.subject import Blame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.subject import DocumentPath
    from sealwright.policy.world import World

CHART = "secrets-store-csi-driver"
_INTERVAL = Pattern(r"(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?\Z")
_LEAST = 3600


def check(world: World) -> Iterator[Blame]:
    """Every value that should be another."""
    index = index_of(world)
    for release in releases(index):
        if release.chart == CHART:
            yield from (Blame(release.subject, (path,), said) for path, said in _against(index, release))


def _against(index: Index, release: Release) -> Iterator[tuple[DocumentPath, str]]:
    values, path = release.values, release.values_path
    rotates = values.get("enableSecretRotation")
    if rotates is False or (rotates is None and release.known):
        yield (*path, "enableSecretRotation"), "enableSecretRotation is not on"
    elif rotates is True and 0 < _seconds(text(values, "rotationPollInterval")) < _LEAST:
        yield (*path, "rotationPollInterval"), "rotationPollInterval is below an hour"
    if at(values, "syncSecret", "enabled") is True and index.world.whole and index.has("SecretProviderClass"):
        classes = index.of_kind("SecretProviderClass")
        if not any(items(each.value, "spec", "secretObjects") for each in classes):
            yield (*path, "syncSecret", "enabled"), "syncSecret is on, and no SecretProviderClass asks for it"


def _seconds(interval: str) -> int:
    match = _INTERVAL.match(interval)
    hours, minutes, seconds = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    return hours * 3600 + minutes * 60 + seconds
