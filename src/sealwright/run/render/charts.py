"""Helm charts: which of them are roots, and with which of their own values files each is rendered."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Mapping, lookup, resolve, text_of
from sealwright.manifest.source import decode
from sealwright.patterns import Pattern
from sealwright.run.render.kustomizations import Reach, Unrenderable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CHART: Final = "Chart.yaml"
RELEASE: Final = "sealwright-release"
NAMESPACE: Final = "sealwright-namespace"
"""Stand for what only an installation knows; where one of them turns up, the manifest does not say it by itself."""

_VALUES = Pattern(r"(?:values[-._].+|.+[-._]values)\.ya?ml\Z")
_LARGEST: Final = 1024 * 1024


def chart_roots(folders: Iterable[str]) -> list[str]:
    """The charts that are in no other one's folder and can be installed; real paths."""
    known = sorted({os.path.realpath(folder) for folder in folders})
    return [folder for folder in known if not _is_inside(folder, known) and not _is_library(folder)]


def _is_inside(folder: str, charts: Sequence[str]) -> bool:
    return any(folder.startswith(chart.rstrip(os.sep) + os.sep) for chart in charts)


def _is_library(folder: str) -> bool:
    try:
        with open(os.path.join(folder, CHART), "rb") as file:
            source = decode(CHART, file.read(_LARGEST))
    except OSError:
        return False
    roots = [resolve(document.root) for document in read_documents(source) if document.root is not None]
    return any(text_of(lookup(root, "type")) == "library" for root in roots if isinstance(root, Mapping))


def values_files(folder: str) -> list[str]:
    """Names of the values files beside `values.yaml`, one for each environment by custom; [''] where there are none."""
    names = sorted(name for name in os.listdir(folder) if _VALUES.match(name))
    return [name for name in names if os.path.isfile(os.path.join(folder, name))] or [""]


def chart_reach(folder: str, root: str) -> Reach:
    """Every file of a chart, in a stable order. Helm follows links: one that leads out of `root` is a flaw."""
    found: list[str] = []
    flaw: Unrenderable | None = None
    for current, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != ".git")
        for name in (*sorted(names), *folders):
            path = os.path.join(current, name)
            real = os.path.realpath(path)
            if os.path.islink(path) and root and not real.startswith(os.path.realpath(root).rstrip(os.sep) + os.sep):
                message = "a symbolic link in it leads out of the repository"
                flaw = flaw or Unrenderable(message, "put the file itself there", path)
            elif os.path.isfile(real):
                found.append(real)
    return Reach(tuple(found), flaw)
