"""Whether kustomizations may change objects of another kind than Secret: patches and replacements. Errs towards yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.kustomize.paths import path_from
from sealwright.manifest.kustomization import PATCHES, is_inline
from sealwright.manifest.nodes import Mapping, Scalar, Sequence, lookup, mapping_at, resolve, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource

_OTHERS = ("replacements", "vars", "transformers", "generators")


def may_patch(kustomizations: Iterable[Resource], kind: str, read: Callable[[str], bytes | None]) -> bool:
    """Whether one of these kustomizations may change an object of the kind; `read` gives the files that they name."""
    return any(
        _is_about(one, item, kind, read)
        for one in kustomizations
        for field in (*sorted(PATCHES), *_OTHERS)
        for item in _items(one.node, field)
    )


def _is_about(kustomization: Resource, item: Node, kind: str, read: Callable[[str], bytes | None]) -> bool:
    entry = resolve(item)
    target = mapping_at(entry, "target") if isinstance(entry, Mapping) else None
    if target is not None:
        selected = text_of(lookup(target, "kind"))
        return selected == kind or not selected.isalpha()
    return any(kind in text for text in _texts(kustomization, entry, read))


def _texts(kustomization: Resource, entry: Node, read: Callable[[str], bytes | None]) -> Iterator[str]:
    """The texts of an entry, and of the files that it may name."""
    stack: list[Node] = [entry]
    while stack:
        node = resolve(stack.pop())
        if isinstance(node, Mapping):
            stack += [part for pair in node.entries for part in pair]
        elif isinstance(node, Sequence):
            stack += node.items
        elif isinstance(node, Scalar):
            yield node.value
            path = "" if is_inline(node.value) else path_from(kustomization, node.value)
            data = read(path) if path else None
            if data is not None:
                yield data.decode("utf-8", "replace")


def _items(node: Mapping, field: str) -> list[Node]:
    value = lookup(node, field)
    target = resolve(value) if value is not None else None
    return target.items if isinstance(target, Sequence) else []
