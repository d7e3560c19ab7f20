"""The objects of a build, and in which of them two builds differ without a plan for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from sealwright.manifest.documents import read_documents
from sealwright.manifest.resource import resources
from sealwright.manifest.scalars import to_plain
from sealwright.manifest.source import decode
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sealwright.finding import ResourceRef
    from sealwright.manifest.scalars import Plain
    from sealwright.run.convert.plan import Plan

_SECRET = "Secret"  # noqa: S105 - a kind
_MADE = frozenset({"ExternalSecret", "SecretProviderClass", "SealedSecret"})
_HASH = Pattern(r"(.+)-[bcdfghkmt2456789]{10}")
"""A name, and the suffix that kustomize makes of the content. Source: api/hasher/hasher.go."""
Built: TypeAlias = "Mapping[ResourceRef, Plain]"


def built_objects(output: bytes) -> Built:
    """Every object of a build, by who it is. Values are in it: it is for comparing only."""
    found: dict[ResourceRef, Plain] = {}
    for document in read_documents(decode("", output)):
        for resource in resources(document):
            found[resource.ref] = to_plain(resource.node)
    return found


def unplanned(before: Built, after: Built, plan: Plan) -> Iterator[str]:
    """The objects that are gone, new or other ones without being part of the plan, as people call them."""
    moved = {move.facts.name for move in plan.moves}
    users = {(consumer.ref.kind, consumer.ref.name) for consumer in plan.consumers}
    renamed: dict[str, str] = {}
    for ref in before.keys() - after.keys():
        name = _maker(ref, after) if ref.kind == _SECRET and any(_is_named(ref.name, one) for one in moved) else ""
        if name:
            renamed[ref.name] = name
        else:
            yield f"{ref} is gone"
    for ref in after.keys() - before.keys():
        if ref.kind not in _MADE or not any(_is_named(ref.name, name) for name in moved):
            yield f"{ref} is new"
    for ref in before.keys() & after.keys():
        old = _with_names(before[ref], renamed)
        planned = any(kind == ref.kind and _is_named(ref.name, name) for kind, name in users)
        kept = ref.kind == _SECRET and _but_for_annotations(old) == _but_for_annotations(after[ref])
        if not (old == after[ref] or planned or (kept and any(_is_named(ref.name, name) for name in moved))):
            yield f"{ref} is not what it was"


def _maker(gone: ResourceRef, after: Built) -> str:
    """The name of the Secret that something makes in the place of one, or by which pods get its values; '' for none."""
    match = _HASH.fullmatch(gone.name)
    names = {gone.name, match[1] if match else gone.name}
    made = (
        _target(ref, plain) for ref, plain in after.items() if ref.kind in _MADE and ref.namespace == gone.namespace
    )
    return next((name for name in made if name in names), "")


def _target(ref: ResourceRef, plain: Plain) -> str:
    """The name of the Secret that an object makes."""
    spec = plain.get("spec") if isinstance(plain, dict) else None
    target = spec.get("target") if isinstance(spec, dict) and ref.kind == "ExternalSecret" else None
    name = target.get("name") if isinstance(target, dict) else None
    return name if isinstance(name, str) else ref.name


def _is_named(name: str, own: str) -> bool:
    """Whether kustomize may have made the name from an object's own."""
    return own in name


def _with_names(plain: Plain, renamed: Mapping[str, str]) -> Plain:
    """The object with the names of Secrets as they are afterwards."""
    if isinstance(plain, str):
        return renamed.get(plain, plain)
    if isinstance(plain, list):
        return [_with_names(item, renamed) for item in plain]
    if isinstance(plain, dict):
        return {key: _with_names(value, renamed) for key, value in plain.items()}
    return plain


def _but_for_annotations(plain: Plain) -> Plain:
    if not isinstance(plain, dict):
        return plain
    metadata = plain.get("metadata")
    rest = {key: value for key, value in metadata.items() if key != "annotations"} if isinstance(metadata, dict) else {}
    return {**plain, "metadata": rest}
