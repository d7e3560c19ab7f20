"""All rules that are asked for: those that can be exported as objects, the others with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.policy.export.policies import Origin, exported
from sealwright.policy.export.refusal import NotExportable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sealwright.policy.export.policies import Exported, Target
    from sealwright.policy.packs.catalogue import Catalogue
    from sealwright.policy.packs.model import Pack, Rule


class LeftOut(NamedTuple):
    """A rule that is not exported, and why."""

    rule: str
    reason: str


class Export(NamedTuple):
    """Both in the order of the rules' ids."""

    exported: tuple[Exported, ...]
    left_out: tuple[LeftOut, ...]


def export(
    catalogue: Catalogue, packs: Sequence[str], named: Sequence[str], params: Mapping[str, Any], target: Target
) -> Export:
    """The rules of these packs, or only those that are `named` by their ids, which may be of any pack.

    A rule that is off by itself is exported only where it is named. Of several packs, the first that has a rule is
    where it comes from. Raises KeyError for names that the catalogue does not have.
    """
    chosen = [catalogue.packs[name] for name in packs]
    done: list[Exported] = []
    left: list[LeftOut] = []
    for name in sorted(set(named) or {name for pack in chosen for name in pack.rules}):
        rule, origin = _found(catalogue, name, chosen, params)
        try:
            if rule.noisy and not named:
                raise NotExportable(f"it is off unless --rule {name} asks for it: {rule.noisy}")
            done.append(exported(rule, origin, target))
        except NotExportable as reason:
            left.append(LeftOut(name, str(reason)))
    return Export(tuple(done), tuple(left))


def _found(catalogue: Catalogue, name: str, packs: list[Pack], params: Mapping[str, Any]) -> tuple[Rule, Origin]:
    """The rule with the severest of its severities, as at the commit, and where it comes from."""
    rule = catalogue.rule(name)
    having = [pack for pack in packs if name in pack.rules]
    if having:
        rule = rule._replace(severity=max(pack.rules[name] for pack in having))
    first = having[0] if having else None
    return rule, Origin(first.name if first else "", first.version if first else "", params, catalogue.variables)
