"""The image: no daemon builds it here, so its installation is run as it stands, on what it copies and nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from actions.ci_shell import SECRET
from support import OTHER_PLATFORM, ROOT, posix_only, program, project_files, scrubbed

EXECUTES = ("actions/docker/Dockerfile",)
DOCKERFILE = ROOT / "actions" / "docker" / "Dockerfile"

pytestmark = posix_only


def instructions() -> list[tuple[str, str]]:
    """(keyword, the rest) of each instruction, with continued lines in one."""
    lines = [line for line in DOCKERFILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in joined.splitlines() if line.strip()]


def of(keyword: str) -> list[str]:
    return [rest for word, rest in instructions() if word == keyword]


def test_hadolint_has_nothing_to_say() -> None:
    result = subprocess.run([program("hadolint"), str(DOCKERFILE)], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "")


def test_the_base_is_pinned_and_the_user_has_no_rights() -> None:
    first, *others = of("FROM")
    assert re.fullmatch(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64} AS base", first)
    assert {stage.split(" ")[0] for stage in others} == {"base"}
    assert [word for word, _ in instructions()].index("ENTRYPOINT") == len(instructions()) - 1
    assert of("USER") == ["65532:65532"]
    assert instructions().index(("USER", "65532:65532")) > instructions().index(("FROM", "base"))


def copied() -> list[str]:
    """What comes out of the build context."""
    return [name for rest in of("COPY") if not rest.startswith("--from") for name in rest.split(" ")[:-1]]


def test_the_context_is_what_is_copied() -> None:
    ignore = DOCKERFILE.with_name("Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert [line[1:] for line in ignore if line.startswith("!")] == copied()
    assert "*" in ignore


def test_the_installation_works_with_what_is_copied(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "opt" / "sealwright"
    for path in project_files():
        relative = path.relative_to(ROOT)
        if relative.parts[0] in copied():
            (source / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, source / relative)
    install = next(rest for rest in of("RUN") if "venv" in rest)
    search = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = scrubbed(os.environ) | {"EXTRAS": "", "PATH": search}
    command = ["sh", "-euc", install.replace("/opt/sealwright", str(target))]
    ended = subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode and "No matching distribution" in ended.stderr:
        pytest.skip(f"{OTHER_PLATFORM}: the package index does not answer")
    assert ended.returncode == 0, ended.stderr
    (entry,) = json.loads(of("ENTRYPOINT")[0])
    leaking = tmp_path / "work"
    leaking.mkdir()
    (leaking / "db.yaml").write_text(SECRET, encoding="utf-8")
    there = environment | {"PATH": f"{target / 'bin'}{os.pathsep}{search}"}
    run = subprocess.run([entry, "scan"], cwd=leaking, env=there, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stderr
    assert "secret-string-data" in run.stdout
    gate = subprocess.run([entry, "gate"], cwd=leaking, env=there, capture_output=True, text=True, check=False)
    assert gate.returncode == 1, gate.stderr
