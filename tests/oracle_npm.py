"""Where the programs from npm are. tests/oracles/npm/README.md tells what they are for and how to install them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from support import ROOT

_PLACES = (os.environ.get("SEALWRIGHT_ORACLE_NPM", ""), str(ROOT / ".oracles" / "npm" / "node_modules"))


def npm_folder(package: str) -> Path:
    """The folder `node_modules` that has the package. Skips the test where there is none, or no node."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    for place in _PLACES:
        if place and (Path(place) / package).is_dir():
            return Path(place)
    pytest.skip(f"{package} is not installed: tests/oracles/npm")


def npm_modules() -> Path:
    """The folder `node_modules`, for programs that need several packages of it."""
    return npm_folder("yaml")


class GithubParser:
    """GitHub's own parser of workflows and actions, bundled, since node cannot import it as it is published."""

    def __init__(self, folder: Path) -> None:
        modules = npm_folder("@actions/languageservice")
        self._program = folder / "github.cjs"
        source = ROOT / "tests" / "oracles" / "npm" / "github.mjs"
        options = ["--bundle", "--platform=node", "--format=cjs", "--log-level=error", f"--outfile={self._program}"]
        bundler = [str(modules / ".bin" / "esbuild"), str(source), *options]
        subprocess.run(bundler, env=os.environ | {"NODE_PATH": str(modules)}, check=True)

    def complaints(self, files: Iterable[Path]) -> dict[str, list[str]]:
        """What it says of each file that it does not like."""
        command = ["node", str(self._program), *map(str, files)]
        out = subprocess.run(command, capture_output=True, check=True, text=True).stdout
        said: dict[str, list[str]] = json.loads(out)
        return {path: messages for path, messages in said.items() if messages}
