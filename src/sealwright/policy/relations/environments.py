"""XRF008: production and another environment read one remote secret through one store.

An environment is what folders and namespaces call it. Stores of one name in several clusters may lead to several
accounts, so that two keys are one only where the store is one, or all of that name say the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.patterns import Pattern
from sealwright.policy.relations.index import Index, index_of
from sealwright.policy.relations.stores import CLUSTER, NAMESPACED, is_external, remote_keys, store_refs
from sealwright.policy.relations.values import is_name, mapping
from sealwright.policy.subject import Blame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.subject import DocumentPath, Subject
    from sealwright.policy.world import World

_WORD = Pattern(r"[a-z]+")
_PRODUCTION = frozenset({"prod", "production", "prd", "live"})
_OTHER = frozenset(
    {"dev", "development", "test", "testing", "qa", "uat", "stage", "staging", "stg", "preprod", "nonprod", "sandbox"}
    | {"preview", "integration", "int"}
)
_NOT = frozenset({"non", "pre", "not"})


class _Read(NamedTuple):
    subject: Subject
    path: DocumentPath
    environment: str


def check(world: World) -> Iterator[Blame]:
    """Every key that is read on both sides, at the place outside of production."""
    index = index_of(world)
    stores = _stores(index)
    reads: dict[tuple[str, str], list[_Read]] = {}
    for subject in filter(is_external, index.of_kind("ExternalSecret")):
        environment = environment_of(index, subject)
        refs = {(ref.kind, ref.name) for ref in store_refs(subject)} if environment else set()
        if len(refs) != 1:
            continue
        store = stores.get(refs.pop())
        for path, key in remote_keys(subject) if store else ():
            reads.setdefault((str(store), key), []).append(_Read(subject, path, environment))
    for found in reads.values():
        production = next((read for read in found if read.environment in _PRODUCTION), None)
        for read in found if production else ():
            if read.environment in _OTHER and production is not None:
                yield Blame(read.subject, (read.path,), f"also read by {production.subject.ref} of production")


def environment_of(index: Index, subject: Subject) -> str:
    """The environment that an object is for, by its namespace or else by the innermost folder that names one."""
    names = sorted(index.namespaces(subject) - {""})
    folders = subject.path.split("/")[:-1]
    for place in (names[0] if len(names) == 1 else "", *reversed(folders)):
        words = _WORD.findall(place.lower())
        found = {word for word in words if word in _PRODUCTION or word in _OTHER}
        if found & _PRODUCTION and _NOT & set(words):
            return "nonprod"
        if len(found) == 1:
            return found.pop()
        if found:
            return ""
    return ""


def _stores(index: Index) -> dict[tuple[str, str], str]:
    """What identifies each store; those of which several say different things are left out."""
    found: dict[tuple[str, str], set[str]] = {}
    for store in filter(is_external, index.of_kind(NAMESPACED, CLUSTER)):
        said = repr(mapping(store.value, "spec", "provider"))
        if is_name(store.ref.name) and "$" not in said:
            found.setdefault((store.ref.kind, store.ref.name), set()).add(said)
    return {name: f"{name} {said.copy().pop()}" for name, said in found.items() if len(said) == 1}
