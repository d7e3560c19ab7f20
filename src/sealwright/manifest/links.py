"""Symbolic links under the names of manifests: whoever applies a folder follows them, to files of any name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import Problem
from sealwright.manifest.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sealwright.manifest.applied import Applied
    from sealwright.manifest.discover import Target
    from sealwright.manifest.trees import Tree


def behind(
    links: Iterable[Target],
    tree: Tree,
    applied: Applied,
    is_manifest: Callable[[str], bool],
    skip_files: tuple[str, ...] = (),
) -> Iterator[Target | Problem]:
    """The files that are manifests only through these links, to be filled; Problems for links that lead to nothing.

    `is_manifest` tells of a path whether its name says so; links that `skip_files` match are passed over. What a link
    leads to under such a name is a target itself.
    """
    skip = compile_globs(skip_files)
    for link in links:
        if skip is not None and skip.match(link.path):
            continue
        found, named = tree.follow(link), is_manifest(link.path)
        if found is None:
            if named:
                hint = "put the manifest into the repository, or skip the link with --skip-files"
                yield Problem(link.path, "a symbolic link leads to nothing in this repository: not judged", hint=hint)
        elif not (found.path.endswith("/") or is_manifest(found.path)) and (named or applied.holds(link)):
            yield found
