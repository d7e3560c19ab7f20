"""What a kustomization makes, and which files it names for it.

Source: kustomize, `api/types/kustomization.go`, `api/kv/kv.go` (literals, files, envs), `api/builtins`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import ResourceRef
from sealwright.manifest.documents import read_documents
from sealwright.manifest.neighbours import KUSTOMIZATIONS
from sealwright.manifest.nodes import Mapping, Scalar, Sequence, entries, lookup, mapping_at, resolve, text_of
from sealwright.manifest.resource import resources
from sealwright.manifest.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource

GENERATORS = {"secretGenerator": "Secret", "configMapGenerator": "ConfigMap"}
"""Fields of a kustomization, and what their entries make."""
PATCHES = frozenset({"patches", "patchesJson6902", "patchesJSON6902", "patchesStrategicMerge"})
"""Fields that hold patches, in kustomizations and in whatever hands them to kustomize."""
PLUGINS = frozenset({"generators", "transformers"})
"""Fields whose entries may be objects written as text."""
RESOURCES = frozenset({"resources", "bases"})
"""Fields whose entries are files of objects, or folders."""
_BUILTIN = {"SecretGenerator": "Secret", "ConfigMapGenerator": "ConfigMap"}
_KINDS = frozenset({"Kustomization", "Component"})
_GROUP = "kustomize.config.k8s.io/"


class Generator(NamedTuple):
    """An entry that makes one object: `node` holds literals, files and envs; `field` is '' for an object by itself."""

    makes: ResourceRef
    node: Mapping
    field: str = ""


def is_kustomization(resource: Resource) -> bool:
    """Whether kustomize reads the object as a kustomization or a component; the kind may be left out in both."""
    ref = resource.ref
    if ref.kind:
        return ref.kind in _KINDS and (not ref.api_version or ref.api_version.startswith(_GROUP))
    fields = (lookup(resource.node, field) for field in GENERATORS)
    return is_kustomization_name(resource.document.source.path) or any(
        value is not None and isinstance(resolve(value), Sequence) for value in fields
    )


def is_kustomization_name(path: str) -> bool:
    """Whether a file is a kustomization, or a template of one, by its name."""
    name = path.rsplit("/", 1)[-1]
    return any(name == known or name.startswith(f"{known}.") for known in KUSTOMIZATIONS)


def generators(resource: Resource) -> Iterator[Generator]:
    """Every generator of a kustomization, and an object that is one; each once, however many aliases show it."""
    kind = _BUILTIN.get(resource.ref.kind, "")
    if kind and resource.ref.api_version in {"builtin", ""}:
        yield Generator(resource.ref._replace(api_version="v1", kind=kind), resource.node)
    elif is_kustomization(resource):
        seen: set[int] = set()
        for field, _, value in entries(resource.node):
            if field in GENERATORS:
                for node in _mappings(value, seen):
                    yield Generator(_made(GENERATORS[field], node, resource.node), node, field)


def plugins(resource: Resource) -> Iterator[Scalar]:
    """The texts in a kustomization that are objects for kustomize itself: inline generators and transformers."""
    if is_kustomization(resource):
        for field, _, value in entries(resource.node):
            if field in PLUGINS:
                yield from (scalar for scalar in scalars(value) if is_inline(scalar.value))


def is_inline(text: str) -> bool:
    """Whether an entry that may be a path is the thing itself."""
    return "\n" in text.strip() or text.lstrip().startswith(("{", "["))


def scalars(value: Node | None) -> Iterator[Scalar]:
    """The scalar, or those of the list; each once."""
    if value is None:
        return
    target = resolve(value)
    items = target.items if isinstance(target, Sequence) else (target,)
    seen: set[int] = set()
    for item in items:
        scalar = resolve(item)
        if isinstance(scalar, Scalar) and id(scalar) not in seen:
            seen.add(id(scalar))
            yield scalar


def carries_patches(resource: Resource, keys: tuple[str, ...]) -> bool:
    """Whether the way of these keys leads to patches for kustomize: its own, those of Flux, those of Argo CD."""
    if PATCHES.isdisjoint(keys):
        return False
    kind = resource.ref.kind
    return kind in _KINDS or "kustomize" in keys or (not kind and is_kustomization_name(resource.document.source.path))


def is_operation(node: Mapping) -> bool:
    """Whether an object is one operation of a JSON patch (RFC 6902)."""
    return lookup(node, "op") is not None and text_of(lookup(node, "path")).startswith("/")


class NamedFile(NamedTuple):
    """A file that a kustomization names: for what (`files`, `envs`, `patch`), and the kind of object it goes to."""

    path: str
    use: str
    kind: str


def named_files(resource: Resource) -> Iterator[NamedFile]:
    """Every file that the generators and patches of a kustomization name, relative to its folder."""
    made = list(generators(resource))
    for text in plugins(resource):
        for document in read_documents(Source("", text.value)):
            made.extend(generator for inner in resources(document) for generator in generators(inner))
    for generator in made:
        for field, _, value in entries(generator.node):
            if field in {"files", "envs", "env"}:
                use = "files" if field == "files" else "envs"
                for scalar in scalars(value):
                    path = scalar.value.partition("=")[2] or scalar.value if use == "files" else scalar.value
                    yield NamedFile(path, use, generator.makes.kind)
    if is_kustomization(resource):
        yield from _patch_files(resource.node)


def applied_files(resource: Resource) -> Iterator[str]:
    """The paths that a kustomization names for objects and patches, some of them folders; relative to its own."""
    if is_kustomization(resource):
        for field, _, value in entries(resource.node):
            if field in PATCHES | PLUGINS | RESOURCES:
                paths = [scalar.value for scalar in scalars(value)]
                if field in PATCHES:
                    paths.extend(text_of(lookup(patch, "path")) for patch in _mappings(value, set()))
                yield from (path for path in paths if path and "://" not in path and not is_inline(path))


def _patch_files(kustomization: Mapping) -> Iterator[NamedFile]:
    for field, _, value in entries(kustomization):
        if field in PATCHES:
            for patch in _mappings(value, set()):
                kind, path = target_kind(patch), text_of(lookup(patch, "path"))
                if kind and path:
                    yield NamedFile(path, "patch", kind)


def target_kind(patch: Mapping) -> str:
    """The kind that an entry of `patches` is for; '' where it says none, or several by a regular expression."""
    target = mapping_at(patch, "target")
    kind = text_of(lookup(target, "kind")) if target else ""
    return kind if kind.isalnum() else ""


def _made(kind: str, node: Mapping, kustomization: Mapping) -> ResourceRef:
    namespace = text_of(lookup(node, "namespace")) or text_of(lookup(kustomization, "namespace"))
    return ResourceRef("v1", kind, namespace, text_of(lookup(node, "name")))


def _mappings(value: Node, seen: set[int]) -> Iterator[Mapping]:
    """The mapping, or those of the list, that were not seen before."""
    target = resolve(value)
    for item in target.items if isinstance(target, Sequence) else (target,):
        node = resolve(item)
        if isinstance(node, Mapping) and id(node) not in seen:
            seen.add(id(node))
            yield node
