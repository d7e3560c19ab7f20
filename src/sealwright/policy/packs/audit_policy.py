"""AUD001: what an audit policy writes down of requests for Secrets.

The first rule that matches an event decides its level. So a rule with bodies is blamed if it comes before everything
that takes all requests for Secrets out of its way. Source: audit.k8s.io/v1 `Policy`, apiserver `pkg/audit/policy`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.policy.subject import Blame

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sealwright.policy.subject import Subject

_BODIES = frozenset({"Request", "RequestResponse"})
_NARROWING = ("users", "userGroups", "verbs", "namespaces", "nonResourceURLs")
"""With one of these, a rule does not match every request."""


def records_secret_bodies(subject: Subject, _: Mapping[str, Any]) -> Iterator[Blame]:
    """Each rule at a level with bodies that requests for Secrets reach."""
    rules = subject.value.get("rules")
    paths = []
    for index, rule in enumerate(rules if isinstance(rules, list) else ()):
        if not isinstance(rule, dict):
            continue
        if rule.get("level") in _BODIES and _reaches(rule):
            paths.append(("rules", index, "level"))
        if _takes_all(rule):
            break
    if paths:
        yield Blame(subject, tuple(paths))


def _reaches(rule: Mapping[str, Any]) -> bool:
    """Whether some request for a Secret may match."""
    if rule.get("nonResourceURLs"):
        return False
    groups = rule.get("resources")
    return not groups or any(_secrets(group) for group in groups if isinstance(group, dict))


def _secrets(group: Mapping[str, Any]) -> bool:
    """An empty list of resources is all of the group's."""
    names = group.get("resources") or ()
    return not group.get("group") and (not names or any(name in {"secrets", "*"} for name in names))


def _takes_all(rule: Mapping[str, Any]) -> bool:
    """Whether every request for a Secret matches, so that no later rule sees one."""
    if any(rule.get(name) for name in _NARROWING):
        return False
    groups = rule.get("resources")
    return not groups or any(
        _secrets(group) and not group.get("resourceNames") for group in groups if isinstance(group, dict)
    )
