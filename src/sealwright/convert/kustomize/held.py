"""Files that held values: which of them nothing needs any more, and what still needs the others."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from sealwright.convert.kustomize.paths import path_from
from sealwright.manifest.kustomization import is_inline
from sealwright.manifest.nodes import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource


def still_used(
    files: Iterable[str], removed: Iterable[tuple[Resource, Node]], kustomizations: Iterable[Resource]
) -> dict[str, str]:
    """Of the files those that a kustomization goes on to name when the entries are `removed`, and where it does.

    A file that is not among them may be deleted, as far as kustomizations are concerned; scripts and programs that
    read it are not looked for.
    """
    wanted = set(files)
    gone = {(resource.document.source.path, node.start) for resource, node in removed}
    used: dict[str, str] = {}
    for kustomization in kustomizations:
        source = kustomization.document.source
        starts = {start for path, start in gone if path == source.path}
        for scalar in _scalars(kustomization.node, starts):
            for path in _named(kustomization, scalar.value, wanted):
                used.setdefault(path, f"{source.path}:{source.position(scalar.start).line}")
    return used


def _scalars(root: Mapping, gone: Collection[int]) -> Iterator[Scalar]:
    """Every text of the kustomization, but for those in the items that go."""
    stack: list[Node] = [value for _, value in root.entries]
    top = {id(value) for value in stack}
    while stack:
        node = stack.pop()
        if isinstance(node, Scalar):
            yield node
        elif isinstance(node, Mapping):
            stack.extend(part for entry in node.entries for part in entry)
        elif isinstance(node, Sequence):
            stack.extend(item for item in node.items if not (id(node) in top and item.start in gone))


def _named(kustomization: Resource, text: str, wanted: Collection[str]) -> Iterator[str]:
    if is_inline(text):  # a plug-in or a patch; errs towards yes
        yield from (path for path in wanted if posixpath.basename(path) in text)
        return
    for named in (text, text.partition("=")[2]):
        path = path_from(kustomization, named)
        if path in wanted:
            yield path
