"""Every command and every block of the README does what it says."""

from __future__ import annotations

import base64
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from support import ROOT, Repository, posix_only, program, run_program

from sealwright.config import parse_config
from sealwright.sealing.certificate import load_certificate
from sealwright.sealing.keys import generate_keypair

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
SECRET = """\
apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: shop
type: Opaque
stringData:
  password: tide.Lantern.88
"""
EXPECTED = {"reseal": 0, "open": 0, "edit": 2, "scan": 1, "seal": 0, "verify": 0, "cluster": 0, "policy": 0}
EXPECTED |= {"convert": 0, "store": 0, "gate": 1, "fleet": 0}
"""Exit codes. There is no terminal to edit on."""


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


@pytest.fixture(scope="module")
def keys() -> tuple[bytes, bytes]:
    return generate_keypair(bits=2048)


@pytest.fixture
def repository(tmp_path: Path, keys: tuple[bytes, bytes]) -> Repository:
    key, certificate = keys
    repository = Repository.init(tmp_path / "repository")
    repository.write("apps/db.yaml", SECRET)
    repository.write("secret.yaml", SECRET.replace("name: db", "name: other").replace("tide", "wave"))
    repository.write("cluster.pem", certificate)
    backup = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "sealed-secrets-key"},
        "data": {"tls.key": base64.b64encode(key).decode(), "tls.crt": base64.b64encode(certificate).decode()},
    }
    repository.write("key-backup.yaml", yaml.safe_dump(backup))
    repository.git("add", "--all")
    return repository


def test_every_block_has_a_test() -> None:
    assert [name for name, _ in BLOCKS] == ["bash", "yaml", "console", "bash", "yaml", "yaml", "bash", "yaml"]


@posix_only
def test_the_quick_start_runs() -> None:
    command = shlex.split(blocks("bash")[0])
    if shutil.which(command[0]) is None:
        pytest.skip("another platform is needed: there is no make here")
    result = subprocess.run(
        [*command, f"PYTHON={sys.executable}"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "That is all." in result.stdout


def test_the_five_lines_are_a_valid_configuration(tmp_path: Path) -> None:
    text = blocks("yaml")[0]
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    check = [program("pre-commit"), "validate-config", str(tmp_path / "config.yaml")]
    assert subprocess.run(check, check=False, capture_output=True).returncode == 0
    offered = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    used = yaml.safe_load(text)["repos"][0]
    assert {hook["id"] for hook in used["hooks"]} <= offered
    version = re.search(r'^version = "(.*)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert version is not None
    assert used["rev"] == f"v{version.group(1)}"


def test_the_finding_looks_like_that(repository: Repository) -> None:
    prompt, _, expected = blocks("console")[0].partition("\n")
    _, *command = shlex.split(prompt)
    result = run_program(*command, cwd=repository.path)
    assert result.stdout.decode() == expected
    assert result.returncode == 1


def test_every_command_runs(repository: Repository, tmp_path: Path) -> None:
    lines = [shlex.split(line, comments=True) for line in blocks("bash")[1].splitlines()]
    assert [line[:2] for line in lines[:1]] == [["pip", "install"]]
    target = tmp_path / "installed"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation"]
    others = shutil.ignore_patterns(".*", "build", "tests", "*.egg-info")
    copied = shutil.copytree(ROOT, tmp_path / "copy", ignore=others)
    subprocess.run([*pip, "--target", str(target), str(copied)], check=True, capture_output=True)
    assert (target / "sealwright" / "hooks" / "scan.py").exists()
    for line in lines[1:]:
        result = run_program(*line, cwd=repository.path)
        assert result.returncode == EXPECTED[line[1]], (line, result.stdout, result.stderr)
    assert json.loads((repository.path / "findings.json").read_text(encoding="utf-8"))["version"] == 1


def test_the_allowance_is_accepted(repository: Repository) -> None:
    fragment = blocks("yaml")[1]
    repository.write("apps/db.yaml", f"apiVersion: v1\nkind: Secret\nmetadata: {{name: db}}\n{fragment}")
    result = run_program("sealwright", "scan", "--format", "json", "apps", cwd=repository.path)
    assert [finding["status"] for finding in json.loads(result.stdout)["findings"]] == ["waived"]
    assert result.returncode == 0


def test_the_configuration_is_accepted() -> None:
    config = parse_config(blocks("yaml")[2].encode(), ".sealwright.yaml")
    assert config.cluster("prod") is not None
    assert config.skip_files


def test_the_action_is_there_with_its_version_and_the_commits_are_ours() -> None:
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    checkout, gate = yaml.safe_load(blocks("yaml")[3])
    assert f"uses: {checkout['uses']} #" in workflow
    action, _, version = gate["uses"].partition("@")
    assert (ROOT / action.removeprefix("sealwright/sealwright/") / "action.yml").is_file()
    assert version == yaml.safe_load(blocks("yaml")[0])["repos"][0]["rev"]


def test_what_is_sealed_in_place_is_proved(repository: Repository) -> None:
    pin = load_certificate(repository.read("cluster.pem"), source="cluster.pem").fingerprint
    cluster = f'clusters:\n  prod:\n    certificate: cluster.pem\n    fingerprint: "{pin}"\n'
    repository.write(".sealwright.yaml", cluster)
    sealed = run_program("sealwright", "seal", "--in-place", "--certificate", "prod", "apps", cwd=repository.path)
    assert sealed.returncode == 0, sealed.stderr
    for line in blocks("bash")[2].splitlines():
        result = run_program(*shlex.split(line, comments=True), cwd=repository.path)
        assert (result.returncode, b"proved" in result.stdout) == (0, True), (line, result.stdout, result.stderr)


def test_every_hook_and_every_rule_is_named() -> None:
    from sealwright.detect.registry import detectors

    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")):
        assert f"| `{hook['id']}` |" in README
    for _, detector in detectors():
        assert f"`{detector.RULE}`" in README


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).exists(), target


def test_the_rules_page_is_up_to_date() -> None:
    check = [sys.executable, str(ROOT / "scripts" / "write_rules_page.py"), "--check"]
    assert subprocess.run(check, check=False, capture_output=True).returncode == 0
