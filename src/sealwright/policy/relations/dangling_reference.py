"""XRF001: a pod names a Secret that nothing makes.

Only where the tree is whole, and something in it makes Secrets at all: in a repository without any, they come from
elsewhere. Whatever may have made the Secret unseen leaves the question open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.policy.relations.index import Index, index_of, meet
from sealwright.policy.relations.makers import Maker, makers
from sealwright.policy.relations.mentions import Mentions
from sealwright.policy.relations.pods import secret_uses
from sealwright.policy.relations.secret_writers import Writers
from sealwright.policy.relations.values import is_name, items, mapping, text
from sealwright.policy.subject import Blame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.subject import DocumentPath, Subject
    from sealwright.policy.world import World

_COPIED = ("reflector.v1.k8s.emberstack.com/", "replicator.v1.mittwald.de/", "kubed.appscode.com/", "kyverno.io/")


class _Reference(NamedTuple):
    subject: Subject
    path: DocumentPath
    name: str


def check(world: World) -> Iterator[Blame]:
    """Every reference that leads nowhere, at the name."""
    index = index_of(world)
    if not index.complete:
        return
    made = makers(index)
    suspects = [each for each in _references(index) if not _is_made(index, each, made)] if made else []
    suspects = [each for each in suspects if index.is_applied(each.subject)]
    if not suspects or _copies_unseen(index) or _hides_files(world):
        return
    writers = Writers(index)
    suspects = [each for each in suspects if not writers.beside(each.subject)]
    mentions = Mentions(index)
    suspects = [each for each in suspects if not mentions.known(each.name)]
    written = mentions.written({each.name for each in suspects})
    for each in suspects:
        if each.name not in written:
            elsewhere = "; one in another namespace has that name" if each.name in made else ""
            yield Blame(each.subject, (each.path,), f"nothing in this tree makes Secret {each.name}{elsewhere}")


def _references(index: Index) -> Iterator[_Reference]:
    for pod in index.pods:
        for use in secret_uses(pod):
            if not use.optional and is_name(use.name):
                yield _Reference(pod.subject, use.path, use.name)
    for account in index.of_kind("ServiceAccount"):
        for number, pull in enumerate(items(account.value, "imagePullSecrets")):
            if is_name(name := text(pull, "name")):
                yield _Reference(account, ("imagePullSecrets", number, "name"), name)


def _is_made(index: Index, reference: _Reference, made: dict[str, list[Maker]]) -> bool:
    subject, name = reference.subject, reference.name
    where = index.namespaces(subject)
    layout = index.layout
    names = {name, *(name.removeprefix(each) for each in layout.prefixes)}
    names |= {each.removesuffix(suffix) for each in names for suffix in layout.suffixes}
    if any(
        meet(where, maker.namespaces) or _is_copied(maker.subject) for each in names for maker in made.get(each, ())
    ):
        return True
    return index.has_unseen(subject)


def _is_copied(maker: Subject) -> bool:
    """Whether the Secret asks a controller to copy it to other namespaces."""
    annotations = [
        mapping(maker.value, "metadata", "annotations"),
        mapping(maker.value, "spec", "target", "template", "metadata", "annotations"),
        mapping(maker.value, "spec", "template", "metadata", "annotations"),
        mapping(maker.value, "spec", "secretTemplate", "annotations"),
    ]
    return any(name.startswith(_COPIED) for each in annotations for name in each)


def _copies_unseen(index: Index) -> bool:
    """Whether a policy makes Secrets whose names cannot be told."""
    for policy in index.of_kind("ClusterPolicy", "Policy"):
        for rule in items(policy.value, "spec", "rules"):
            made = mapping(rule, "generate")
            if made and (made.get("cloneList") or (text(made, "kind") == "Secret" and "{{" in text(made, "name"))):
                return True
    return False


def _hides_files(world: World) -> bool:
    """Whether git keeps files of the tree encrypted as a whole, so that Secrets in them are not to be seen."""
    return any(
        path.rpartition("/")[2] == ".gitattributes" and "crypt" in world.read(path)  # git-crypt, transcrypt
        for path in world.files
    )
