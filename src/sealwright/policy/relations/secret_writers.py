"""Namespaces in which a program may make Secrets itself: webhooks make their own certificates, operators passwords.

Source: rbac.authorization.k8s.io/v1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.policy.relations.values import items, text

if TYPE_CHECKING:
    from sealwright.policy.relations.index import Index
    from sealwright.policy.subject import Subject

_EVERYTHING = frozenset({"cluster-admin", "admin", "edit"})


class Writers:
    """Of one tree."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._named: set[str] = set()
        self._bindings: list[Subject] = []
        roles = {role.ref.name for role in index.of_kind("Role", "ClusterRole") if _may_create(role)} | _EVERYTHING
        for binding in index.of_kind("RoleBinding", "ClusterRoleBinding"):
            if text(binding.value, "roleRef", "name") in roles:
                self._add(binding)

    def _add(self, binding: Subject) -> None:
        """Kustomize sets the namespaces of service accounts in bindings, too, as Kubernetes wants them to be."""
        rendered = self._index.world.rendered
        outside = frozenset() if rendered else self._index.layout.namespaces(binding.path) - {""}
        for subject in items(binding.value, "subjects"):
            if text(subject, "kind") == "ServiceAccount":
                named = outside or {text(subject, "namespace") or binding.ref.namespace}
                self._named |= named - {""}
                if "" in named:
                    self._bindings.append(binding)

    def beside(self, subject: Subject) -> bool:
        """Whether a program that may make Secrets runs in the namespace of the object."""
        where = self._index.namespaces(subject)
        return not self._named.isdisjoint(where) or any(self._index.together(subject, each) for each in self._bindings)


def _may_create(role: Subject) -> bool:
    return any(_creates(rule) for rule in items(role.value, "rules"))


def _creates(rule: Any) -> bool:
    resources, verbs = items(rule, "resources"), items(rule, "verbs")
    return any(word in resources for word in ("secrets", "*")) and any(word in verbs for word in ("create", "*"))
