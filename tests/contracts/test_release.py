"""A release: always the same bytes, with a bill of what it needs, from a workflow that keeps its rights apart."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from support import ROOT, posix_only, program, project_files, scrubbed

import sealwright
from scripts import release
from scripts.bill_of_materials import bill

pytestmark = posix_only  # as the machine that releases

EPOCH = 1_767_225_600
WORKFLOW = ROOT / ".github" / "workflows" / "release.yml"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same files, put into two folders by people with other habits, and built."""
    folders, files = [], [(path.relative_to(ROOT), path.read_bytes()) for path in project_files()]
    for name, mask in (("first", 0o022), ("second", 0o077)):
        source, target = tmp_path_factory.mktemp(name), tmp_path_factory.mktemp(f"{name}-built")
        before = os.umask(mask)
        try:
            for relative, content in files:
                copy = source / relative
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(content)
            release.build(source, target, EPOCH)
        finally:
            os.umask(before)
        folders.append(target)
    return folders[0], folders[1]


def one(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path


def test_a_second_build_gives_the_same_bytes(built: tuple[Path, Path]) -> None:
    names = [sorted(path.name for path in folder.iterdir()) for folder in built]
    version = sealwright.__version__
    assert (
        names[0] == names[1] == [f"sealwright-{version}-py3-none-any.whl", f"sealwright-{version}.tar.gz", release.BILL]
    )
    for name in names[0]:
        assert (built[0] / name).read_bytes() == (built[1] / name).read_bytes(), name


def test_another_time_gives_other_bytes(built: tuple[Path, Path]) -> None:
    """So the comparison above would see a clock."""
    with zipfile.ZipFile(one(built[0], "*.whl")) as wheel:
        assert {info.date_time for info in wheel.infolist()} == {(2026, 1, 1, 0, 0, 0)}
    with tarfile.open(one(built[0], "*.tar.gz")) as archive:
        assert {(entry.mtime, entry.uid, entry.uname) for entry in archive} == {(EPOCH, 0, "")}


def test_the_wheel_carries_its_bill_and_lists_it(built: tuple[Path, Path], tmp_path: Path) -> None:
    with zipfile.ZipFile(one(built[0], "*.whl")) as wheel:
        folder = f"sealwright-{sealwright.__version__}.dist-info"
        rows = list(csv.reader(wheel.read(f"{folder}/RECORD").decode().splitlines()))
        assert sorted(row[0] for row in rows) == sorted(wheel.namelist())
        for name, digest, size in rows:
            content = wheel.read(name)
            wanted = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            assert (digest, size) in {(f"sha256={wanted}", str(len(content))), ("", "")}
        assert wheel.read(f"{folder}/sboms/{release.BILL}") == (built[0] / release.BILL).read_bytes()
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(tmp_path)]
    subprocess.run([*command, str(one(built[0], "*.whl"))], env=scrubbed(os.environ), check=True)
    assert (tmp_path / folder / "sboms" / release.BILL).is_file()


def test_the_bill_is_valid_and_says_what_is_needed(built: tuple[Path, Path]) -> None:
    from cyclonedx.model.bom import Bom
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = (built[0] / release.BILL).read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    content = json.loads(text)
    parsed = Bom.from_json(content)  # type: ignore[attr-defined]
    parsed.validate()
    scopes = {component["name"]: component["scope"] for component in content["components"]}
    direct = {re.split(r"[<>=;\[ ]", text)[0].lower() for text in _project()["dependencies"]}
    assert {name for name in direct if scopes[name] == "required"} == direct
    assert scopes["boto3"] == "optional"
    assert "pytest" not in scopes
    ours = content["metadata"]["component"]
    assert (ours["name"], ours["version"]) == ("sealwright", sealwright.__version__)
    asked = {entry["ref"]: entry["dependsOn"] for entry in content["dependencies"]}
    references = {ours["bom-ref"], *(component["bom-ref"] for component in content["components"])}
    assert asked.keys() == references
    assert {reference for others in asked.values() for reference in others} <= references


def _project() -> Any:
    from support import pyproject

    return pyproject()["project"]


def test_what_is_built_is_what_was_committed(tmp_path: Path) -> None:
    release.export(tmp_path)
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-tree", "-r", "-z", "--name-only", "HEAD"]
    listed = subprocess.run(command, cwd=ROOT, env=scrubbed(os.environ), capture_output=True, check=True).stdout
    exported = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if not path.is_dir()}
    assert exported == {os.fsdecode(name) for name in listed.split(b"\0") if name}
    assert release.commit_time() > EPOCH // 2


def test_a_bill_of_another_time_differs_in_that_only() -> None:
    first, second = bill("1.0", EPOCH), bill("1.0", EPOCH + 1)
    assert first["metadata"].pop("timestamp") == "2026-01-01T00:00:00Z"
    assert second["metadata"].pop("timestamp") == "2026-01-01T00:00:01Z"
    assert first == second


VERSION = sealwright.__version__
CHANGELOG = f"# Changelog\n\n## [Unreleased]\n\n## [{VERSION}] - 2026-01-01\n\n### Added\n\n- All.\n\n## [0.0.1]\n\nx\n"


@pytest.mark.parametrize(
    ("tag", "changelog", "said"),
    [
        ("v9.9.9", CHANGELOG, "the tag is v9.9.9"),
        (sealwright.__version__, CHANGELOG, "the tag is"),
        (f"v{sealwright.__version__}", CHANGELOG.replace("\n\n## [0", "\n\n- More.\n\n## [0", 1), "Unreleased"),
        (f"v{sealwright.__version__}", CHANGELOG.replace("- All.", "").replace("### Added", ""), "says nothing"),
        (f"v{sealwright.__version__}", "# Changelog\n", "says nothing"),
    ],
)
def test_a_tag_that_does_not_fit_is_refused(tag: str, changelog: str, said: str) -> None:
    assert any(said in complaint for complaint in release.complaints(tag, changelog))


def test_a_tag_that_fits_is_not() -> None:
    assert release.complaints(f"v{sealwright.__version__}", CHANGELOG) == []
    assert release.notes(CHANGELOG, sealwright.__version__) == "### Added\n\n- All."


def test_the_program_takes_nothing_else() -> None:
    for arguments in ([], ["check"], ["build"], ["publish", "x"]):
        assert release.main(arguments) == 2


def workflow() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    return content


def test_who_publishes_builds_nothing_and_runs_nothing_of_the_repository() -> None:
    jobs = workflow()["jobs"]
    assert workflow()["permissions"] == {}
    for name, job in jobs.items():
        writes = {scope for scope, level in job["permissions"].items() if level == "write"}
        checks_out = any("checkout" in step.get("uses", "") for step in job["steps"])
        assert not (writes and checks_out), f"{name} can write, and runs what is in the repository"
    assert jobs["publish"]["environment"]["name"] == "pypi"
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert all("run" not in step for step in jobs["publish"]["steps"])


def test_each_step_of_the_release_waits_for_the_one_before() -> None:
    needs = {name: job.get("needs") for name, job in workflow()["jobs"].items()}
    assert needs.pop("check") is None
    assert needs == {"build": "check", "attest": "build", "publish": ["build", "attest"], "release": "publish"}


def test_every_action_of_our_workflows_is_pinned_to_one_commit_and_says_its_version() -> None:
    pinned: dict[str, set[str]] = {}
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        for used in re.findall(r"uses: (\S.*)", path.read_text(encoding="utf-8")):
            if not used.startswith(("./", "$/")):
                name, _, version = used.partition("@")
                assert re.fullmatch(r"[0-9a-f]{40} # v\d+\.\d+\.\d+", version), f"{path.name}: {used}"
                pinned.setdefault(name, set()).add(version)
    assert {name: versions for name, versions in pinned.items() if len(versions) > 1} == {}
    assert len(pinned) >= 6


def test_zizmor_has_nothing_to_say() -> None:
    command = [
        program("zizmor"),
        "--offline",
        "--quiet",
        "--persona",
        "auditor",
        ".github/workflows",
        ".github/dependabot.yml",
    ]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("schema", "files"),
    [("vendor.github-workflows", [".github/workflows/release.yml"]), ("vendor.dependabot", [".github/dependabot.yml"])],
)
def test_the_files_are_what_github_takes(schema: str, files: list[str]) -> None:
    command = [program("check-jsonschema"), "--builtin-schema", schema, *files]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_dependabot_waits_and_looks_where_something_is() -> None:
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))["updates"]
    assert all(update["cooldown"]["default-days"] >= 7 for update in updates)
    wanted = {"github-actions", "pip", "docker", "npm", "gomod"}
    assert {update["package-ecosystem"] for update in updates} == wanted
    manifests = {"pip": "pyproject.toml", "docker": "Dockerfile", "npm": "package.json", "gomod": "go.mod"}
    for update in updates:
        for folder in update.get("directories", [update.get("directory")]):
            file = manifests.get(update["package-ecosystem"])
            assert file is None or (ROOT / folder.strip("/") / file).is_file(), folder
