"""Rules of a run that had nothing to be about: that they found nothing says nothing, and evidence has to say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.policy.packs.model import is_about
from sealwright.policy.relations.registry import may_find

if TYPE_CHECKING:
    from sealwright.policy.packs.model import Rule, Rules
    from sealwright.policy.world import World

_FILES = {
    "file/Workflow": (".github/workflows/",),
    "file/Values": ("values",),
    "file/SealingCertificate": (".pem", ".crt", ".cert"),
    "file/SopsConfiguration": (".sops.yaml",),
}
"""Parts of the paths of what is no object, by what `Rule.kinds` call it."""


def silent(rules: Rules, world: World) -> frozenset[str]:
    """Ids of the rules for which there was no object and no file."""
    kinds = {(subject.ref.api_version, subject.ref.kind, subject.family) for subject in world.subjects}
    spoken = {rule.id for kind in kinds for rule in rules.about(*kind)}
    spoken |= {rule.id for rule in rules.world if _has_something(rule, world, kinds)}
    return frozenset(rule.id for rule in rules.rules if rule.id not in spoken)


def _has_something(rule: Rule, world: World, kinds: set[tuple[str, str, str]]) -> bool:
    if not may_find(rule.id, world):
        return False
    return any(is_about(rule, *kind) for kind in kinds) or any(_is_there(kind, world) for kind in rule.kinds)


def _is_there(kind: str, world: World) -> bool:
    return kind in _FILES and any(part in path for part in _FILES[kind] for path in world.files)
