"""The hook `sealwright-verify` under real hook managers: no network, no keys, lean where nothing is sealed."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from support import Repository, run_program

from sealwright.config import LOCK_NAME
from sealwright.sealing.certificate import load_certificate

Project = Any
KeyPair = tuple[bytes, bytes]

NAME = "sealwright-verify"
HEAVY = {"argparse", "cryptography", "json", "re", "requests", "subprocess", "typing", "yaml"}
PROBE = """\
import sys
before = set(sys.modules)
from sealwright.hooks.verify import main
code = main(sys.argv[1:])
print(code, *sorted(set(sys.modules) - before))
"""


def sealing(project: Project, key_pair: KeyPair, secret: str, *args: str) -> None:
    """A repository with one cluster and one sealed Secret, everything staged."""
    project.write("cert.pem", key_pair[1])
    pin = load_certificate(key_pair[1], source="cert.pem").fingerprint
    project.write(".sealwright.yaml", f'clusters:\n  prod:\n    certificate: cert.pem\n    fingerprint: "{pin}"\n')
    project.use(NAME, args)
    project.write("db.yaml", secret)
    sealed = run_program("sealwright", "seal", "--in-place", "--certificate", "prod", "db.yaml", cwd=project.path)
    assert sealed.returncode == 0, sealed.stderr
    project.add()


def test_what_was_renamed_is_blocked(project: Project, key_pair: KeyPair, secret: str, value: str) -> None:
    sealing(project, key_pair, secret, "--require-proof")
    code, output = project.try_commit()
    assert code == 0, output
    project.write("db.yaml", project.read("db.yaml").replace(b"  name: db\n", b"  name: web\n", 1))
    project.add()
    code, output = project.try_commit()
    assert code == 1
    assert "sealed for shop/db (strict): renamed after sealing" in output
    assert value not in output


@pytest.fixture
def one(make_project: Any, key_pair: KeyPair, secret: str) -> Project:
    """One manager is enough for what does not depend on it."""
    project = make_project("prek")
    sealing(project, key_pair, secret)
    return project


def run(project: Project, *arguments: str, **variables: str) -> tuple[int, str]:
    done = run_program(NAME, *arguments, cwd=project.path, env=variables)
    return done.returncode, (done.stdout + done.stderr).decode()


@pytest.mark.parametrize("option", ["--private-key", "--controller"])
@pytest.mark.parametrize("form", ["{} x", "{}=x"])
def test_no_keys_and_no_controller(one: Project, option: str, form: str) -> None:
    code, said = run(one, *form.format(option).split(), "db.yaml")
    assert (code, f"{option} is not for hooks" in said) == (2, True)


def test_variables_that_are_meant_for_the_command_do_nothing(one: Project) -> None:
    variables = {"SEALWRIGHT_PRIVATE_KEY": "none.pem", "SEALWRIGHT_CONTROLLER": "https://127.0.0.1:9"}
    code, said = run(one, "db.yaml", **variables)
    assert (code, "proved" in said) == (0, True), said


def test_no_network(one: Project) -> None:
    code, said = run(one, "--certificate", "https://127.0.0.1:9/cert.pem", "db.yaml")
    assert (code, "a hook does not fetch certificates" in said) == (2, True)
    config = one.read(".sealwright.yaml").decode().replace("cert.pem", "https://127.0.0.1:9/cert.pem")
    one.write(".sealwright.yaml", config)
    (one.path / LOCK_NAME).unlink()
    code, said = run(one, "db.yaml")
    assert (code, "which is not fetched here" in said) == (0, True), said


def test_nothing_to_verify_with_is_an_error(one: Project) -> None:
    (one.path / ".sealwright.yaml").unlink()
    code, said = run(one, "db.yaml")
    assert (code, "nothing to verify with" in said) == (2, True)


def test_a_broken_lock_file_is_blocked_by_itself(one: Project) -> None:
    one.write(LOCK_NAME, "<<<<<<< HEAD\n")
    code, said = run(one, LOCK_NAME)
    assert (code, "a merge conflict is not resolved" in said) == (2, True)


def test_an_unknown_option_is_an_error_and_not_a_pass(one: Project) -> None:
    one.write("clean.yaml", "a: 1\n")
    assert run(one, "--require-prof", "clean.yaml")[0] == 2
    assert run(one, "--require-proof", "clean.yaml") == (0, "")


@pytest.mark.parametrize("arguments", [("a.yaml",), ("--require-proof", "--cluster", "prod", "a.yaml")])
def test_lean_where_nothing_is_sealed(tmp_path: Any, arguments: tuple[str, ...]) -> None:
    repository = Repository.init(tmp_path)
    repository.write("a.yaml", "kind: Deployment\n")
    command = [sys.executable, "-c", PROBE, *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    code, *modules = done.stdout.split()
    assert code == "0"
    assert HEAVY & set(modules) == set()
