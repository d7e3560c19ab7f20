"""XRF006: one Secret that the pods of several applications read, so that none of them can be given its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.policy.relations.index import index_of, meet
from sealwright.policy.relations.makers import Maker, makers
from sealwright.policy.relations.pods import secret_uses
from sealwright.policy.relations.values import text
from sealwright.policy.subject import Blame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.relations.pods import Pod
    from sealwright.policy.world import World

_APPLICATION = "app.kubernetes.io/part-of"
_MAKERS = frozenset({"Secret", "SealedSecret", "ExternalSecret"})


def check(world: World) -> Iterator[Blame]:
    """Every such Secret, at what makes it; an application is what pods call themselves a part of."""
    index = index_of(world)
    made = makers(index)
    used: dict[int, tuple[Maker, set[str]]] = {}
    for pod in index.pods:
        application = _application(pod)
        for use in secret_uses(pod) if application else ():
            for maker in made.get(use.name, ()) if not use.pull else ():
                if maker.subject.ref.kind in _MAKERS and meet(maker.namespaces, index.namespaces(pod.subject)):
                    used.setdefault(id(maker.subject), (maker, set()))[1].add(application)
    for maker, applications in used.values():
        if len(applications) > 1:
            yield Blame(maker.subject, (("metadata", "name"),), f"read by {', '.join(sorted(applications))}")


def _application(pod: Pod) -> str:
    return text(pod.labels, _APPLICATION) or text(pod.subject.value, "metadata", "labels", _APPLICATION)
