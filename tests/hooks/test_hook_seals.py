"""The hook `sealwright-seal` under real hook managers: it mends the files and fails, the second commit passes."""

from __future__ import annotations

from typing import Any

import pytest
from support import run_program

from sealwright.sealing.certificate import load_certificate

Project = Any
KeyPair = tuple[bytes, bytes]


def sealing(project: Project, key_pair: KeyPair, *args: str) -> None:
    project.write("cert.pem", key_pair[1])
    project.use("sealwright-seal", args or ("--certificate", "cert.pem"))


def test_sealed_then_committed(project: Project, key_pair: KeyPair, secret: str, value: str) -> None:
    sealing(project, key_pair)
    project.write("db.yaml", f"# kept\n{secret}")
    project.add()
    code, output = project.try_commit()
    assert code == 1, output
    assert "sealed Secret shop/db in db.yaml" in output
    assert value not in output
    assert project.read("db.yaml").startswith(b"# kept\n")
    assert value.encode() not in project.read("db.yaml")
    project.add()
    sealed = project.read("db.yaml")
    code, output = project.try_commit()
    assert code == 0, output
    assert project.read("db.yaml") == sealed
    key = project.path.parent / "cluster.key"
    key.write_bytes(key_pair[0])
    assert run_program("sealwright", "verify", "--private-key", key, cwd=project.path).returncode == 0


def test_nothing_to_do(project: Project, key_pair: KeyPair, clean: str) -> None:
    sealing(project, key_pair)
    project.write("apps.yaml", "kind: Deployment\n")
    project.add()
    code, output = project.try_commit()
    assert code == 0, output
    assert project.read("apps.yaml") == b"kind: Deployment\n"


def test_one_file_that_cannot_be_sealed_stops_all(project: Project, key_pair: KeyPair, secret: str, value: str) -> None:
    sealing(project, key_pair)
    for number in range(8):  # enough for several processes, were the hook not serial
        project.write(f"a{number}.yaml", secret)
    project.write("a.yaml", secret)
    project.write("b.yaml", secret.replace("kind: Secret", "kind: Secret\n\tbroken: ["))
    project.add()
    before = project.read("a.yaml"), project.read("b.yaml")
    code, output = project.try_commit()
    assert code == 1
    assert "error: b.yaml" in output
    assert "hint:" in output
    assert "Nothing was written." in output
    assert value not in output
    assert (project.read("a.yaml"), project.read("b.yaml")) == before
    assert all(project.read(f"a{number}.yaml") == secret.encode() for number in range(8))


@pytest.mark.parametrize("pinned", [True, False])
def test_the_certificate_of_a_configured_cluster(
    make_project: Any, key_pair: KeyPair, secret: str, pinned: bool
) -> None:
    project = make_project("prek")
    sealing(project, key_pair, "--certificate=prod")
    pin = load_certificate(key_pair[1], source="cert.pem").fingerprint
    line = f"    fingerprint: {pin!r}\n" if pinned else ""
    project.write(".sealwright.yaml", f"clusters:\n  prod:\n    certificate: cert.pem\n{line}")
    project.write("db.yaml", secret)
    project.add()
    code, output = project.try_commit()
    assert code == 1
    assert (b"SealedSecret" in project.read("db.yaml")) is pinned, output
    assert pinned or "pinned fingerprint" in output


@pytest.mark.parametrize("args", [("--certificate", "https://example.com/cert.pem"), ("--offline",)])
def test_no_network_in_a_hook_and_no_guessing(
    make_project: Any, key_pair: KeyPair, secret: str, args: tuple[str, ...]
) -> None:
    project = make_project("prek")
    sealing(project, key_pair, *args)
    project.write("db.yaml", secret)
    project.add()
    code, output = project.try_commit()
    assert code == 1
    assert "exit code: 2" in output
    assert "hint:" in output
    assert project.read("db.yaml") == secret.encode()


def test_other_changes_of_the_file_that_are_not_staged_come_back(
    project: Project, key_pair: KeyPair, secret: str
) -> None:
    tail = "".join(f"# line {number}\n" for number in range(30))
    sealing(project, key_pair)
    project.write("db.yaml", secret + tail)
    project.add()
    project.write("db.yaml", f"{secret}{tail}# mine\n")
    code, output = project.try_commit()
    assert code == 1, output
    content = project.read("db.yaml")
    assert content.endswith(b"# mine\n")
    assert b"SealedSecret" in content


def test_a_conflict_with_changes_that_are_not_staged_rolls_the_seal_back(
    project: Project, key_pair: KeyPair, secret: str, value: str
) -> None:
    sealing(project, key_pair)
    project.write("db.yaml", secret)
    project.add()
    mine = secret.replace(value, f"{value}-2")
    project.write("db.yaml", mine)
    code, output = project.try_commit()
    assert code == 1
    assert project.read("db.yaml") == mine.encode()
    assert project.git("show", ":db.yaml") == secret.rstrip("\n")
    assert value not in output
