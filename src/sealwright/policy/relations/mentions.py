"""Every other sign that a name means something: operators' objects, arguments of programs, scripts, documentation.

What makes a Secret is often not to be seen: an operator names it after its own object, a chart after its release, a
person makes it by hand as the README says. A name that any of these may mean is unknown, not wrong.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sealwright.policy.relations.pods import pod_of
from sealwright.policy.relations.values import is_name, items, strings, text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sealwright.policy.relations.index import Index
    from sealwright.policy.subject import Subject

_BUILT_IN = frozenset(
    {"v1", "apps", "batch", "autoscaling", "policy", "extensions", "rbac.authorization.k8s.io", "networking.k8s.io"}
)
_NO_MAKERS = (
    "external-secrets.io",
    "bitnami.com",
    "source.toolkit.fluxcd.io",
    "kustomize.toolkit.fluxcd.io",
    "image.toolkit.fluxcd.io",
    "notification.toolkit.fluxcd.io",
    "kustomize.config.k8s.io",
    "gateway.networking.k8s.io",
    "networking.istio.io",
    "security.istio.io",
    "cilium.io",
    "keda.sh",
    "apiextensions.k8s.io",
)
"""Groups whose objects make no Secret, or only those that they name."""
_NO_MAKER_KINDS = frozenset(
    {"ServiceMonitor", "PodMonitor", "PrometheusRule", "Probe", "Rollout", "AnalysisTemplate", "IngressRoute"}
    | {"Middleware", "VerticalPodAutoscaler", "GrafanaDashboard"}
)
_SMALL = 1_000_000
"""Characters of a file that is searched."""
_BINARY = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".ico", ".zip", ".gz", ".tgz", ".jar", ".pdf", ".woff2", ".lock")
_WORD = r"(?<![-a-z0-9.])(?:{})(?![-a-z0-9]|\.[a-z0-9])"


class Mentions:
    """Of one tree."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._words: dict[str, set[int]] = {}
        self._owners: set[str] = set()
        self._texts: list[str] = []
        for subject in index.world.subjects:
            for word in _spoken(subject):
                if is_name(word):
                    self._words.setdefault(word, set()).add(id(subject))
                else:
                    self._texts.append(word)
            if _may_make(subject):
                self._owners |= {subject.ref.name, text(subject.value, "spec", "releaseName")} - {""}

    def known(self, name: str) -> bool:
        """Whether an object says the name, or may have made the Secret under a name of its own."""
        parts = re.split(r"[-.]", name)
        begins = ("-".join(parts[:end]) for end in range(1, len(parts) + 1))
        return name in self._words or any(part in self._owners for part in (*begins, *name.split(".")))

    def says(self, name: str, own: Subject) -> bool:
        """Whether an object other than `own` says the name."""
        return bool(self._words.get(name, set()) - {id(own)})

    def written(self, names: Collection[str]) -> set[str]:
        """Those of the names that stand in a text: a script, a page, a template, values of a chart."""
        if not names:
            return set()
        pattern = re.compile(_WORD.format("|".join(re.escape(name) for name in sorted(names, reverse=True))))
        return {match.group() for content in self._contents() for match in pattern.finditer(content)}

    def _contents(self) -> Iterable[str]:
        yield from self._texts
        world = self._index.world
        known = {subject.path for subject in world.subjects if subject.family == "kubernetes"}
        for path in world.files if world.whole else ():
            if path not in known and not path.lower().endswith(_BINARY):
                content = world.read(path)
                if len(content) <= _SMALL:
                    yield content


def _may_make(subject: Subject) -> bool:
    group = subject.ref.api_version.partition("/")[0]
    silent = group in _BUILT_IN or group in _NO_MAKERS or subject.ref.kind in _NO_MAKER_KINDS
    return not silent and subject.family == "kubernetes"


def _spoken(subject: Subject) -> Iterator[str]:
    """What an object says that may be the name of a Secret that somebody makes; not what it only asks for."""
    group, kind, value = subject.ref.api_version.partition("/")[0], subject.ref.kind, subject.value
    pod = pod_of(subject)
    if pod is not None:
        for _, container in pod.containers():
            said: list[Any] = [container.get("args"), container.get("command")]
            yield from (word for _, word in strings(said))
            yield from (text(entry, "value") for entry in items(container, "env"))
    elif kind in {"Role", "ClusterRole"}:
        yield from (word for _, word in strings(value.get("rules")))
    elif kind == "ConfigMap":
        yield from (word for _, word in strings(value.get("data")))
    elif kind == "Secret":
        yield from (word for _, word in strings(value.get("metadata")) if word != subject.ref.name)
    elif group not in _BUILT_IN:
        yield from (word for path, word in strings(value) if path[:1] != ("metadata",))
        yield from (word for _, word in strings(value.get("metadata")) if word != subject.ref.name)
