"""With --staged, what is accepted is what the next commit accepts: nothing else in the work tree excuses a file."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from support import Repository, run_program

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  password: tide-Lantern-88moss\n"
WAIVER = "waivers:\n- {rule: [secret-string-data, GIT001], path: db.yaml, reason: why, owner: shop}\n"
OVERRIDE = "scan:\n  overrides: [{paths: [db.yaml], rules: {secret-string-data: off}}]\n"
SKIP = "scan: {skip-files: [db.yaml]}\n"
PACK = """\
pack: own
version: 1.0.0
title: Own
description: Own.
rules:
  - {id: OWN001, slug: own, title: Own, why: So., severity: SEVERITY, precision: certain, kinds: [v1/Pod],
     expression: 'false', message: m, remediation: r, controls: {}, export: {admission: true},
     tests: {fail: [{apiVersion: v1, kind: Pod}]}}
"""
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository.init(tmp_path / "repository")
    repository.write("README.md", "# Shop\n")
    repository.commit()
    repository.write("db.yaml", SECRET)
    repository.add()
    return repository


def run(repository: Repository, command: str, *arguments: str) -> int:
    return run_program("sealwright", command, "--staged", *arguments, cwd=repository.path).returncode


@pytest.mark.parametrize("command", ["scan", "gate"])
@pytest.mark.parametrize("configuration", [WAIVER, OVERRIDE, SKIP])
def test_what_is_not_staged_excuses_nothing(repository: Repository, command: str, configuration: str) -> None:
    repository.write(".sealwright.yaml", configuration)
    assert run(repository, command) == 1
    repository.add()
    assert run(repository, command) == 0
    repository.write(".sealwright.yaml", "")
    assert run(repository, command) == 0
    repository.write(".sealwright.yaml", "nonsense: [\n")
    assert run(repository, command) == 0
    (repository.path / ".sealwright.yaml").unlink()
    assert run(repository, command) == 0
    repository.add()
    assert run(repository, command) == 1


@pytest.mark.parametrize("command", ["scan", "gate"])
def test_what_is_broken_in_the_index_is_an_error(repository: Repository, command: str) -> None:
    repository.write(".sealwright.yaml", "scan: {skip-file: [db.yaml]}\n")
    repository.add()
    repository.write(".sealwright.yaml", "")
    assert run(repository, command) == 2


@pytest.mark.parametrize("command", ["scan", "gate"])
def test_a_configuration_that_is_named(repository: Repository, command: str, tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text(SKIP)
    repository.write("inside.yaml", SKIP)
    assert run(repository, command, "--config", "../outside.yaml") == 0
    assert run(repository, command, "--config", "inside.yaml") == 0  # whoever names it has it at hand
    repository.write("inside.yaml", "")
    repository.add()
    repository.write("inside.yaml", SKIP)
    assert run(repository, command, "--config", "inside.yaml") == 1


@pytest.mark.parametrize("command", ["scan", "gate"])
def test_a_baseline_counts_as_it_is_staged(repository: Repository, command: str) -> None:
    assert run_program("sealwright", command, "--update-baseline", cwd=repository.path).returncode == 0
    assert run(repository, command) == 1
    assert run_program("sealwright", command, cwd=repository.path).returncode == 0
    repository.git("add", ".sealwright-baseline.json")
    assert run(repository, command) == 0
    (repository.path / ".sealwright-baseline.json").unlink()
    assert run(repository, command) == 0
    assert run(repository, command, "--no-baseline") == 1


def test_a_pack_counts_as_it_is_staged(repository: Repository) -> None:
    repository.git("rm", "-q", "--cached", "db.yaml")
    repository.write("pod.yaml", POD)
    repository.write(".sealwright.yaml", "policy: {packs: [./own.yaml]}\n")
    repository.git("add", "pod.yaml", ".sealwright.yaml")
    repository.write("own.yaml", PACK.replace("SEVERITY", "high"))
    assert run(repository, "gate") == 2
    repository.git("add", "own.yaml")
    assert run(repository, "gate") == 1
    repository.write("own.yaml", PACK.replace("SEVERITY", "info"))
    assert run(repository, "gate") == 1
    result = run_program("sealwright", "gate", "--staged", "--format", "in-toto", cwd=repository.path)
    repository.write(".sealwright.yaml", "")
    again = run_program("sealwright", "gate", "--staged", "--format", "in-toto", cwd=repository.path)
    assert digests(result) == digests(again)
    assert len(digests(result)) == 2
    repository.git("add", "own.yaml")
    assert run(repository, "gate") == 0


def digests(result: subprocess.CompletedProcess[bytes]) -> list[dict[str, str]]:
    """Those of the pack and of the configuration."""
    return [each["digest"] for each in json.loads(result.stdout)["predicate"]["configuration"] if "digest" in each]
