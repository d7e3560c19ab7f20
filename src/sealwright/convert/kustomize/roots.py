"""Which kustomizations a file goes through on its way to a cluster, and what they make of names and namespaces.

A model of what kustomize accumulates: of each root its resources with all below them, its generators, its components,
which change everything that is there already, then its own changes. Nothing is rendered.
Source: kustomize 5.5, `api/internal/target/kusttarget.go`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.kustomize.paths import folder_of, path_from
from sealwright.errors import ConvertError
from sealwright.manifest.kustomization import is_inline, scalars
from sealwright.manifest.neighbours import KUSTOMIZATIONS
from sealwright.manifest.nodes import Mapping, Sequence, entries, lookup, mapping_at, resolve, text_of
from sealwright.manifest.resource import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.manifest.resource import Resource

_RESOURCES = ("resources", "bases")
_COMPONENTS = "components"
_MOST_STEPS = 200_000
_DEEPEST = 100


class Effect(NamedTuple):
    """What one root makes of a file on one way: `way` are the kustomizations that change it, in their order.

    `namespace` is '' where none sets one. `transformers`: one of them runs plug-ins, which may change anything.
    """

    root: str
    way: tuple[str, ...] = ()
    namespace: str = ""
    prefix: str = ""
    suffix: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()
    transformers: bool = False

    def name(self, name: str) -> str:
        """The name that an object gets, a suffix made of its content left out."""
        return f"{self.prefix}{name}{self.suffix}"


class Roots:
    """The kustomizations of a repository; paths count from one folder for all, with `/`."""

    def __init__(self, kustomizations: Iterable[Resource]) -> None:
        self._by_folder: dict[str, Resource] = {}
        for resource in kustomizations:
            path = resource.document.source.path
            known = self._by_folder.setdefault(folder_of(path), resource)
            if _rank(path) < _rank(known.document.source.path):
                self._by_folder[folder_of(path)] = resource
        self.by_path = {resource.document.source.path: resource for resource in self._by_folder.values()}
        self._effects: dict[str, dict[Effect, None]] | None = None
        self._steps = 0

    def effects(self, path: str) -> tuple[Effect, ...]:
        """What becomes of the objects in a file, or of those that a kustomization of this path generates.

        Nothing where no root reaches it. Raises ConvertError for kustomizations that hang together in too many ways.
        """
        if self._effects is None:
            self._effects = {}
            for root in self.roots():
                for place, effect in self._accumulated(root, [], ()):
                    self._effects.setdefault(place, {})[effect._replace(root=root.document.source.path)] = None
        return tuple(self._effects.get(path, ()))

    def effective_namespaces(self, path: str, own: str = "") -> set[str]:
        """The namespaces in which an object of the file that says `own` ends up; '' is the cluster's choice."""
        return {effect.namespace or own for effect in self.effects(path)} or {own}

    def effective_names(self, path: str, name: str) -> set[str]:
        """The names that an object of the file gets."""
        return {effect.name(name) for effect in self.effects(path)} or {name}

    def roots(self) -> list[Resource]:
        """Those that no other one uses, and that are no components."""
        used = {
            id(other)
            for resource in self._by_folder.values()
            for field in (*_RESOURCES, _COMPONENTS)
            for _, other in self._named(resource, field)
            if other is not None and other is not resource
        }
        every = (resource for resource in self._by_folder.values() if resource.ref.kind != "Component")
        return [resource for resource in every if id(resource) not in used]

    def _accumulated(
        self, resource: Resource, there: list[tuple[str, Effect]], above: tuple[int, ...]
    ) -> list[tuple[str, Effect]]:
        """What is there, then what the kustomization adds, all of it changed by it."""
        if id(resource) in above:
            return there  # kustomize refuses a circle
        above = (*above, id(resource))
        path = resource.document.source.path
        self._steps += 1
        if self._steps > _MOST_STEPS or len(above) > _DEEPEST:
            hint = "convert a part of the repository at a time"
            raise ConvertError("kustomizations hang together in too many ways", hint=hint, place=path)
        for field in _RESOURCES:
            for place, other in self._named(resource, field):
                there += self._accumulated(other, [], above) if other is not None else [(place, Effect(""))]
        there.append((path, Effect("")))
        for _, other in self._named(resource, _COMPONENTS):
            there = self._accumulated(other, there, above) if other is not None else there
        self._steps += len(there)
        change = _change(resource)
        return [(place, _changed(effect, change, path)) for place, effect in there]

    def _named(self, resource: Resource, field: str) -> Iterator[tuple[str, Resource | None]]:
        """(path, kustomization) of what a field names; None for a file."""
        value = lookup(resource.node, field)
        for scalar in scalars(value):
            path = "" if is_inline(scalar.value) else path_from(resource, scalar.value)
            if path:
                yield path, self._by_folder.get(path)


def _rank(path: str) -> int:
    name = path.rsplit("/", 1)[-1]
    return KUSTOMIZATIONS.index(name) if name in KUSTOMIZATIONS else len(KUSTOMIZATIONS)


def _change(resource: Resource) -> Effect:
    """What one kustomization does to everything in it."""
    node = resource.node
    namespace, prefix, suffix = (text_of(lookup(node, field)) for field in ("namespace", "namePrefix", "nameSuffix"))
    labels = dict(texts_of(mapping_at(node, "commonLabels")))
    listed = lookup(node, "labels")
    target = resolve(listed) if listed is not None else None
    for item in target.items if isinstance(target, Sequence) else ():
        entry = resolve(item)
        labels |= texts_of(mapping_at(entry, "pairs")) if isinstance(entry, Mapping) else {}
    annotations = texts_of(mapping_at(node, "commonAnnotations"))
    plugins = any(name == "transformers" for name, _, _ in entries(node))
    return Effect(
        "", (), namespace, prefix, suffix, tuple(labels.items()), tuple(annotations.items()), transformers=plugins
    )


def _changed(effect: Effect, change: Effect, path: str) -> Effect:
    return Effect(
        effect.root,
        (*effect.way, path),
        change.namespace or effect.namespace,
        change.prefix + effect.prefix,
        effect.suffix + change.suffix,
        tuple((dict(effect.labels) | dict(change.labels)).items()),
        tuple((dict(effect.annotations) | dict(change.annotations)).items()),
        effect.transformers or change.transformers,
    )
