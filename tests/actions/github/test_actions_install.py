"""The engine really comes from the checkout, with pip and with uv, once for each job."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from actions.github.conftest import SECRET, Workspace
from composite_action import run_action
from support import OTHER_PLATFORM, program

if sys.platform == "win32":
    pytest.skip("another platform is needed: these run GitHub's Linux runner", allow_module_level=True)

EXECUTES = (
    "actions/_shared/install.sh",
    "actions/convert/action.yml",
    "actions/gate/action.yml",
    "actions/scan/action.yml",
    "actions/verify/action.yml",
)
_NO_INDEX = ("Could not find a version", "Failed to establish", "Max retries exceeded", "error sending request")
_COMMANDS = ("bash", "cat", "cksum", "cp", "cut", "dirname", "env", "git", "mkdir", "printf", "rm")


def path_with(folder: Path, *programs: str) -> str:
    """A PATH of what a runner has at least, and these."""
    folder.mkdir()
    for name in (*_COMMANDS, *programs):
        found = program(name) if name == "uv" else shutil.which(name)
        assert found, name
        (folder / name).symlink_to(sys.executable if name == "python3" else found)
    return str(folder)


def uv_or_skip() -> None:
    try:
        program("uv")
    except AssertionError:
        pytest.skip("uv is not installed")


@pytest.mark.parametrize(
    ("action", "programs"),
    [
        ("scan", ("python3",)),
        ("gate", ("uv", "python3")),
        ("verify", ("uv", "python3")),
        ("convert", ("uv", "python3")),
    ],
    ids=["scan with pip", "gate with uv", "verify with uv", "convert with uv"],
)
def test_the_engine_is_installed_from_the_checkout(
    workspace: Workspace, tmp_path: Path, action: str, programs: tuple[str, ...]
) -> None:
    if "uv" in programs:
        uv_or_skip()
    workspace.write("db.yaml", SECRET)
    temporary = tmp_path / "_temp"
    temporary.mkdir()
    before = _listing(workspace.checkout)
    environment = {"PATH": path_with(tmp_path / "bin", *programs)}
    inputs = {"convert": {"write": "false", "to": "sealed-secret"}}.get(action, {})
    folder = workspace.checkout / "actions" / action
    ran = run_action(folder, workspace.path, temporary, inputs, environment=environment)
    if ran.steps[0].outcome == "failure" and any(words in ran.log for words in _NO_INDEX):
        pytest.skip(f"{OTHER_PLATFORM}: the package index does not answer")
    assert ran.steps[0].outcome == "success", ran.log
    assert ran.outputs["verdict"] == {"scan": "fail", "gate": "fail"}.get(action, "error"), ran.log
    (engine,) = temporary.glob("sealwright-engine-*")
    python = next(engine.glob("venv/bin/python"))
    where = [str(python), "-I", "-c", "import sealwright, yaml; print(sealwright.__file__, yaml.__with_libyaml__)"]
    said = subprocess.run(where, capture_output=True, text=True, check=True).stdout
    assert said.startswith(str(engine / "venv" / "lib"))
    assert _listing(workspace.checkout) == before, "the checkout is not ours to write into"

    (engine / "installed").write_text("once", encoding="utf-8")
    again = run_action(workspace.checkout / "actions" / "scan", workspace.path, temporary, environment=environment)
    assert again.outputs["verdict"] == "fail", again.log
    assert (engine / "installed").read_text(encoding="utf-8") == "once"


def test_a_machine_without_python_is_told(workspace: Workspace, tmp_path: Path) -> None:
    environment = {"PATH": path_with(tmp_path / "bin")}
    temporary = tmp_path / "_temp"
    temporary.mkdir()
    action = workspace.checkout / "actions" / "gate"
    ran = run_action(action, workspace.path, temporary, environment=environment)
    assert (ran.status, ran.outputs["verdict"], ran.outputs["findings"]) == ("failure", "error", "0")
    assert [step.outcome for step in ran.steps] == ["failure", "skipped"]
    assert "actions/setup-python" in ran.annotations[0].data


def _listing(folder: Path) -> list[str]:
    return sorted(os.path.join(place, name) for place, _, names in os.walk(folder) for name in names)
