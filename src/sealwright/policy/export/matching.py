"""The objects that a rule is about, in the words of admission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.policy.export.refusal import NotExportable
from sealwright.policy.export.resources import resources_of
from sealwright.policy.packs.model import expanded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_UNFORGETTABLE = ("status", "finalizers", "ownerReferences", "managedFields", "generation", "deletion")
"""A rule that looks at one of these must see updates that change nothing else."""

CHANGED = """\
oldObject == null ||
!object.all(key, key in ['metadata', 'status'] || (key in oldObject && object[key] == oldObject[key])) ||
!oldObject.all(key, key in ['metadata', 'status'] || key in object) ||
['labels', 'annotations'].exists(key, object.metadata[?key] != oldObject.metadata[?key])
"""
"""True for a new object, and for an update that changes more than the bookkeeping.

Controllers take finalizers away from objects that are done or deleted. Were that denied because the object broke a
rule before the rule was there, Jobs would not finish, and namespaces would not go away.
"""

_ROLES = frozenset({"ClusterRole", "Role"})
_ROLE = """\
dyn(object).kind in ['ClusterRole', 'Role'] && dyn(object).?rules.orValue([]) == null ?
  {'apiVersion': dyn(object.apiVersion), 'kind': dyn(object.kind), 'metadata': dyn(object.metadata),
   ?'aggregationRule': dyn(object).?aggregationRule} :
  dyn(object)
"""
"""A role without rules, as aggregated ones are, has `rules: null` for the API server and no rules in a manifest."""


def object_expression(kinds: tuple[str, ...]) -> str:
    """What `object` is for a rule on these kinds. `dyn`, since the type checker would take it for one of the kinds."""
    return _ROLE if any(kind.rpartition("/")[2] in _ROLES for kind in kinds) else "dyn(object)"


def match_constraints(kinds: tuple[str, ...], plurals: Mapping[str, str]) -> dict[str, Any]:
    """`matchConstraints` for `apiVersion/Kind` patterns. Raises NotExportable."""
    found: dict[tuple[str, str], set[str]] = {}
    for kind in expanded(kinds):
        group, version, name = _parts(kind)
        resources = resources_of(f"{group}/{name}", plurals)
        if not resources:
            where = group or "the core group"
            raise NotExportable(f"the plural of {name} in {where} is not known: --resource {group}/{name}=PLURAL")
        found.setdefault((group, version), set()).update(resources)
    return {
        "matchPolicy": "Equivalent",
        "resourceRules": [
            {
                "apiGroups": [group],
                "apiVersions": [version],
                "operations": ["CREATE", "UPDATE"],
                "resources": sorted(resources),
                "scope": "*",
            }
            for (group, version), resources in sorted(found.items())
        ],
    }


def match_conditions(expressions: Iterable[str]) -> list[dict[str, Any]]:
    """`matchConditions` for a rule that consists of these expressions."""
    if any(word in text for text in expressions for word in _UNFORGETTABLE):
        return []
    return [{"name": "changed", "expression": CHANGED}]


def _parts(kind: str) -> tuple[str, str, str]:
    """Group, version and name of an `apiVersion/Kind`; only a version may be `*`."""
    *rest, name = kind.split("/")
    group, version = ("", rest[0]) if len(rest) == 1 else (rest[0], rest[1])
    if "*" in group or "*" in name:
        raise NotExportable(f"a policy names its kinds, and {kind} does not")
    if "*" in version and version != "*":
        raise NotExportable(f"a policy names one version or all, and {kind} does neither")
    return group, version, name
