"""Where the real kustomize and helm are. The README.md of their folders in tests/oracles tell how to build them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

_BUILT = Path(__file__).resolve().parent.parent / ".oracles"


def renderer_path(name: str) -> str | None:
    """The first that can be run of: the path in SEALWRIGHT_ORACLE_<NAME>, the repository's `.oracles`, the PATH."""
    for candidate in (os.environ.get(f"SEALWRIGHT_ORACLE_{name.upper()}"), str(_BUILT / name), name):
        found = shutil.which(candidate) if candidate else None
        if found:
            return found
    return None


needs_kustomize = pytest.mark.skipif(renderer_path("kustomize") is None, reason="kustomize is not installed")
needs_helm = pytest.mark.skipif(renderer_path("helm") is None, reason="helm is not installed")


def folder_with(folder: Path, *names: str) -> str:
    """A folder for the PATH that has git, these renderers, and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("git", *names):
        found = shutil.which("git") if name == "git" else renderer_path(name)
        assert found, name
        (folder / name).symlink_to(found)
    return str(folder)
