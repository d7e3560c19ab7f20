"""What the tests of kustomizations share: files in a folder, and what `kubectl kustomize` makes of them."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from sealwright.manifest.documents import read_documents
from sealwright.manifest.kustomization import is_kustomization
from sealwright.manifest.resource import Resource, resources
from sealwright.manifest.source import decode

KUBECTL = shutil.which("kubectl")
needs_kubectl = pytest.mark.skipif(KUBECTL is None, reason="another platform is needed: one with kubectl")


class _Loader(yaml.SafeLoader):
    """`=` is a text."""


_Loader.add_constructor("tag:yaml.org,2002:value", lambda _, node: node.value)


def write_all(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files below a folder."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)


def build(folder: Path) -> list[dict[str, Any]] | None:
    """The objects that kustomize makes; None where it refuses."""
    assert KUBECTL is not None
    command = [KUBECTL, "kustomize", "--load-restrictor", "LoadRestrictionsNone", str(folder)]
    result = subprocess.run(command, capture_output=True, check=False, timeout=120)
    if result.returncode:
        return None
    objects = yaml.load_all(result.stdout, _Loader)
    return [item for item in objects if item]


def data_of(secret: Mapping[str, Any]) -> dict[str, bytes]:
    """The values of a Secret."""
    return {key: base64.b64decode(text) for key, text in (secret.get("data") or {}).items()}


def kustomizations(files: Mapping[str, str | bytes]) -> list[Resource]:
    """Those among the files, by their paths."""
    return [
        resource
        for path, content in files.items()
        for document in read_documents(decode(path, content.encode() if isinstance(content, str) else content))
        for resource in resources(document)
        if is_kustomization(resource)
    ]


def reader(files: Mapping[str, str | bytes]) -> Any:
    """Reads from the files by their paths."""

    def read(path: str) -> bytes | None:
        content = files.get(path)
        return content.encode() if isinstance(content, str) else content

    return read
