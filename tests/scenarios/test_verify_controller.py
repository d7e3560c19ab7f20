"""`sealwright verify --controller` as people run it: what is found, what is never clean, what is not shown."""

from __future__ import annotations

import json
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from controller_stand_in import NAME, SERVICES, Authority, StandIn, serving
from scenarios.test_cluster import kubeconfig
from support import Repository, posix_only, run_program
from unit.verify.made import VALUE, key, manifest, sealed

TOKEN = secrets.token_urlsafe(24)
GOOD = json.dumps(manifest({"a": sealed()}), indent=1)
TEN = manifest({f"i{number}": sealed(name="x" if number == 3 else "db") for number in range(10)})


@pytest.fixture
def controller() -> Iterator[StandIn]:
    with serving(StandIn(key())) as stand_in:
        yield stand_in


@pytest.fixture
def folder(tmp_path: Path) -> Repository:
    repository = Repository.init(tmp_path / "repository")
    repository.write("a.yaml", GOOD)
    return repository


def verify(folder: Repository, *arguments: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    return run_program("sealwright", "verify", *arguments, cwd=folder.path, env=env)


def test_the_one_bad_item_of_ten(folder: Repository, controller: StandIn) -> None:
    folder.write("b.yaml", json.dumps(TEN, indent=1))
    done = verify(folder, "--controller", controller.base, "--format", "json")
    assert done.returncode == 1
    found: list[dict[str, Any]] = json.loads(done.stdout)["verdicts"]
    assert [each["item"] for each in found if each["verdict"] == "fails"] == ["i3"]
    assert sum(each["verdict"] == "opens" for each in found) == 10
    assert VALUE not in done.stdout + done.stderr


def test_all_open(folder: Repository, controller: StandIn) -> None:
    assert verify(folder, "--controller", controller.base).returncode == 0
    assert verify(folder, SEALWRIGHT_CONTROLLER=controller.base).returncode == 0


def test_at_the_pace_of_a_real_controller(folder: Repository, controller: StandIn) -> None:
    controller.rate, controller.burst = 2, 2
    for number in range(4):
        folder.write(f"{number}.yaml", json.dumps(manifest({"a": sealed(name=f"n{number}")}, name=f"n{number}")))
    assert verify(folder, "--controller", controller.base).returncode == 0


BROKEN: dict[str, tuple[tuple[int, bytes], str]] = {
    "an error": ((500, b""), "cannot read the object"),
    "a login page": ((200, b"<html>"), "not a controller's answer"),
    "yes to everything": ((200, b""), "it is not a controller"),
    "a redirect": ((302, b"https://127.0.0.1/"), "redirects"),
    "nothing behind": ((502, b"bad gateway"), "no controller answers behind it"),
    "only the certificate": ((404, b"not found"), "not served there"),
    "endless": ((200, b"x" * (9 << 20)), "answered more than"),
}


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(("answer", "words"), BROKEN.values(), ids=BROKEN)
def test_what_was_not_answered_is_not_clean(
    folder: Repository, controller: StandIn, answer: tuple[int, bytes], words: str, form: str
) -> None:
    controller.answers["/v1/verify"] = answer
    done = verify(folder, "--controller", controller.base, "--format", form)
    assert done.returncode == 3
    assert words in done.stderr.decode()
    assert b"hint: " in done.stderr
    assert b"opens" not in done.stdout


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_controller_that_goes_away_takes_no_verdict_with_it(
    folder: Repository, controller: StandIn, form: str
) -> None:
    folder.write("b.yaml", json.dumps(manifest({"a": sealed(name="n")}, name="n")))
    respond = controller.respond

    def for_a_while(method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
        return respond(method, path, headers, body) if len(controller.seen) < 2 else (503, b"", {})

    controller.respond = for_a_while  # type: ignore[method-assign]
    done = verify(folder, "--controller", controller.base, "--format", form)
    assert done.returncode == 3
    if form == "text":
        assert b"no controller answers behind it" in done.stdout
        return
    report = json.loads(done.stdout)
    assert [each["verdict"] for each in report["verdicts"]] == ["opens", "unknown"]
    assert "had stopped answering" in report["verdicts"][1]["reason"]
    assert [each["path"] for each in report["errors"]] == ["b.yaml"]


def test_nobody_answers(folder: Repository) -> None:
    with serving(StandIn()) as gone:
        base = gone.base
    done = verify(folder, "--controller", base)
    assert (done.returncode, b"cannot be reached" in done.stderr) == (3, True)


def test_another_authority(folder: Repository, tmp_path: Path) -> None:
    with serving(StandIn(key()), Authority(tmp_path).server()) as server:
        done = verify(folder, "--controller", server.base)
        assert (done.returncode, b"no authority known here signed it" in done.stderr) == (3, True)
        assert (
            verify(folder, "--controller", server.base, REQUESTS_CA_BUNDLE=str(tmp_path / "root.pem")).returncode == 0
        )


USAGE = {
    "no such cluster": (("--controller", "prod"), "names no cluster"),
    "a cluster beside it": (("--controller", "https://192.0.2.1", "--cluster", "prod"), "names no cluster"),
    "plain http": (("--controller", "http://192.0.2.1"), "plain http"),
    "a password": (("--controller", "https://u:hunter2@192.0.2.1"), "user name or password"),
}


@pytest.mark.parametrize(("arguments", "words"), USAGE.values(), ids=USAGE)
def test_what_cannot_be_asked_ends_with_2(folder: Repository, arguments: tuple[str, ...], words: str) -> None:
    done = verify(folder, *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert words in done.stderr.decode()
    assert b"hunter2" not in done.stderr


class TestThroughTheApi:
    @pytest.fixture
    def api(self, folder: Repository, tmp_path: Path) -> Iterator[StandIn]:
        authority = Authority(tmp_path)
        with serving(StandIn(key()), authority.server()) as server:
            server.token = TOKEN
            path = kubeconfig(tmp_path, server.base, authority, {"token": TOKEN})
            folder.write(".sealwright.yaml", f"clusters: {{prod: {{controller: {{kubeconfig: {path}}}}}}}\n")
            yield server

    def test_a_cluster_of_the_configuration(self, folder: Repository, api: StandIn) -> None:
        assert verify(folder, "--controller", "prod").returncode == 0
        assert api.seen

    def test_what_is_refused_is_said_and_no_token_shown(self, folder: Repository, api: StandIn) -> None:
        def said() -> str:
            done = verify(folder, "--controller", "prod")
            assert done.returncode == 3
            assert done.stdout == b""
            return done.stderr.decode()

        seen = []
        api.allowed = {NAME}
        seen.append(said())
        assert "permission to `create` on `services/proxy`" in seen[-1]
        api.allowed, api.has_endpoints = None, False
        seen.append(said())
        assert "nothing answers behind Service" in seen[-1]
        api.has_service = False
        seen.append(said())
        assert "there is no Service" in seen[-1]
        api.token = "other"
        seen.append(said())
        assert "does not accept our credentials" in seen[-1]
        api.answers[f"{SERVICES}/{NAME}"] = (200, TOKEN.encode() * 100)
        api.answers[f"{SERVICES}/http:{NAME}:/proxy/v1/verify"] = (418, TOKEN.encode())
        seen.append(said())
        assert TOKEN not in "".join(seen)

    @posix_only
    def test_no_program_of_the_repository_is_run(self, folder: Repository, tmp_path: Path) -> None:
        mark = tmp_path / "ran"
        program = folder.write("login", f"#!/bin/sh\ntouch {mark}\n")
        program.chmod(0o755)
        user = {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "./login"}}
        kubeconfig(folder.path, "https://127.0.0.1:1", None, user)
        folder.write(".sealwright.yaml", "clusters: {prod: {controller: {kubeconfig: config}}}\n")
        for arguments, env in (
            (("verify", "--controller", "prod"), {}),
            (("cluster", "check"), {}),
            (("cluster", "add", "prod", "--kubeconfig", "config"), {}),
            (("cluster", "add", "x", "--context", "prod"), {"KUBECONFIG": "config"}),
        ):
            done = run_program("sealwright", *arguments, cwd=folder.path, env=env)
            assert "may not name a program to run" in (done.stdout + done.stderr).decode()
            assert done.returncode in (2, 3)
        assert not mark.exists()


def test_a_file_that_cannot_be_read_is_still_told(folder: Repository, controller: StandIn) -> None:
    folder.write("b.yaml", "kind: SealedSecret\nspec: [\n")
    done = verify(folder, "--controller", controller.base, "--format", "json")
    assert done.returncode == 3
    assert len(json.loads(done.stdout)["verdicts"]) == 1
