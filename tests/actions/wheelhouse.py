"""A folder with a wheel of this checkout and wheels of all that it needs: what a package index would hand out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import OTHER_PLATFORM, ROOT, project_files, scrubbed

_NO_INDEX = ("No matching distribution", "Could not find a version", "Failed to establish", "Max retries exceeded")


def wheelhouse(folder: Path) -> Path:
    """Build the wheels below `folder`, unless they are there; skips the test where no index answers."""
    wheels, copy = folder / "wheels", folder / "copy"
    if wheels.is_dir():
        return wheels
    for file in project_files():
        target = copy / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    # From a copy: building in the checkout would write into its `build`, where the editable install has its links.
    command = [sys.executable, "-I", "-m", "pip", "wheel", "--quiet", "--wheel-dir", str(folder / "built"), str(copy)]
    ended = subprocess.run(command, env=scrubbed(os.environ), capture_output=True, text=True, check=False, timeout=600)
    if ended.returncode and any(words in ended.stderr for words in _NO_INDEX):
        pytest.skip(f"{OTHER_PLATFORM}: the package index does not answer")
    assert ended.returncode == 0, ended.stderr
    (folder / "built").rename(wheels)
    return wheels


def settings(wheels: Path) -> dict[str, str]:
    """The environment in which pip finds these wheels and asks nobody: its own variables, as for a mirror."""
    return {"PIP_NO_INDEX": "1", "PIP_FIND" + "_LINKS": str(wheels), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
