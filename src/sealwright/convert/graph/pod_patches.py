"""Patches of kustomizations that reach into pods, and whether one of them meets what a use of a Secret stands in.

Where a volume becomes another one, or a reference gets another name, a patch made for the old one would no longer
apply, or would put the two together. Errs towards yes. Source: kustomize 5.5, RFC 6902, core/v1 (merge keys of lists).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.graph.step import pointer_of
from sealwright.convert.graph.use import How
from sealwright.manifest.documents import read_documents
from sealwright.manifest.kustomization import PATCHES, is_inline, is_kustomization
from sealwright.manifest.nodes import Mapping, Scalar, Sequence, entries, lookup, mapping_at, resolve, text_of, walk
from sealwright.manifest.resource import reference
from sealwright.manifest.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.convert.graph.use import Use
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource

_CONTAINERS = frozenset({"containers", "initContainers"})
_LISTS = _CONTAINERS | {"volumes"}
_ABOVE = (("spec", "template", "spec"), ("spec", "jobTemplate", "spec", "template", "spec"))
_WHO = frozenset({"runAsUser", "runAsNonRoot", "runAsGroup", "fsGroup"})


class PodPatch(NamedTuple):
    """An entry of `resource`, a kustomization: `bodies` are what it applies, `path` the file that it names instead.

    `kind` and `name` are the expressions of its target, '' for any.
    """

    resource: Resource
    item: Node
    bodies: tuple[Node, ...] = ()
    path: str = ""
    kind: str = ""
    name: str = ""
    has_target: bool = False

    @property
    def place(self) -> str:
        """path:line of the entry."""
        source = self.resource.document.source
        return f"{source.path}:{source.position(self.item.start).line}"


def pod_patches_in(resource: Resource) -> Iterator[PodPatch]:
    """Every patch and replacement of a kustomization, or of a Kustomization of Flux."""
    ref = resource.ref
    is_flux = ref.kind == "Kustomization" and ref.api_version.startswith("kustomize.toolkit.fluxcd.io/")
    holder = mapping_at(resource.node, "spec") if is_flux else resource.node
    if holder is None or not (is_flux or is_kustomization(resource)):
        return
    for field, _, value in entries(holder):
        target = resolve(value)
        for item in target.items if isinstance(target, Sequence) else ():
            if field in PATCHES:
                yield _patch(resource, resolve(item))
            elif field == "replacements":
                yield from _replaced(resource, resolve(item))


def meets(patch: PodPatch, bodies: tuple[Node, ...], use: Use) -> bool:
    """Whether the patch with these bodies changes the part of the pod that the use stands in."""
    ref = use.consumer.ref
    if patch.has_target and not (_fits(patch.kind, ref.kind) and _fits(patch.name, ref.name)):
        return False
    for body in bodies:
        if isinstance(body, Sequence):
            if any(_operation(resolve(item), use) for item in body.items):
                return True
        elif isinstance(body, Mapping) and pointer_of(body):
            if _operation(body, use):
                return True
        elif isinstance(body, Mapping) and lookup(body, "fieldPaths") is not None:
            if _is_field(body):
                return True
        elif isinstance(body, Mapping) and (patch.has_target or _is_about(body, use)) and _merged(body, use):
            return True
    return False


def _patch(resource: Resource, item: Node) -> PodPatch:
    target = mapping_at(item, "target") if isinstance(item, Mapping) else None
    kind, name = (text_of(lookup(target, field)) if target is not None else "" for field in ("kind", "name"))
    found = PodPatch(resource, item, (), "", kind, name, target is not None)
    written = lookup(item, "patch") if isinstance(item, Mapping) else None
    body = resolve(written) if written is not None else item
    if written is not None and not isinstance(body, Scalar):
        return found._replace(bodies=(body,))  # as Flux takes it, too
    text = text_of(lookup(item, "path")) if isinstance(item, Mapping) and written is None else text_of(body)
    if written is None and not is_inline(text):
        return found._replace(path=text)
    roots = (document.root for document in read_documents(Source("", text)))
    return found._replace(bodies=tuple(resolve(root) for root in roots if root is not None))


def _replaced(resource: Resource, item: Node) -> Iterator[PodPatch]:
    written = lookup(item, "targets") if isinstance(item, Mapping) else None
    targets = resolve(written) if written is not None else None
    for one in targets.items if isinstance(targets, Sequence) else ():
        target = resolve(one)
        if isinstance(target, Mapping):
            select = mapping_at(target, "select")
            kind, name = (text_of(lookup(select, field)) if select else "" for field in ("kind", "name"))
            yield PodPatch(resource, item, (target,), "", kind, name, has_target=True)


def _fits(expression: str, text: str) -> bool:
    """An expression that cannot be tried may fit everything."""
    from sealwright.regex import modest

    if not expression or expression == text:
        return True
    found = modest(f"^(?:{expression})$")
    return found is None or found.test(text)


def _is_about(body: Mapping, use: Use) -> bool:
    """Whether a patch without a target is for the consumer: kustomize may have put something before its name."""
    ref, own = reference(body), use.consumer.ref
    return ref.kind == own.kind and bool(ref.name) and (ref.name in own.name or own.name in ref.name)


def _is_field(target: Mapping) -> bool:
    """Whether a replacement writes into a volume's source, or into the reference of a variable."""
    paths = resolve(lookup(target, "fieldPaths") or target)
    texts = [text_of(item).lower() for item in paths.items] if isinstance(paths, Sequence) else []
    return any("secret" in text or text.endswith("volumes") for text in texts)


def _merged(body: Mapping, use: Use) -> bool:
    volume, variable = _names(use)
    for node in walk(body):
        if not isinstance(node, Mapping):
            continue
        for field, value in ((text_of(key), resolve(value)) for key, value in node.entries):
            items = [resolve(item) for item in value.items] if isinstance(value, Sequence) else []
            named = [item for item in items if isinstance(item, Mapping)]
            if field in _LISTS and any(text_of(lookup(item, "$patch")) == "replace" for item in named):
                return True
            if field == "volumes" and volume and any(text_of(lookup(item, "name")) == volume for item in named):
                return True
            if field == "env" and variable and any(_is_partly(item, variable) for item in named):
                return True
            if field in _WHO and use.how is How.VOLUME and _has_modes(use.node):
                return True
    return False


def _names(use: Use) -> tuple[str, str]:
    """The name of the volume, or of the variable, that the use stands in."""
    if use.pod is None:
        return "", ""
    for field, holder in (("volumes", use.pod), ("env", use.container)):
        written = lookup(holder, field) if holder is not None else None
        items = resolve(written) if written is not None else None
        for item in items.items if isinstance(items, Sequence) else ():
            found = resolve(item)
            if isinstance(found, Mapping) and any(node is use.node for node in walk(found)):
                name = text_of(lookup(found, "name"))
                return (name, "") if field == "volumes" else ("", name)
    return "", ""


def _is_partly(item: Mapping, variable: str) -> bool:
    """Whether an item changes a variable's reference, but not the name in it."""
    ref = mapping_at(item, "valueFrom", "secretKeyRef")
    return text_of(lookup(item, "name")) == variable and ref is not None and lookup(ref, "name") is None


def _has_modes(volume: Mapping) -> bool:
    return any(
        isinstance(node, Mapping) and (lookup(node, "mode") or lookup(node, "defaultMode")) for node in walk(volume)
    )


def _operation(node: Node, use: Use) -> bool:
    """Whether an operation of a JSON patch takes away or changes what the use stands in, or what it is mounted by."""
    pointer = pointer_of(node) if isinstance(node, Mapping) else ()
    if not isinstance(node, Mapping) or not pointer:
        return False
    if use.consumer.ref.kind == "Pod":
        above: tuple[tuple[str, ...], ...] = (("spec",),)
    else:
        above = _ABOVE
    op = text_of(lookup(node, "op"))
    if op != "test" and any(pointer == way[: len(pointer)] for way in above):
        return True
    inner = next((pointer[len(way) :] for way in above if pointer[: len(way)] == way), ())
    whole = op in {"remove", "replace", "move"}
    if inner[:1] == ("volumes",):
        return len(inner) == 1 or len(inner) > 2 or whole
    if not inner or inner[0] not in _CONTAINERS:
        return bool(inner) and use.how is How.VOLUME and not _WHO.isdisjoint(inner) and _has_modes(use.node)
    if len(inner) <= 2:
        return whole or len(inner) == 1
    if inner[2] == "volumeMounts":
        return whole or len(inner) == 3
    return inner[2] in {"env", "envFrom"} and len(inner) > 4
