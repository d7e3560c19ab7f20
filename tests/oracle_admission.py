"""Where the API server's own judgement of policies is. tests/oracles/admission/README.md tells how to build it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

NOT_BUILT = "the admission oracle is not built"
_BUILT = Path(__file__).resolve().parent.parent / ".oracles" / "admission"


def admission_path() -> str | None:
    """The first that can be run of: the path in SEALWRIGHT_ORACLE_ADMISSION, the repository's `.oracles`."""
    for candidate in (os.environ.get("SEALWRIGHT_ORACLE_ADMISSION"), str(_BUILT)):
        found = shutil.which(candidate) if candidate else None
        if found:
            return found
    return None


needs_admission = pytest.mark.skipif(admission_path() is None, reason=NOT_BUILT)


class Admission(NamedTuple):
    """`refused` are errors by `policy/name` or `binding/name`, `warnings` what the type checker says.

    `answers` are, for each question, by policy [action, evaluation, message, reason], or None where it does not match.
    """

    refused: dict[str, list[str]]
    warnings: dict[str, list[str]]
    answers: list[dict[str, list[str] | None]]


def admission(manifests: str, questions: Sequence[dict[str, Any]] = (), version: str = "1.30") -> Admission:
    """What the API server makes of these policies, and its answers: {"policies": [...], "object": ..., "old": ...}."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "manifests.yaml")
        path.write_text(manifests, encoding="utf-8")
        asked = "".join(f"{json.dumps(question)}\n" for question in questions)
        command = [admission_path() or "", str(path), version]
        result = subprocess.run(command, input=asked, capture_output=True, text=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stderr[-2000:]
    first, *answers = map(json.loads, result.stdout.splitlines())
    return Admission(first["refused"], first["warnings"], answers)
