"""Where the readers of evidence are. tests/oracles/evidence/README.md tells how to install them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import OTHER_PYTHON, ROOT

NOT_INSTALLED = "the readers of evidence are not installed"
_READ = ROOT / "tests" / "oracles" / "evidence" / "read.py"
_INSTALLED = ROOT / ".oracles" / "evidence" / "bin" / "python"


def evidence_python() -> str | None:
    """The first that can be run of: the path in SEALWRIGHT_ORACLE_EVIDENCE, the repository's `.oracles`."""
    for candidate in (os.environ.get("SEALWRIGHT_ORACLE_EVIDENCE"), str(_INSTALLED)):
        found = shutil.which(candidate) if candidate else None
        if found:
            return found
    return None


needs_readers = pytest.mark.skipif(
    evidence_python() is None, reason=NOT_INSTALLED if sys.version_info >= (3, 11) else OTHER_PYTHON
)


def complaints(kind: str, *paths: Path) -> str:
    """What the field's library has against these documents (`oscal` or `in-toto`); '' where it reads them."""
    python = evidence_python()
    assert python is not None
    command = [python, str(_READ), kind, *map(str, paths)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return "" if result.returncode == 0 else result.stderr or "it failed"
