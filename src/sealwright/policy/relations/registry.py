"""Which function checks which rule over several objects: names only, so that a run loads what its rules need."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sealwright.policy.world import World

CHECKS: dict[str, str] = {
    "CSI007": "sealwright.policy.relations.driver_values:check",
    "ESO023": "sealwright.policy.relations.operator_values:check",
    "MRG001": "sealwright.policy.relations.region_waves:check",
    "NET002": "sealwright.policy.relations.network_isolation:check",
    "NET003": "sealwright.policy.relations.vpc_endpoints:check",
    "PIP001": "sealwright.policy.relations.workflow_credentials:check",
    "PIP002": "sealwright.policy.relations.workflow_order:check",
    "SLS007": "sealwright.policy.relations.sealed_age:check",
    "SLS008": "sealwright.policy.relations.sealing_certificate:check",
    "SOP001": "sealwright.policy.relations.sops_rules:check",
    "SUP004": "sealwright.policy.relations.controller_version:check",
    "XRF001": "sealwright.policy.relations.dangling_reference:check",
    "XRF002": "sealwright.policy.relations.unused_secret:check",
    "XRF003": "sealwright.policy.relations.store_reference:check",
    "XRF004": "sealwright.policy.relations.store_identity:check",
    "XRF005": "sealwright.policy.relations.reload:check",
    "XRF006": "sealwright.policy.relations.shared_secret:check",
    "XRF007": "sealwright.policy.relations.cluster_encryption:check",
    "XRF008": "sealwright.policy.relations.environments:check",
}
"""Each is `check(world: World) -> Iterator[Blame]`."""
_WHOLE = frozenset({"NET002", "NET003", "XRF001", "XRF003", "XRF004", "XRF005"})
"""Rules that say nothing unless the tree is complete."""
_CHANGES = frozenset({"MRG001"})
"""Rules over a change."""
_FILES = {"PIP001": ".github/workflows/", "PIP002": ".github/workflows/"}
"""Rules over files of one folder."""
_KINDS = {"SLS007": "SealedSecret", "XRF003": "ExternalSecret", "XRF008": "ExternalSecret"}
"""Rules that blame objects of one kind."""


def may_find(rule: str, world: World) -> bool:
    """Whether a rule's check, which takes time to load, could find anything; tests hold it with the checks."""
    if rule in _WHOLE and not (world.whole or world.rendered):
        return False
    if rule in _CHANGES and not world.touched:
        return False
    if rule in _FILES and not any(path.startswith(_FILES[rule]) for path in world.files):
        return False
    return rule not in _KINDS or any(subject.ref.kind == _KINDS[rule] for subject in world.subjects)
