"""The wheel holds exactly the three folders, and hooks, console scripts and the hook manifest tell the same story."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from support import ROOT, program, project_files, pyproject

import sealwright

PROJECT = pyproject()
FOLDERS = {
    ROOT / "src" / "sealwright": "sealwright",
    ROOT / "hooks": "sealwright/hooks",
    ROOT / "policies": "sealwright/policies",
}
HOOKS = sorted(path.stem for path in (ROOT / "hooks").glob("*.py") if not path.stem.startswith("_"))
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
PERSONAL_STAGES = {"pre-commit", "pre-merge-commit", "pre-push", "manual"}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel of what is tracked or would be. Built elsewhere: a stale `build/` brings deleted modules back."""
    copy, out = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("wheel")
    for path in project_files():
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(copy)]
    built = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert built.returncode == 0, built.stdout
    assert "Warning" not in built.stdout, built.stdout
    (file,) = out.iterdir()
    return zipfile.ZipFile(file)


def packaged(path: str) -> bool:
    """Whether a file of the three folders belongs into the wheel."""
    folders = {"sealwright/policies/": (".yaml", ".json"), "sealwright/report/html/": (".css", ".js")}
    return path.endswith((".py", "py.typed", ".schema.json")) or any(
        path.startswith(folder) and path.endswith(endings) for folder, endings in folders.items()
    )


def in_package(path: Path) -> str | None:
    """Where a file of the checkout stands in the package; None if it is not of the three folders."""
    for folder, package in FOLDERS.items():
        if path.is_relative_to(folder):
            return f"{package}/{path.relative_to(folder).as_posix()}"
    return None


def test_the_wheel_holds_the_three_folders_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    expected = {name for path in project_files() if (name := in_package(path)) and packaged(name)}
    assert {name for name in wheel.namelist() if ".dist-info/" not in name} == expected


def test_the_folders_hold_nothing_that_would_stay_behind() -> None:
    documentation = (".md",)
    names = [name for path in project_files() if (name := in_package(path))]
    assert [name for name in names if not packaged(name) and not name.endswith(documentation)] == []


def test_the_wheel_has_the_licence_and_the_version(wheel: zipfile.ZipFile) -> None:
    folder = f"sealwright-{sealwright.__version__}.dist-info"
    assert wheel.read(f"{folder}/licenses/LICENSE").replace(b"\r\n", b"\n") == (ROOT / "LICENSE").read_bytes().replace(
        b"\r\n", b"\n"
    )
    metadata = wheel.read(f"{folder}/METADATA").decode()
    assert f"\nVersion: {sealwright.__version__}\n" in metadata.replace("\r\n", "\n")


def test_the_version_is_written_once_in_code_and_once_in_metadata() -> None:
    assert sealwright.__version__ == PROJECT["project"]["version"]


def test_every_package_is_listed() -> None:
    names = [name for path in project_files() if (name := in_package(path))]
    packages = {name.removesuffix("/__init__.py").replace("/", ".") for name in names if name.endswith("/__init__.py")}
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == packages


def test_every_hook_has_its_console_script() -> None:
    scripts = dict(PROJECT["project"]["scripts"])
    assert scripts.pop("sealwright") == "sealwright.cli:main"
    assert scripts == {script_of(hook): f"sealwright.hooks.{hook}:main" for hook in HOOKS}


def script_of(hook: str) -> str:
    return f"sealwright-{hook.replace('_', '-')}"


def manifest() -> list[dict[str, object]]:
    entries: list[dict[str, object]] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return entries


def test_every_hook_is_offered_to_pre_commit() -> None:
    assert sorted(str(entry["id"]) for entry in manifest()) == sorted(script_of(hook) for hook in HOOKS)


def test_every_offered_hook_starts_its_own_script() -> None:
    for entry in manifest():
        assert str(entry["entry"]).split()[0] == entry["id"]
        assert entry["language"] == "python"
        assert entry["description"]


def test_offered_hooks_run_only_at_stages_that_know_their_files() -> None:
    for entry in manifest():
        stages = entry["stages"]
        assert isinstance(stages, list), f"{entry['id']}: without `stages` it would run on commit messages too"
        assert set(stages) <= PERSONAL_STAGES
        assert re.fullmatch(r"\d+\.\d+\.\d+", str(entry["minimum_pre_commit_version"]))


@pytest.mark.parametrize("tool", ["pre-commit", "prek"])
def test_the_hook_manifest_is_valid(tool: str, tmp_path: Path) -> None:
    command = [program(tool), "validate-manifest", str(MANIFEST)]
    result = subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert result.returncode == 0, result.stdout.decode(errors="replace")


@pytest.mark.parametrize("script", sorted(PROJECT["project"]["scripts"]))
def test_every_console_script_is_installed_and_can_be_imported(script: str) -> None:
    module, _, function = PROJECT["project"]["scripts"][script].partition(":")
    assert program(script)
    code = f"import {module} as module; assert callable(module.{function})"
    subprocess.run([sys.executable, "-c", code], check=True)
