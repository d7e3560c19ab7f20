"""Paths in a kustomization, as paths from the root that the kustomization's own path counts from."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from sealwright.manifest.resource import Resource

_UNUSABLE = Pattern("[\x00-\x1f\ud800-\udfff]")


def path_from(kustomization: Resource, text: str) -> str:
    """Where an entry of the kustomization leads; '' where it leads out of the repository, to another host perhaps."""
    return joined(posixpath.dirname(kustomization.document.source.path), text)


def joined(folder: str, text: str) -> str:
    """The same from a folder; the root itself is '.'."""
    if not text or "://" in text or text.startswith("/") or _UNUSABLE.search(text):
        return ""
    path = posixpath.normpath(posixpath.join(folder, text))
    return "" if path == ".." or path.startswith(("../", "/")) else path


def folder_of(path: str) -> str:
    """The folder that holds a file; '.' for the root."""
    return posixpath.dirname(path) or "."
